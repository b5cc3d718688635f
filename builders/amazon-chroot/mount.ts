// The volume's root file system on the host.

import { existsSync } from "node:fs";
import type { Held } from "../../runtime/contract/cleanup.js";
import { errorFrom, RunError } from "../../runtime/contract/errors.js";
import type { AttachedVolume } from "./attach.js";
import type { ChrootBuild } from "./chroot-build.js";
import { partitionOf } from "./host/device.js";
import { blaming, hostProgram } from "./host/host-program.js";
import {
  type Candidate,
  fileSystemOf,
  holdsRoot,
  neededOptions,
  type Probe,
  partitionsOf,
  rootCandidates,
} from "./host/root-device.js";
import { takeFolder } from "./mount-folder.js";

/** The mounted image: its root folder on the host, and what is held there, in the order in which it was taken. */
export interface MountedImage {
  readonly root: string;
  readonly held: readonly Held<unknown>[];
}

/** Mounts the root file system. `virtualization`: only a hardware virtual machine's disk is partitioned. */
export async function mountRoot(
  build: ChrootBuild,
  volume: AttachedVolume,
  virtualization: string,
): Promise<MountedImage> {
  const { options, run } = build;
  run.emit({ type: "say", text: "Mounting the root device..." });
  const folder = await takeFolder(build, options.nvme_device_path || volume.device);
  const devices = virtualization === "hvm" ? await devicesOf(build, volume.path) : [{ device: volume.path }];
  const mount = await (devices.length > 1
    ? mountFirstRoot(build, devices, folder.path)
    : mountOnly(build, devices[0] ?? { device: "" }, volume.path, folder.path));
  return { root: folder.path, held: [...folder.held, mount] };
}

/** The partition that the template names; where it names none, what may hold the root file system of the image. */
async function devicesOf(build: ChrootBuild, disk: string): Promise<readonly Candidate[]> {
  const { options } = build;
  const { mount_partition: partition = "" } = options;
  const first = partitionOf(disk, partition || "1");
  if (partition !== "" || options.from_scratch === true) {
    const trouble = await waitFor(build, disk, () => existsSync(first));
    if (existsSync(first)) return [{ device: first }];
    const others = partitionsOf(disk).join(", ");
    throw new RunError(
      `${first} does not exist: the volume has no such partition${others && `, but ${others}`} (mount_partition = "0" mounts the whole device)${trouble}`,
    );
  }
  const probe = probeOf(build);
  const isPartitioned = (): boolean => partitionsOf(disk).length > 0;
  const isSettled = isPartitioned() || (await fileSystemOf(disk, probe)) !== undefined;
  const trouble = isSettled ? "" : await waitFor(build, disk, isPartitioned);
  // One alone is mounted, whatever it holds.
  if (partitionsOf(disk).join() === first) return [{ device: first }];
  const candidates = await rootCandidates(disk, probe);
  if (candidates.length > 0) return candidates;
  if (existsSync(first)) return [{ device: first }];
  throw new RunError(`${disk} has no partition that can be mounted, and no file system of its own${trouble}`);
}

const probeOf = ({ run, wrapper }: ChrootBuild): Probe => ({
  wrapper,
  signal: run.signal,
  onTrouble: (text) => run.emit({ type: "detail", text }),
});

const LOOK_EVERY = 50;
const MOST_LOOKS = 100;

/** A kernel that does not read partition tables by itself is asked to, once. Gives what went wrong with that, with a semicolon before it. */
async function waitFor({ run, wrapper }: ChrootBuild, disk: string, isThere: () => boolean): Promise<string> {
  let trouble = "";
  for (let look = 0; !isThere() && look < MOST_LOOKS; look += 1) {
    if (look === 10)
      await hostProgram(wrapper, ["partx", "--update", disk], run.signal).catch((error: unknown) => {
        trouble = `; ${errorFrom(error).message}`;
      });
    await run.clock.sleep(LOOK_EVERY, run.signal);
  }
  return trouble;
}

/** What fails is told with the other partitions of the disk that may have been meant. */
async function mountOnly(build: ChrootBuild, from: Candidate, disk: string, folder: string): Promise<Held<string>> {
  try {
    return await mountAt(build, from, folder);
  } catch (thrown) {
    build.run.signal.throwIfAborted();
    const others = (await rootCandidates(disk, probeOf(build))).filter(({ device }) => device !== from.device);
    if (others.length === 0) throw thrown;
    const list = others.map(({ device, type }) => `${device}, which holds ${type}`).join(", or ");
    throw new RunError(`${errorFrom(thrown).message}\nmount_partition may mean ${list}`, { cause: thrown });
  }
}

/** The first that holds a root file system; where none seems to, the first. */
async function mountFirstRoot(
  build: ChrootBuild,
  devices: readonly Candidate[],
  folder: string,
): Promise<Held<string>> {
  const [first = { device: "" }] = devices;
  for (const each of devices) {
    const mount = await mountIfRoot(build, each, folder);
    if (mount === undefined) continue;
    if (each !== first) build.run.emit({ type: "detail", text: `The root file system is on ${each.device}` });
    return mount;
  }
  build.run.emit({
    type: "detail",
    text: `None of ${devices.map(({ device }) => device).join(", ")} has an /etc or /usr: mounting the first (mount_partition names another)`,
  });
  return mountAt(build, first, folder);
}

/** Undefined, too, where it can't be mounted: mount_options may suit the root file system alone, and that of /boot may be broken. */
async function mountIfRoot(build: ChrootBuild, from: Candidate, folder: string): Promise<Held<string> | undefined> {
  const { run } = build;
  const mount = await mountAt(build, from, folder).catch((thrown: unknown) => {
    run.signal.throwIfAborted();
    run.emit({ type: "detail", text: `${from.device} is passed over: ${errorFrom(thrown).message}` });
    return undefined;
  });
  if (mount === undefined || holdsRoot(folder)) return mount;
  await mount.release();
  return undefined;
}

async function mountAt(build: ChrootBuild, from: Candidate, folder: string): Promise<Held<string>> {
  const given = (build.options.mount_options ?? []).flatMap((option) =>
    option.split(/\s+/).filter((word) => word !== ""),
  );
  const needed = await neededOptions(from, given, probeOf(build));
  const flags = [...given.flatMap((option) => ["-o", option]), ...needed];
  return mounted(build, {
    path: folder,
    root: folder,
    argv: ["mount", ...flags, from.device, folder],
    blame: "Error mounting root volume",
  });
}

interface ToMount {
  readonly path: string;
  /** Of the image whose processes are in the way when it is unmounted. */
  readonly root: string;
  readonly argv: readonly string[];
  /** What an error begins with. */
  readonly blame: string;
  /** Where it may be mounted with others: the paths at which that went well. */
  readonly together?: Promise<ReadonlySet<string>>;
}

/** Mounts something; releasing unmounts it. */
export function mounted({ run, wrapper }: ChrootBuild, wanted: ToMount): Promise<Held<string>> {
  const { path, root, argv, blame, together } = wanted;
  const undo = { op: "unmount", args: { path, root }, endsWithMachine: true } as const;
  const take = async (): Promise<string> => {
    const isThere = (await together)?.has(path) === true;
    if (!isThere) await blaming(blame, run.signal, () => hostProgram(wrapper, argv, run.signal));
    return path;
  };
  return run.cleanup.acquire(`mount ${path}`, undo, take, () => undo);
}
