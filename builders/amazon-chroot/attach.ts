import type { Held } from "../../runtime/contract/cleanup.js";
import { RunError } from "../../runtime/contract/errors.js";
import { holdPackerLock, withLock } from "../../runtime/system/lock.js";
import type { Instance } from "../amazon/ec2/ec2.js";
import { isDeviceTaken } from "../amazon/ec2/failure.js";
import { type ChrootBuild, placeArgs } from "./chroot-build.js";
import { waitFor } from "./ec2/wait.js";
import {
  attachedDevice,
  devicePrefix,
  ec2Device,
  expectedNames,
  freeDevice,
  hostDisks,
  isBlockDevice,
} from "./host/device.js";
import { takeTurn } from "./host/device-turn.js";
import { checkDeviceFree } from "./preflight.js";

/** A volume that this instance has as a disk. */
export interface AttachedVolume {
  /** The device that was asked for: `build.Device`. */
  readonly device: string;
  /** Where the kernel shows it. */
  readonly path: string;
  /** Detaches it when released. */
  readonly attachment: Held<string>;
}

/** When builds of this run name the same device: waits for its turn, and for the device to be free. */
export async function reserveDevice({ options, run }: ChrootBuild): Promise<Held<string> | undefined> {
  const { device_path: device = "" } = options;
  if (device === "") return undefined;
  const undo = { op: "freeDevice", args: { device, build: run.build } };
  const onWait = (other: string): void => run.emit({ type: "detail", text: `Waiting for ${device}: ${other} uses it` });
  const take = async (): Promise<string> => {
    await takeTurn(device, run.build, run.signal, onWait);
    return device;
  };
  const turn = await run.cleanup.acquire(`turn of ${device}`, undo, take, () => undo);
  checkDeviceFree(device);
  return turn;
}

/** Attaches the volume under a free name and waits until its disk shows. Packer is kept out meanwhile, other builds of ours are not. */
export async function attachVolume(build: ChrootBuild, volume: string, instance: Instance): Promise<AttachedVolume> {
  const { run } = build;
  const release = await holdPackerLock(run.signal, () =>
    run.emit({ type: "detail", text: "Waiting for a build of Packer on this host..." }),
  );
  try {
    const { disk, attachment } = await withLock("device", environment(build), () =>
      attachFree(build, volume, instance),
    );
    return { device: disk.device, path: await waitForDisk(build, disk), attachment };
  } finally {
    await release();
  }
}

/** A disk that is about to show. */
interface ExpectedDisk {
  readonly device: string;
  readonly volume: string;
  readonly names: readonly string[];
}

interface Attaching {
  readonly disk: ExpectedDisk;
  readonly attachment: Held<string>;
}

const environment = ({ context }: ChrootBuild) => ({ XDG_RUNTIME_DIR: context.env("XDG_RUNTIME_DIR") });

/** EC2 is the judge of what is free: where it says that a name is taken, the next one is tried. */
async function attachFree(build: ChrootBuild, volume: string, instance: Instance): Promise<Attaching> {
  const { options, run } = build;
  const refused: string[] = [];
  for (;;) {
    const device =
      (options.device_path ?? "") === "" ? chooseDevice(build, instance, refused) : (options.device_path ?? "");
    run.emit({ type: "say", text: `Attaching the root volume to ${ec2Device(device)}` });
    const disk = { device, volume, names: expectedNames(device) };
    try {
      return { disk, attachment: await attachAs(build, volume, instance, device) };
    } catch (error) {
      if (!isDeviceTaken(error) || device === options.device_path) throw error;
      refused.push(device);
    }
  }
}

function chooseDevice({ place }: ChrootBuild, instance: Instance, refused: readonly string[]): string {
  // The embedded EC2 shows disks as Xen does, whatever this host's own are called.
  const prefix = place.local === true ? "xvd" : devicePrefix(hostDisks(), "sd");
  return freeDevice(prefix, [...instance.devices, ...refused]);
}

function attachAs(
  { ec2, run, place, paces }: ChrootBuild,
  volume: string,
  instance: Instance,
  device: string,
): Promise<Held<string>> {
  const undo = {
    op: "detachVolume",
    args: {
      place: placeArgs(place),
      volume,
      instance: instance.id,
      device: ec2Device(device),
      pace: { ...paces.attachment },
    },
  };
  const take = async (): Promise<string> => {
    await ec2.attachVolume(volume, instance.id, ec2Device(device), run.signal);
    return device;
  };
  return run.cleanup.acquire(`attachment of ${volume}`, undo, take, () => undo);
}

const DISK_PATIENCE = 60_000;
const LOOK_EVERY = 50;

/** The kernel decides: once it shows the disk, EC2 need not be asked. */
async function waitForDisk(build: ChrootBuild, disk: ExpectedDisk): Promise<string> {
  const shown = new AbortController();
  const run = build.run.with({ signal: AbortSignal.any([build.run.signal, shown.signal]) });
  try {
    return await Promise.race([untilShown(disk, run), namedDisk({ ...build, run }, disk)]);
  } finally {
    shown.abort();
  }
}

async function untilShown({ names, volume }: ExpectedDisk, { clock, signal }: ChrootBuild["run"]): Promise<string> {
  for (;;) {
    const path = attachedDevice(names, volume);
    if (path !== undefined) return path;
    await clock.sleep(LOOK_EVERY, signal);
  }
}

/** The disk that the template names, where EC2 attaches the volume and the kernel shows it under no name of its own. Throws when there is none. */
async function namedDisk(build: ChrootBuild, { device, volume }: ExpectedDisk): Promise<string> {
  const { ec2, run, paces, options } = build;
  await run.clock.sleep(paces.attachment.first, run.signal);
  await waitFor(
    {
      what: `attachment of ${volume}`,
      id: volume,
      from: ec2.volumeStates,
      done: ({ attachments }) => attachments.length > 0 && attachments.every(({ state }) => state === "attached"),
      pace: paces.attachment,
    },
    run,
  );
  const named = (options.nvme_device_path ?? "").replace(/(?<=\d)p$/, "");
  if (isBlockDevice(named)) return named;
  await run.clock.sleep(DISK_PATIENCE, run.signal);
  throw new RunError(
    `${volume} is attached as ${device}, but no such disk has shown up: give nvme_device_path when the kernel calls it otherwise`,
  );
}
