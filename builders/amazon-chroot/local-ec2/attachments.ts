// Disks as devices: a loop device each, with the names that make it look like an EBS volume under Xen.

import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { exec, run as runProgram } from "../../../runtime/system/exec.js";
import { syncFile } from "../../../runtime/system/sync.js";
import { Ec2Error } from "./ec2-error.js";

const run = async (...argv: readonly string[]): Promise<string> => (await runProgram(argv)).trim();

/** Partitions that have a name before they are there: templates make some on an empty disk. */
const FORESEEN = Array.from({ length: 16 }, (_, i) => i + 1);

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
  if (isTaken(node)) {
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
    makeLink(made.links, loop, node);
    for (const number of new Set([...FORESEEN, ...shownPartitions(loop), ...partitions.map(({ number }) => number)])) {
      const part = partitions.find((each) => each.number === number);
      const target = part ? await partitionLoop(file, part, made.partitionLoops) : `${loop}p${number}`;
      makeLink(made.links, target, `${node}${number}`);
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
  const bound = loopsOf(file);
  const loops = [...disk.partitionLoops, disk.loop].filter((loop) => bound.includes(loop));
  if (isMounted(loops))
    throw new Ec2Error("IncorrectState", "The volume is still mounted on the instance: unmount it, then detach it.");
  for (const loop of loops) await syncFile(loop);
  removeLinks(disk.links, loops);
  for (const loop of loops) await run("losetup", "--detach", loop);
}

/** Detaches `loop`, of which only the disk is known, with whatever names it has. False when it is mounted. */
export async function releaseLoop(loop: string): Promise<boolean> {
  if (isMounted([loop])) return false;
  removeLinks(linksTo(loop), [loop]);
  await run("losetup", "--detach", loop);
  return true;
}

/** Writes what the kernel still holds, so that a copy of the file is what the instance saw. */
export async function flushDisk(disk: AttachedDisk): Promise<void> {
  for (const loop of [...disk.partitionLoops, disk.loop]) await syncFile(loop);
}

/** Shows the size that the disk `file` has now: it was made larger while it is attached. */
export async function showSize(file: string): Promise<void> {
  for (const loop of loopsOf(file)) await run("losetup", "--set-capacity", loop);
}

/** The loop devices bound to `file`. */
export const loopsOf = (file: string): readonly string[] => loopsBelow(realOf(file)).map(({ loop }) => loop);

/** The path itself where there is nothing. */
const realOf = (path: string): string => (existsSync(path) ? realpathSync.native(path) : path);

/** The loop devices bound to `path` or to files below it; `file`: which one, by its real path. */
export function loopsBelow(path: string): readonly { readonly loop: string; readonly file: string }[] {
  const names = readdirSync("/sys/block").filter((name) => name.startsWith("loop"));
  return names.flatMap((name) => {
    const file = backingFile(name);
    return file === path || file?.startsWith(`${path}/`) === true ? [{ loop: `/dev/${name}`, file }] : [];
  });
}

/** Of a loop device that is bound; a deleted file counts by the name it had. */
const backingFile = (name: string): string | undefined =>
  // A device that is not bound has no such file, and one may be let go meanwhile.
  unlessGone(() => readFileSync(`/sys/block/${name}/loop/backing_file`, "utf8"))
    ?.trimEnd()
    .replace(/ \(deleted\)$/, "");

/** Undefined where what is looked at is not there. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function isMounted(loops: readonly string[]): boolean {
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  return mounts.split("\n").some((line) => loops.some((loop) => new RegExp(`^${loop}(p\\d+)? `).test(line)));
}

function removeLinks(links: readonly string[], loops: readonly string[]): void {
  for (const name of links) if (pointsInto(name, loops)) rmSync(name, { force: true });
}

const linksTo = (loop: string): readonly string[] =>
  readdirSync("/dev")
    .filter((name) => /^xvd[a-z]{1,2}\d*$/.test(name))
    .map((name) => `/dev/${name}`)
    .filter((name) => pointsInto(name, [loop]));

/** Whether the disk's partitions, if it has any, have device nodes; a kernel that reads no tables is told what is in them. */
async function kernelShows(loop: string, file: string): Promise<boolean> {
  if (!hasTable(file) || showsPartitions(loop)) return true;
  // It fails for a table that holds nothing.
  await exec(["partx", "--add", loop]);
  return showsPartitions(loop) || (await partitionTable(file)).length === 0;
}

const showsPartitions = (loop: string): boolean => shownPartitions(loop).length > 0;

/** Their numbers. */
function shownPartitions(loop: string): readonly number[] {
  const disk = loop.slice("/dev/".length);
  const names = readdirSync(`/sys/block/${disk}`).filter((name) => name.startsWith(`${disk}p`));
  return names.map((name) => Number(name.slice(disk.length + 1)));
}

/** The mark of a boot record, which stands before a GUID table, too. */
function hasTable(file: string): boolean {
  const handle = openSync(file, "r");
  const mark = Buffer.alloc(2);
  try {
    readSync(handle, mark, 0, 2, 510);
    return mark.readUInt16LE() === 0xaa55;
  } finally {
    closeSync(handle);
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

function makeLink(made: string[], target: string, name: string): void {
  symlinkSync(target, name);
  made.push(name);
}

/** Whether a disk or its partitions have the name; what leads to a loop device that is bound to nothing any more is cleared away. */
function isTaken(node: string): boolean {
  const own = new RegExp(`^${node}\\d*$`);
  const names = readdirSync("/dev").flatMap((name) => (own.test(`/dev/${name}`) ? [`/dev/${name}`] : []));
  if (names.some(isInUse)) return true;
  for (const name of names) rmSync(name, { force: true });
  return false;
}

function isInUse(name: string): boolean {
  if (!exists(name)) return false;
  const loop = /^\/dev\/(loop\d+)(?:p\d+)?$/.exec(unlessGone(() => readlinkSync(name)) ?? "")?.[1];
  return loop === undefined || exists(`/sys/block/${loop}/loop`);
}

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function pointsInto(name: string, loops: readonly string[]): boolean {
  const target = unlessGone(() => readlinkSync(name));
  return target !== undefined && loops.some((loop) => target === loop || target.startsWith(`${loop}p`));
}
