import type { Held } from "../../runtime/contract/cleanup.js";
import { RunError } from "../../runtime/contract/errors.js";
import { holdPackerLock, withLock } from "../../runtime/system/lock.js";
import type { Instance } from "../amazon/ec2/ec2.js";
import { isDeviceTaken } from "../amazon/ec2/failure.js";
import { type ChrootBuild, placeArgs } from "./chroot-build.js";
import { waitFor } from "./ec2/wait.js";
import { attachedDevice, devicePrefix, ec2Device, freeDevice, hostDisks } from "./host/device.js";
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
    const attachment = await withLock("device", environment(build), () => attachFree(build, volume, instance));
    await waitAttached(build, volume);
    return { device: attachment.value, path: await waitForDisk(build, attachment.value, volume), attachment };
  } finally {
    await release();
  }
}

const environment = ({ context }: ChrootBuild) => ({ XDG_RUNTIME_DIR: context.env("XDG_RUNTIME_DIR") });

/** EC2 is the judge of what is free: where it says that a name is taken, the next one is tried. */
async function attachFree(build: ChrootBuild, volume: string, instance: Instance): Promise<Held<string>> {
  const { options, run } = build;
  const refused: string[] = [];
  for (;;) {
    const device =
      (options.device_path ?? "") === "" ? chooseDevice(build, instance, refused) : (options.device_path ?? "");
    run.emit({ type: "say", text: `Attaching the root volume to ${ec2Device(device)}` });
    try {
      return await attachAs(build, volume, instance, device);
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
  { ec2, run, place }: ChrootBuild,
  volume: string,
  instance: Instance,
  device: string,
): Promise<Held<string>> {
  const undo = {
    op: "detachVolume",
    args: { place: placeArgs(place), volume, instance: instance.id, device: ec2Device(device) },
  };
  const take = async (): Promise<string> => {
    await ec2.attachVolume(volume, instance.id, ec2Device(device), run.signal);
    return device;
  };
  return run.cleanup.acquire(`attachment of ${volume}`, undo, take, () => undo);
}

async function waitAttached({ ec2, run, paces }: ChrootBuild, volume: string): Promise<void> {
  await waitFor(
    {
      what: `attachment of ${volume}`,
      look: () => ec2.volume(volume, run.signal),
      done: ({ attachments }) => attachments.length > 0 && attachments.every(({ state }) => state === "attached"),
      pace: paces.attachment,
    },
    run,
  );
}

const DISK_PATIENCE = 60_000;
const LOOK_EVERY = 100;

async function waitForDisk({ run }: ChrootBuild, device: string, volume: string): Promise<string> {
  const start = run.clock.monotonic();
  for (;;) {
    const path = attachedDevice(device, volume);
    if (path !== undefined) return path;
    if (run.clock.monotonic() - start > DISK_PATIENCE) {
      throw new RunError(
        `${volume} is attached as ${device}, but no such disk has shown up: give nvme_device_path when the kernel calls it otherwise`,
      );
    }
    await run.clock.sleep(LOOK_EVERY, run.signal);
  }
}
