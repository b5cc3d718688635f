// The machine inside the mounted image: commands by chroot(8), with no shell of the host in between; files by paths that stay inside.

import { constants, lstatSync, mkdirSync, realpathSync } from "node:fs";
import { mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import type { Communicator } from "../../../runtime/contract/communicator.js";
import { exec } from "../../../runtime/system/exec.js";
import { findProgram } from "../../../runtime/system/program.js";
import { append } from "./append.js";
import { atInside, makeFolders } from "./at-inside.js";
import { carryingEnvironment, plain } from "./chroot-command.js";
import { copyTree, type Locate } from "./copy-tree.js";
import { fileWork, named } from "./file-work.js";
import { hostProgram, throughOf } from "./host-program.js";
import { HOST, type Namespace } from "./namespace.js";
import { checkReadable, checkReplaceable } from "./no-file.js";
import { NO_WRAPPER, type Wrapper } from "./wrapper.js";

const PASSED_ON = ["TERM", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/** A clean environment, but for the terminal, the proxies that the host needs too, and what names the run. */
function baseEnvironment({ env, runId }: Pick<Way, "env" | "runId">): Readonly<Record<string, string>> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = env(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    LANG: "C.UTF-8",
    PACKER_RUN_UUID: runId,
    ...Object.fromEntries(passed),
  };
}

/** What stands between the host and an image. */
export interface Way {
  /** Of the host. */
  env(name: string): string | undefined;
  /** Commands know it as PACKER_RUN_UUID: in Packer, they inherit it. */
  readonly runId: string;
  /** Where the image's commands run, and how its mounts look from there. */
  readonly namespace?: Namespace;
  /** Under one of the template's, files go into the image by cp(1). */
  readonly wrapper?: Wrapper;
  /** Ends programs for which the caller gives no signal. */
  readonly signal: AbortSignal;
}

/** `image`: where it is mounted. */
export function chrootCommunicator(
  image: string,
  { env, runId, namespace = HOST, wrapper = NO_WRAPPER, signal: ending }: Way,
): Communicator {
  const base = baseEnvironment({ env, runId });
  const root = namespace.seen(image);
  const into: Into = { root, wrapper };
  return {
    kind: "chroot",
    async exec({ line, env: own = {}, stdin, onLine = () => undefined, signal }) {
      const given = stdin === undefined ? undefined : await bytesOf(stdin);
      const command = { line, env: { ...base, ...own }, ...(given === undefined ? {} : { stdin: given }) };
      const { argv, ...how } = wrapper.given ? carryingEnvironment(command) : plain(command);
      const program = [...namespace.enter, "chroot", image, ...argv];
      const { exitCode } = await exec(wrapper.given ? wrapper.argv(program) : hostsOwn(program, env("PATH")), {
        ...how,
        ...throughOf(wrapper),
        onLine,
        ...(signal === undefined ? {} : { signal }),
      });
      return { exitCode };
    },
    // By its program, where that may be another user's right.
    ...(wrapper.given ? {} : { removeFile: (path: string) => removeInside(root, path) }),
    upload: (from, to, { mode = 0o644, signal } = {}) =>
      wrapper.given ? copyInside(into, to, from, mode, signal ?? ending) : writeInside(root, to, from, mode),
    async uploadDir(from, to, signal) {
      const target = (await isFolderInside(root, to)) ? contentsTarget(from, to) : to;
      await makeFolders(root, target, fileWork(wrapper, signal ?? ending));
      if (wrapper.given) await copyFolderInside(into, from, target, signal ?? ending);
      else await copyTree(onHost(from, signal), inImage(root, target), 0);
    },
    download: (from) => readInside(root, from),
    async downloadDir(from, to, signal) {
      const target = contentsTarget(from, to);
      mkdirSync(target, { recursive: true });
      await copyTree(inImage(root, from), onHost(target, signal));
    },
  };
}

/** By its path: it is not where the image's programs are looked for. */
function hostsOwn([name = "", ...args]: readonly string[], searchPath = ""): readonly string[] {
  return [findProgram(name, searchPath) ?? name, ...args];
}

interface Into {
  readonly root: string;
  readonly wrapper: Wrapper;
}

/** An abort ends the copy at the next file. */
function onHost(folder: string, signal?: AbortSignal): Locate {
  const root = realpathSync(folder);
  return (path, body) => {
    signal?.throwIfAborted();
    return body(join(root, path));
  };
}

/** The folder itself is found through links; what is in it is not. */
const inImage =
  (root: string, folder: string): Locate =>
  (path, body, follow = path === "") =>
    atInside(root, join(folder, path), ({ path: at }) => body(at), !follow);

/** As with rsync: a slash at the end of what is copied means its contents. */
const contentsTarget = (from: string, to: string): string => (from.endsWith("/") ? to : join(to, basename(from)));

/** Not where a folder on the way is missing. */
const isFolderInside = (root: string, path: string): Promise<boolean> =>
  atInside(root, path, async ({ path: at }) => lstatSync(at).isDirectory()).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return false;
    throw error;
  });

async function* readInside(root: string, path: string): AsyncGenerator<Uint8Array> {
  const file = await atInside(root, path, ({ path: at }) => {
    checkReadable(at, path);
    return open(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  });
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) yield chunk as Uint8Array;
  } finally {
    await file.close();
  }
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Root's, with the given permission bits. */
async function writeInside(root: string, to: string, chunks: AsyncIterable<Uint8Array>, mode: number): Promise<void> {
  await atInside(root, to, async ({ path }) => {
    checkReplaceable(path, to);
    // Resolved already: a link that appears in between is not followed, and a pipe not waited for.
    const file = await open(path, WRITE, 0o600);
    try {
      await append(file, chunks, path);
      await file.chown(0, 0);
      await file.chmod(mode);
    } finally {
      await file.close();
    }
  });
}

/** As rm -f does: what is not there, or below no folder, is gone; a folder is refused. */
async function removeInside(root: string, path: string): Promise<void> {
  try {
    await atInside(root, path, ({ path: at }) => rm(at, { force: true }), true);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")))
      throw error;
  }
}

/** By way of a file of ours: what runs under the wrapper may be another user. */
async function copyInside(
  { root, wrapper }: Into,
  to: string,
  chunks: AsyncIterable<Uint8Array>,
  mode: number,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pkrts-upload-"));
  try {
    const file = await open(join(folder, "file"), "wx", 0o600);
    for await (const chunk of chunks) await file.appendFile(chunk);
    await file.chmod(mode);
    await file.close();
    await atInside(root, to, ({ path }) => {
      checkReplaceable(path, to);
      return fileWork(wrapper, signal).copy(join(folder, "file"), path);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Links of the folder stay links, and none in the image is followed. */
async function copyFolderInside({ root, wrapper }: Into, from: string, to: string, signal: AbortSignal): Promise<void> {
  await checkNoDevice(root, from, to);
  const copy = ["cp", "-R", "-P", "--remove-destination", "--preserve=mode", "--", `${from}/.`];
  await atInside(root, to, ({ path }) => hostProgram(wrapper, [...copy, named(path)], signal));
}

/** Nothing that a folder's files would replace is a device. What we may not look at is a matter of cp's. */
async function checkNoDevice(root: string, from: string, to: string): Promise<void> {
  for (const each of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (each.isDirectory()) continue;
    const target = join(to, relative(from, each.parentPath), each.name);
    const check = ({ path }: { readonly path: string }): Promise<void> =>
      Promise.resolve(checkReplaceable(path, target));
    await atInside(root, target, check, true).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error)) throw error;
    });
  }
}
