// Disks into the embedded EC2 and out of it.

import { randomBytes } from "node:crypto";
import { existsSync, type Stats, statSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { exec, run } from "../../../runtime/system/exec.js";
import { syncFile } from "../../../runtime/system/sync.js";
import { checkSelfContained, formatOf } from "./disk-format.js";
import { createDisk, placeDisk, settleDisk } from "./disks.js";
import type { StateStore } from "./state.js";

const GIB = 1024 ** 3;

export type DiskFormat = "raw" | "qcow2";

/** A name among the incoming disks that is known to be `owner`'s: see {@link StateStore.incoming}. */
export const incomingFile = (store: StateStore, owner: string): string =>
  join(store.incoming, `${owner.replace(" ", "-")}-${randomBytes(6).toString("hex")}.img`);

/** A raw copy of the disk `file`, whole GiB long, among the incoming ones. Rejects, leaving nothing, when it is no disk. */
export async function bringIn(
  store: StateStore,
  owner: string,
  file: string,
): Promise<{ readonly disk: string; readonly gib: number }> {
  const { size } = await regularFile(file);
  const format = await formatOf(file);
  const disk = incomingFile(store, owner);
  try {
    if (format !== "raw") await convert(file, format, disk, "raw");
    const gib = Math.max(1, Math.ceil((format === "raw" ? size : (await stat(disk)).size) / GIB));
    if (format === "raw") await createDisk(disk, gib, file);
    else await settleDisk(disk, gib);
    return { disk, gib };
  } catch (error) {
    await rm(disk, { force: true });
    throw error;
  }
}

/** Copies `disk` to `file`, which appears only when it is whole, and on the disk. */
export async function takeOut(disk: string, file: string, format: DiskFormat): Promise<void> {
  checkTarget(file);
  const part = `${file}.${randomBytes(4).toString("hex")}.part`;
  try {
    if (format === "raw") await run(["cp", "--reflink=auto", "--sparse=auto", "--", disk, part]);
    else await convert(disk, "raw", part, format);
    await syncFile(part);
    await placeDisk(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function regularFile(file: string): Promise<Stats> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new Error(`${file}: there is no such file`) : error;
  });
  if (!found.isFile()) throw new Error(`${file} is not a file: a disk is imported from an image file`);
  if (found.size === 0) throw new Error(`${file} is empty: that is no disk`);
  return found;
}

async function convert(file: string, from: string, target: string, to: string): Promise<void> {
  const hasTool = await exec(["qemu-img", "--version"]).then(
    () => true,
    () => false,
  );
  if (!hasTool)
    throw new Error(`A ${from === "raw" ? to : from} disk needs qemu-img (Debian: qemu-utils), which is not there.`);
  if (from !== "raw") await checkSelfContained(file, from);
  await run(["qemu-img", "convert", "-f", from, "-O", to, "--", resolve(file), resolve(target)]);
}

/** Whatever is at `file` would be replaced by a file. */
function checkTarget(file: string): void {
  if (existsSync(file) && !statSync(file).isFile())
    throw new Error(`${file} is not a file: a disk is exported to an image file`);
  const folder = dirname(file);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`${file}: there is no folder ${folder}`);
}
