// Disks as devices: a loop device each, with the names that make it look like an EBS volume under Xen.

import { lstat, open, readdir, readFile, readlink, realpath, rm, symlink } from "node:fs/promises";
import { exec, run as runProgram } from "../../../runtime/system/exec.js";
import { syncFile } from "../../../runtime/system/sync.js";
import { Ec2Error } from "./ec2-error.js";

const run = async (...argv: readonly string[]): Promise<string> => (await runProgram(argv)).trim();

const PARTITIONS = [1, 2, 3, 4, 5, 6, 7, 8];

/** A loop device and its names. */
export interface AttachedDisk {
  readonly loop: string;
  readonly links: readonly string[];
  /** Loop devices that stand in for partitions where the kernel shows none. */
  readonly partitionLoops: readonly string[];
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

/** Shows the disk `file` as `device`. Nothing is left on failure. */
export async function attachDisk(file: string, device: string, kernelPartitions = true): Promise<AttachedDisk> {
  const node = hostName(device);
  if (await isTaken(node)) {
    throw new Ec2Error(
      "InvalidParameterValue",
      `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
    );
  }
  // With --partscan, the partitions go when the loop device does.
  const loop = await run("losetup", "--partscan", "--find", "--show", file);
  const made = { loop, links: [] as string[], partitionLoops: [] as string[] };
  try {
    const partitions = kernelPartitions && (await kernelShows(loop, file)) ? [] : await partitionTable(file);
    await makeLink(made.links, loop, node);
    for (const number of PARTITIONS) {
      const part = partitions.find((each) => each.number === number);
      const target = part ? await partitionLoop(file, part, made.partitionLoops) : `${loop}p${number}`;
      await makeLink(made.links, target, `${node}${number}`);
    }
    return made;
  } catch (error) {
    await detachDisk(file, made);
    throw error;
  }
}

/**
 * Releases what {@link attachDisk} made, as far as it is still that of `file`: after a reboot, others may have the numbers.
 * A loop device that is still mounted refuses: IncorrectState, and nothing has changed. Fails, too, when what was written
 * to the device could not be kept.
 */
export async function detachDisk(file: string, disk: AttachedDisk): Promise<void> {
  const bound = await loopsOf(file);
  const loops = [...disk.partitionLoops, disk.loop].filter((loop) => bound.includes(loop));
  if (await isMounted(loops))
    throw new Ec2Error("IncorrectState", "The volume is still mounted on the instance: unmount it, then detach it.");
  for (const loop of loops) await syncFile(loop);
  await removeLinks(disk.links, loops);
  for (const loop of loops) await run("losetup", "--detach", loop);
}

/** Detaches `loop`, of which only the disk is known, with whatever names it has. False when it is mounted. */
export async function releaseLoop(loop: string): Promise<boolean> {
  if (await isMounted([loop])) return false;
  await removeLinks(await linksTo(loop), [loop]);
  await run("losetup", "--detach", loop);
  return true;
}

/** Writes what the kernel still holds, so that a copy of the file is what the instance saw. */
export async function flushDisk(disk: AttachedDisk): Promise<void> {
  for (const loop of [...disk.partitionLoops, disk.loop]) await syncFile(loop);
}

/** The loop devices bound to `file`. */
export async function loopsOf(file: string): Promise<readonly string[]> {
  const path = await realpath(file).catch(() => file);
  return (await loopsBelow(path)).map(({ loop }) => loop);
}

/** The loop devices bound to `path` or to files below it; `file`: which one, by its real path. */
export async function loopsBelow(path: string): Promise<readonly { readonly loop: string; readonly file: string }[]> {
  const names = (await readdir("/sys/block")).filter((name) => name.startsWith("loop"));
  const all = await Promise.all(names.map(async (name) => ({ loop: `/dev/${name}`, file: await backingFile(name) })));
  return all.flatMap(({ loop, file }) =>
    file === path || file?.startsWith(`${path}/`) === true ? [{ loop, file }] : [],
  );
}

/** Of a loop device that is bound; a deleted file counts by the name it had. */
async function backingFile(name: string): Promise<string | undefined> {
  const text = await readFile(`/sys/block/${name}/loop/backing_file`, "utf8").catch(() => undefined);
  return text?.trimEnd().replace(/ \(deleted\)$/, "");
}

async function isMounted(loops: readonly string[]): Promise<boolean> {
  const mounts = await readFile("/proc/self/mounts", "utf8");
  return mounts.split("\n").some((line) => loops.some((loop) => new RegExp(`^${loop}(p\\d+)? `).test(line)));
}

async function removeLinks(links: readonly string[], loops: readonly string[]): Promise<void> {
  for (const name of links) if (await pointsInto(name, loops)) await rm(name, { force: true });
}

async function linksTo(loop: string): Promise<readonly string[]> {
  const names = (await readdir("/dev")).filter((name) => /^xvd[a-z]{1,2}\d*$/.test(name)).map((name) => `/dev/${name}`);
  const ours = await Promise.all(names.map((name) => pointsInto(name, [loop])));
  return names.filter((_, index) => ours[index]);
}

/** Whether the disk's partitions, if it has any, have device nodes; a kernel that reads no tables is told what is in them. */
async function kernelShows(loop: string, file: string): Promise<boolean> {
  if (!(await hasTable(file)) || (await showsPartitions(loop))) return true;
  // It fails for a table that holds nothing.
  await exec(["partx", "--add", loop]);
  return (await showsPartitions(loop)) || (await partitionTable(file)).length === 0;
}

const showsPartitions = async (loop: string): Promise<boolean> =>
  (await readdir(`/sys/block/${loop.slice(5)}`)).some((name) => name.startsWith(`${loop.slice(5)}p`));

/** The mark of a boot record, which stands before a GUID table, too. */
async function hasTable(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 510);
    return buffer.readUInt16LE() === 0xaa55;
  } finally {
    await handle.close();
  }
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

async function makeLink(made: string[], target: string, name: string): Promise<void> {
  await symlink(target, name);
  made.push(name);
}

/** Whether a disk or its partitions have the name; what leads to a loop device that is bound to nothing any more is cleared away. */
async function isTaken(node: string): Promise<boolean> {
  const names = [node, ...PARTITIONS.map((number) => `${node}${number}`)];
  for (const name of names) if (await isInUse(name)) return true;
  for (const name of names) await rm(name, { force: true });
  return false;
}

async function isInUse(name: string): Promise<boolean> {
  if (!(await exists(name))) return false;
  const loop = /^\/dev\/(loop\d+)(?:p\d+)?$/.exec(await readlink(name).catch(() => ""))?.[1];
  return loop === undefined || (await exists(`/sys/block/${loop}/loop`));
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
