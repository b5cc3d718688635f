// Which partition of a disk holds the root file system, and how it must be mounted.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { exec } from "../../../runtime/system/exec.js";
import { partitionOf } from "./device.js";
import type { Wrapper } from "./wrapper.js";

/** File systems on which Linux keeps its root; an EFI partition or swap is never mounted to find out. */
const ROOT_TYPES = ["btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "reiserfs", "xfs"];
const MOST_PARTITIONS = 128;

/** Partitions that the kernel shows, in the order of their numbers. */
export function partitionsOf(disk: string, exists: (path: string) => boolean = existsSync): readonly string[] {
  return Array.from({ length: MOST_PARTITIONS }, (_, i) => partitionOf(disk, String(i + 1))).filter(exists);
}

/** `ext4`, `xfs`, `vfat`…; undefined where there is none, or where blkid(8) is missing. */
export async function fileSystemOf(device: string, { argv }: Wrapper): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await exec(argv(["blkid", "-p", "-s", "TYPE", "-o", "value", "--", device]));
    return exitCode === 0 ? stdout.trim() || undefined : undefined;
  } catch {
    return undefined;
  }
}

/** What may hold the root file system, the likeliest first: Packer's partition 1, the others, a disk without partitions. */
export async function rootCandidates(disk: string, wrapper: Wrapper): Promise<readonly string[]> {
  const found: string[] = [];
  const partitions = partitionsOf(disk);
  for (const device of partitions.length === 0 ? [disk] : partitions)
    if (ROOT_TYPES.includes((await fileSystemOf(device, wrapper)) ?? "")) found.push(device);
  return found;
}

/** Whether what is mounted at `folder` is a root file system: not /boot, /home or /usr. */
export const holdsRoot = (folder: string): boolean => ["etc", "usr"].some((name) => existsSync(join(folder, name)));

/** Two XFS file systems with one id can't be mounted at once, unless the kernel is told that this is meant: the host may be a sibling of the image. */
export async function neededOptions(
  device: string,
  given: readonly string[],
  wrapper: Wrapper,
): Promise<readonly string[]> {
  if (given.some((option) => option.split(",").includes("nouuid"))) return [];
  return (await fileSystemOf(device, wrapper)) === "xfs" ? ["-o", "nouuid"] : [];
}
