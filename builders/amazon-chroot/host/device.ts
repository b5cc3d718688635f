// Device names: a free one, and where the kernel shows what was attached.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const LETTERS = "fghijklmnop";

/** The names of disks here: sd or xvd, as the first one is called. */
export function devicePrefix(blockDevices: readonly string[], fallback: string): string {
  for (const name of blockDevices) {
    if (name.startsWith("sd")) return "sd";
    if (name.startsWith("xvd")) return "xvd";
  }
  return fallback;
}

/** The first name of which neither the disk nor its first partition exists, and that is not in use. */
export function freeDevice(prefix: string, used: readonly string[]): string | undefined {
  const taken = new Set(used.map(letterOf));
  const isFree = (letter: string): boolean =>
    !taken.has(letter) &&
    ["sd", "xvd"].every((name) => !existsSync(`/dev/${name}${letter}`) && !existsSync(`/dev/${name}${letter}1`));
  const letter = [...LETTERS].find(isFree);
  return letter === undefined ? undefined : `/dev/${prefix}${letter}`;
}

/** All that may be chosen. */
export const deviceNames = (prefix: string): readonly string[] =>
  [...LETTERS].map((letter) => `/dev/${prefix}${letter}`);

const letterOf = (device: string): string | undefined => /^\/dev\/(?:sd|xvd)([a-z])$/.exec(device)?.[1];

/** What EC2 calls it: only the first /xvd becomes /sd. */
export const ec2Device = (path: string): string => path.replace("/xvd", "/sd");

export const hostDisks = (): readonly string[] => readdirSync("/sys/block");

/** The names under which a disk may show that is attached as `wanted`: but for those which another has before. */
export function expectedNames(wanted: string): readonly string[] {
  const letter = letterOf(wanted);
  const names = letter === undefined ? [wanted] : [wanted, `/dev/xvd${letter}`, `/dev/sd${letter}`];
  return names.filter((name) => !isBlockDevice(name));
}

/** Where the kernel shows the volume: one of those names, or the NVMe disk with its id. */
export const attachedDevice = (names: readonly string[], volume: string): string | undefined =>
  names.find(isBlockDevice) ?? nvmeDevice(volume, "/sys/block", "/dev");

export function isBlockDevice(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isBlockDevice() === true;
}

/** NVMe disks of EBS carry the volume's id, without its dash, as their serial number. */
export function nvmeDevice(volume: string, sysBlock: string, dev: string): string | undefined {
  const serial = volume.replace("-", "");
  const name = readdirSync(sysBlock).find((disk) => {
    const file = join(sysBlock, disk, "device", "serial");
    return disk.startsWith("nvme") && existsSync(file) && readFileSync(file, "utf8").trim() === serial;
  });
  return name === undefined ? undefined : join(dev, name);
}

/** A disk whose name ends in a digit has a p before the number of a partition. */
export const partitionOf = (device: string, partition: string): string =>
  partition === "0" ? device : `${device}${/\d$/.test(device) ? "p" : ""}${partition}`;
