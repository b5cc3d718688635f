// Which partition of a disk holds the root file system, and how it must be mounted.

import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { ExecError } from "../../../runtime/system/exec.js";
import { partitionOf } from "./device.js";
import { hostProgram } from "./host-program.js";
import type { Wrapper } from "./wrapper.js";

/** How one looks at a disk. */
export interface Probe {
  readonly wrapper: Wrapper;
  readonly signal: AbortSignal;
  /** Told of what can't be found out, which a build can do without. */
  onTrouble(text: string): void;
}

/** File systems on which Linux keeps its root; an EFI partition or swap is never mounted to find out. */
const ROOT_TYPES = ["btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "reiserfs", "xfs"];
const MOST_PARTITIONS = 128;

/** Partitions that the kernel shows, in the order of their numbers. */
export function partitionsOf(disk: string, exists: (path: string) => boolean = existsSync): readonly string[] {
  return Array.from({ length: MOST_PARTITIONS }, (_, i) => partitionOf(disk, String(i + 1))).filter(exists);
}

/** Of blkid(8), when there is nothing that it knows. */
const NOTHING = 2;

/** `ext4`, `xfs`, `vfat`…; undefined where there is none, or where blkid(8) can't say. */
export async function fileSystemOf(device: string, { wrapper, signal, onTrouble }: Probe): Promise<string | undefined> {
  try {
    const type = await hostProgram(wrapper, ["blkid", "-p", "-s", "TYPE", "-o", "value", "--", device], signal);
    return type.trim() || undefined;
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    if (error.exitCode !== NOTHING) onTrouble(`What is on ${device} is not known: ${error.message}`);
    return undefined;
  }
}

/** A block device, and the type of its file system where that is known. */
export interface Candidate {
  readonly device: string;
  readonly type?: string;
}

/** What may hold the root file system, the likeliest first: Packer's partition 1, the others, a disk without partitions. */
export async function rootCandidates(disk: string, probe: Probe): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  const partitions = partitionsOf(disk);
  for (const device of partitions.length === 0 ? [disk] : partitions) {
    const type = await fileSystemOf(device, probe);
    if (type !== undefined && ROOT_TYPES.includes(type)) found.push({ device, type });
  }
  return found;
}

/** Whether what is mounted at `folder` is a root file system: not /boot, /home or /usr. */
export const holdsRoot = (folder: string): boolean => ["etc", "usr"].some((name) => existsSync(join(folder, name)));

/** Two XFS file systems with one id can't be mounted at once, unless the kernel is told that this is meant: the host may be a sibling of the image. */
export async function neededOptions(
  { device, type }: Candidate,
  given: readonly string[],
  probe: Probe,
): Promise<readonly string[]> {
  if (given.some((option) => option.split(",").includes("nouuid"))) return [];
  const isXfs =
    type === undefined && !probe.wrapper.given
      ? await beginsWith(device, "XFSB")
      : (type ?? (await fileSystemOf(device, probe))) === "xfs";
  return isXfs ? ["-o", "nouuid"] : [];
}

/** False, too, for what can't be read: mount(8) will say why. */
async function beginsWith(device: string, mark: string): Promise<boolean> {
  const handle = await open(device, "r").catch(() => undefined);
  try {
    const start = await handle?.read(Buffer.alloc(mark.length), 0, mark.length, 0);
    return start?.buffer.toString("latin1") === mark;
  } catch {
    return false;
  } finally {
    await handle?.close();
  }
}
