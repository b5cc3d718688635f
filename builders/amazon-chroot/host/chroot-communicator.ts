// The machine inside the mounted image: commands by chroot(8), with no shell of the host in between.

import { chmodSync, chownSync, closeSync, constants, copyFileSync, createReadStream, fchmodSync, fchownSync, lstatSync, mkdirSync, openSync, readdirSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Communicator } from "../../../runtime/contract/communicator.js";
import { RunError } from "../../../runtime/contract/errors.js";
import { exec } from "../../../runtime/system/exec.js";
import { insidePath } from "./inside.js";

const PASSED_ON = ["TERM", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

export function chrootCommunicator(root: string, hostEnv: Readonly<Record<string, string | undefined>>): Communicator {
  const base = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    LANG: "C.UTF-8",
    ...Object.fromEntries(PASSED_ON.flatMap((name) => (hostEnv[name] === undefined ? [] : [[name, hostEnv[name]]]))),
  };
  return {
    kind: "chroot",
    async exec({ line, env = {}, stdin, onLine, signal }) {
      const { exitCode } = await exec(["chroot", root, "/bin/sh", "-c", line], {
        env: { ...base, ...env },
        ...(stdin === undefined ? {} : { stdin: await bytesOf(stdin) }),
        onLine: onLine ?? (() => undefined),
        ...(signal === undefined ? {} : { signal }),
      });
      return { exitCode };
    },
    async upload(from, to, mode = 0o644) {
      await writeInside(root, to, from, mode);
    },
    uploadDir(from, to) {
      const target = from.endsWith("/") ? to : join(to, basename(from));
      return copyTree(from, root, target);
    },
    download: (from) => createReadStream(insidePath(root, from)),
    downloadDir: (from, to) => copyOut(root, from, to),
  };
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** Root's, with the given permission bits; a folder as the target is refused. */
async function writeInside(root: string, to: string, chunks: AsyncIterable<Uint8Array>, mode: number): Promise<void> {
  const path = insidePath(root, to);
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new RunError(`${to} is a folder in the image`);
  // Resolved already: a link that appears in between is not followed.
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
  try {
    for await (const chunk of chunks) writeSync(fd, chunk);
    fchownSync(fd, 0, 0);
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}

function copyTree(from: string, root: string, to: string): Promise<void> {
  const target = insidePath(root, to);
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.isDirectory()) void copyTree(source, root, join(to, entry.name));
    else copyInto(source, insidePath(root, join(to, entry.name)));
  }
  return Promise.resolve();
}

function copyInto(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  chmodSync(target, statSync(source).mode & 0o7777);
  chownSync(target, 0, 0);
}

function copyOut(root: string, from: string, to: string): Promise<void> {
  const source = insidePath(root, from);
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    if (entry.isDirectory()) void copyOut(root, join(from, entry.name), join(to, entry.name));
    else if (entry.isFile()) copyFileSync(join(source, entry.name), join(to, entry.name));
  }
  return Promise.resolve();
}
