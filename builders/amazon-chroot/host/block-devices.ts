// A disk and its partitions, as the kernel has them.

import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { mounts } from "./mounts.js";

export interface BlockDevice {
  readonly path: string;
  /** `7:1` */
  readonly number: string;
}

/** The partitions of a disk, then itself; none where there is no such disk. */
export function blockDevices(disk: string): readonly BlockDevice[] {
  if (!existsSync(disk)) return [];
  const name = basename(realpathSync(disk));
  const folder = join("/sys/class/block", name);
  const parts = readdirSync(folder).filter((part) => part.startsWith(name));
  return [...parts, name].flatMap((device) => {
    const file = join("/sys/class/block", device, "dev");
    return existsSync(file) ? [{ path: join("/dev", device), number: readFileSync(file, "utf8").trim() }] : [];
  });
}

/** Where the disk or a part of it is mounted: `/dev/xvdf1 is mounted at /mnt`. Undefined where it is not. */
export function useOf(disk: string): string | undefined {
  const all = mounts();
  for (const { path, number } of blockDevices(disk)) {
    const mount = all.find(({ device }) => device === number);
    if (mount !== undefined) return `${path} is mounted at ${mount.point}`;
  }
  return undefined;
}
