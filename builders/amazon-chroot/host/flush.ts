// What the kernel still holds of a disk is written before EC2 takes a snapshot of it.

import { type FileHandle, open, readdir, realpath } from "node:fs/promises";
import { basename, join } from "node:path";

/** Writes the disk and each of its partitions; returns when EC2 has it all. */
export async function flushDisk(path: string): Promise<void> {
  const disk = await realpath(path);
  const folder = join("/sys/class/block", basename(disk));
  const parts = (await readdir(folder)).filter((name) => name.startsWith(basename(disk)));
  for (const part of [...parts, basename(disk)]) await flush(join("/dev", part));
}

async function flush(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    await handle.sync();
  } catch (error) {
    // A partition that the kernel was told to forget meanwhile holds nothing.
    if (!(error instanceof Error && "code" in error && ["ENOENT", "ENXIO"].includes(String(error.code)))) throw error;
  } finally {
    await handle?.close();
  }
}
