import { lstat, open, readFile, readlink, rm, symlink } from "node:fs/promises";
import { exec, run as runProgram } from "../../../runtime/system/exec.js";
import { Ec2Error } from "./ec2-error.js";

const run = async (...argv: readonly string[]): Promise<string> => (await runProgram(argv)).trim();

const GIB = 1024 ** 3;
const PARTITIONS = [1, 2, 3, 4, 5, 6, 7, 8];

/** A loop device and the names that make it look like an EBS volume. */
export interface AttachedDisk {
  readonly loop: string;
  readonly links: readonly string[];
  readonly partitionLoops: readonly string[];
}

/** Makes a sparse disk of `gib` GiB, or a copy of `source` grown to it. Holes stay holes; nothing is left on failure. */
export async function createDisk(file: string, gib: number, source?: string): Promise<void> {
  try {
    if (source) await run("cp", "--reflink=auto", "--sparse=auto", "--", source, file);
    const handle = await open(file, source ? "r+" : "wx", 0o600);
    try {
      if ((await handle.stat()).size < gib * GIB) await handle.truncate(gib * GIB);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** `/dev/sdf` and `/dev/xvdf` both appear as `/dev/xvdf`, as under Xen. */
export function hostName(device: string): string {
  const letters = /^(?:\/dev\/)?(?:sd|xvd)([a-z]{1,2})$/.exec(device)?.[1];
  if (letters) return `/dev/xvd${letters}`;
  throw new Ec2Error(
    "InvalidParameterValue",
    `Value (${device}) for parameter device is invalid. ${device} is not a valid EBS device name.`,
  );
}

export async function attachDisk(file: string, device: string, kernelPartitions = true): Promise<AttachedDisk> {
  const node = hostName(device);
  if (await exists(node)) {
    throw new Ec2Error(
      "InvalidParameterValue",
      `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
    );
  }
  const loop = await run("losetup", "--find", "--show", file);
  const made = { loop, links: [] as string[], partitionLoops: [] as string[] };
  try {
    const partitions = kernelPartitions && (await kernelParses(loop)) ? [] : await partitionTable(file);
    await link(made.links, loop, node);
    for (const number of PARTITIONS) {
      const part = partitions.find((each) => each.number === number);
      const target = part ? await partitionLoop(file, part, made.partitionLoops) : `${loop}p${number}`;
      await link(made.links, target, `${node}${number}`);
    }
    return made;
  } catch (error) {
    await detachDisk(made);
    throw error;
  }
}

/** Idempotent. A loop device that is still mounted refuses: IncorrectState, and nothing has changed. */
export async function detachDisk(disk: AttachedDisk): Promise<void> {
  const loops = [...disk.partitionLoops, disk.loop];
  const mounts = await readFile("/proc/self/mounts", "utf8");
  const used = mounts.split("\n").some((line) => loops.some((loop) => new RegExp(`^${loop}(p\\d+)? `).test(line)));
  if (used) throw new Ec2Error("IncorrectState", "The volume is still mounted on the instance.");
  for (const name of disk.links) if (await pointsInto(name, loops)) await rm(name, { force: true });
  // It fails where the kernel knew of no partitions.
  await exec(["partx", "--delete", disk.loop]);
  for (const loop of loops) if (await isBound(loop)) await run("losetup", "--detach", loop);
}

/** Writes what the kernel still holds, so that a copy of the file is what the instance saw. */
export async function flushDisk(disk: AttachedDisk): Promise<void> {
  for (const loop of [...disk.partitionLoops, disk.loop]) await run("blockdev", "--flushbufs", loop);
}

/** The loop devices bound to `file`: what a killed server left. */
export async function loopsOf(file: string): Promise<readonly string[]> {
  const names = await run("losetup", "--noheadings", "--output", "NAME", "--associated", file);
  return names
    .split("\n")
    .map((name) => name.trim())
    .filter(Boolean);
}

/** Identifies a live process even when its number is used again. */
export async function processIdentity(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const start = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return start && `${pid} ${start}`;
}

async function kernelParses(loop: string): Promise<boolean> {
  // It fails for a disk without a table.
  await exec(["partx", "--add", loop]);
  const table = await partitionTable(loop);
  return table.length === 0 || exists(`${loop}p${table[0]?.number}`);
}

interface Partition {
  readonly number: number;
  readonly start: number;
  readonly sectors: number;
}

async function partitionTable(file: string): Promise<readonly Partition[]> {
  const { stdout, exitCode } = await exec(["partx", "--show", "--noheadings", "--output", "NR,START,SECTORS", file]);
  const rows = (exitCode === 0 ? stdout : "")
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((row) => row.trim().split(/\s+/).map(Number));
  return rows.map(([number = 0, start = 0, sectors = 0]) => ({ number, start, sectors }));
}

async function partitionLoop(file: string, part: Partition, made: string[]): Promise<string> {
  const range = ["--offset", String(part.start * 512), "--sizelimit", String(part.sectors * 512)];
  const loop = await run("losetup", "--find", "--show", ...range, file);
  made.push(loop);
  return loop;
}

async function link(made: string[], target: string, name: string): Promise<void> {
  await symlink(target, name);
  made.push(name);
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );

async function pointsInto(name: string, loops: readonly string[]): Promise<boolean> {
  const target = await readlink(name).catch(() => undefined);
  return target !== undefined && loops.some((loop) => target === loop || target.startsWith(`${loop}p`));
}

const isBound = (loop: string): Promise<boolean> => exists(`/sys/block/${loop.slice(5)}/loop/backing_file`);
