// Disk files. What is made here is on the disk, with its name, when the promise resolves: the state may tell of it then.

import { closeSync, fchmodSync, fstatSync, ftruncateSync, linkSync, openSync, renameSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { run as runProgram } from "../../../runtime/system/exec.js";
import { synced, syncFile, syncFolder } from "../../../runtime/system/sync.js";
import { namedIfFull } from "./full-disk.js";

const run = async (...argv: readonly string[]): Promise<string> => (await runProgram(argv)).trim();

const GIB = 1024 ** 3;

/** Makes a sparse disk of `gib` GiB, or a copy of `source` grown to it. Holes stay holes; nothing is left on failure. */
export async function createDisk(file: string, gib: number, source?: string): Promise<void> {
  await makeDisk(file, gib, source);
  await syncFolder(dirname(file));
}

async function makeDisk(file: string, gib: number, source?: string): Promise<void> {
  try {
    if (source) await run("cp", "--reflink=auto", "--sparse=auto", "--", source, file);
    else closeSync(openSync(file, "wx", 0o600));
    await settleDisk(file, gib);
  } catch (error) {
    await rm(file, { force: true });
    throw namedIfFull(error, file);
  }
}

/** Makes a file that was just written a disk of at least `gib` GiB, and waits until it is on the disk. */
export async function settleDisk(file: string, gib: number): Promise<void> {
  const handle = openSync(file, "r+");
  try {
    fchmodSync(handle, 0o600);
    if (fstatSync(handle).size < gib * GIB) ftruncateSync(handle, gib * GIB);
    await synced(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a disk that has one name larger, or takes that back. */
export async function resizeDisk(file: string, gib: number): Promise<void> {
  const handle = openSync(file, "r+");
  try {
    ftruncateSync(handle, gib * GIB);
    await synced(handle);
  } catch (error) {
    throw namedIfFull(error, file);
  } finally {
    closeSync(handle);
  }
}

/** Gives a settled disk its name. */
export async function placeDisk(disk: string, file: string): Promise<void> {
  renameSync(disk, file);
  await syncFolder(dirname(file));
}

/**
 * A second name for a disk that is not attached: a snapshot, or a copy of one. Neither is ever written to, since a volume
 * whose disk is shared gets its own when it is attached ({@link unshareDisk}).
 */
export async function shareDisk(source: string, file: string): Promise<void> {
  await syncFile(source);
  linkSync(source, file);
  await syncFolder(dirname(file));
}

/** Gives a volume a disk of its own before it is written to. Should this be interrupted, the other file belongs to nobody. */
export async function unshareDisk(file: string): Promise<void> {
  const { nlink, size } = statSync(file);
  if (nlink === 1) return;
  const own = `${file}.own`;
  await rm(own, { force: true });
  await makeDisk(own, size / GIB, file);
  await placeDisk(own, file);
}
