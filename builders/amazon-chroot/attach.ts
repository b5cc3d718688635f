import type { Held } from "../../runtime/contract/cleanup.js";
import { RunError } from "../../runtime/contract/errors.js";
import { holdPackerLock, lockFolder, withLock } from "../../runtime/system/lock.js";
import { bootId } from "../../runtime/system/process-identity.js";
import type { Instance } from "../amazon/ec2/ec2.js";
import { Ec2Error, isDeviceTaken } from "../amazon/ec2/failure.js";
import { askedNow, type ChrootBuild } from "./chroot-build.js";
import { onceKnown } from "./ec2/just-made.js";
import { waitFor } from "./ec2/wait.js";
import { claim, claimantOf, claimFile } from "./host/claims.js";
import {
  attachedDevice,
  deviceNames,
  devicePrefix,
  ec2Device,
  expectedNames,
  freeDevice,
  hostDisks,
  isBlockDevice,
} from "./host/device.js";
import { takeTurn } from "./host/turn.js";
import { checkDeviceFree } from "./preflight.js";

/** A volume that this instance has as a disk. */
export interface AttachedVolume {
  /** The device that was asked for: `build.Device`. */
  readonly device: string;
  /** Where the kernel shows it. */
  readonly path: string;
  /** Its name and its attachment, in the order in which they were taken. */
  readonly held: readonly Held<unknown>[];
}

/** Where the template names the device: waits until no other build of this run uses it, and claims it among all builds of this host. */
export async function reserveDevice(build: ChrootBuild): Promise<readonly Held<string>[]> {
  const { options, run } = build;
  const { device_path: device = "" } = options;
  if (device === "") return [];
  // The names of Xen and of SCSI are one to EC2.
  const name = ec2Device(device);
  const undo = { op: "freeDevice", args: { device: name, build: run.build }, endsWithMachine: true } as const;
  const onWait = (other: string): void => run.emit({ type: "detail", text: `Waiting for ${device}: ${other} uses it` });
  const take = async (): Promise<string> => {
    await takeTurn(name, run.build, run.signal, onWait);
    return device;
  };
  const turn = await run.cleanup.acquire(`turn of ${device}`, undo, take, () => undo);
  checkDeviceFree(device);
  return [turn, await withLock("device", environment(build), () => claimNamed(build, device))];
}

function claimNamed(build: ChrootBuild, device: string): Promise<Held<string>> {
  const other = claimantOf(claimFile(lockFolder(environment(build)), device));
  if (other === undefined) return claimDevice(build, device);
  throw new RunError(`Device is in use: ${device}: ${other.build} of process ${other.pid} is about to attach to it`);
}

function claimDevice(build: ChrootBuild, device: string): Promise<Held<string>> {
  const { run } = build;
  const file = claimFile(lockFolder(environment(build)), device);
  const owner = { runId: run.runId, build: run.build };
  // The file may stay: its owner is gone, so that it claims nothing.
  const undo = { op: "unclaimDevice", args: { file, ...owner }, endsWithMachine: true } as const;
  const take = (): Promise<string> => {
    claim(file, owner);
    return Promise.resolve(device);
  };
  return run.cleanup.acquire(`device name ${device}`, undo, take, () => undo);
}

/** Attaches the volume and waits until its disk shows. Packer is kept out meanwhile, other builds of ours are not. */
export async function attachVolume(build: ChrootBuild, volume: string, instance: Instance): Promise<AttachedVolume> {
  const { options, run } = build;
  const refused: string[] = [];
  for (;;) {
    const onWait = (holders: readonly string[]): void => {
      const who = holders.length === 0 ? "" : ` (${holders.join("; ")})`;
      run.emit({ type: "detail", text: `Waiting for a build of Packer on this host${who}...` });
    };
    const release = await holdPackerLock(run.signal, onWait, build.wrapper.through);
    try {
      const named = options.device_path ?? "";
      const attached =
        named === ""
          ? await attachFree(build, volume, instance, refused)
          : await attachTo(build, volume, instance, { device: named, names: [] });
      if (attached !== undefined) return attached;
    } finally {
      release();
    }
    // Not while Packer is kept out: it may be what has to go on.
    await run.clock.sleep(500 + Math.random() * 1000, run.signal);
  }
}

const environment = ({ context }: ChrootBuild) => ({ XDG_RUNTIME_DIR: context.env("XDG_RUNTIME_DIR") });

/** Under a name that is free. EC2 is the judge of that: where it says that one is taken, it is `refused`. Undefined: all are taken, but not for ever. */
async function attachFree(
  build: ChrootBuild,
  volume: string,
  instance: Instance,
  refused: string[],
): Promise<AttachedVolume | undefined> {
  for (;;) {
    const name = await withLock("device", environment(build), () =>
      claimFree(build, [...instance.devices, ...refused]),
    );
    if (name === undefined) return undefined;
    try {
      return await attachTo(build, volume, instance, { device: name.value, names: [name] });
    } catch (error) {
      if (!isDeviceTaken(error)) throw error;
      refused.push(name.value);
      await name.release();
    }
  }
}

/** Undefined when other builds of ours have what is left. */
function claimFree(build: ChrootBuild, used: readonly string[]): Promise<Held<string> | undefined> {
  // The embedded EC2 shows disks as Xen does, whatever this host's own are called.
  const prefix = build.place.local === true ? "xvd" : devicePrefix(hostDisks(), "sd");
  const folder = lockFolder(environment(build));
  const claimed = deviceNames(prefix).filter((device) => claimantOf(claimFile(folder, device)) !== undefined);
  const device = freeDevice(prefix, [...used, ...claimed]);
  if (device !== undefined) return claimDevice(build, device);
  if (claimed.length === 0) throw new RunError("no device name from f to p is free on this instance");
  build.run.emit({ type: "detail", text: "Waiting for a device name: other builds have them all" });
  return Promise.resolve(undefined);
}

/** A disk that is about to show. */
interface ExpectedDisk {
  readonly device: string;
  readonly volume: string;
  /** Under which it may. */
  readonly names: readonly string[];
}

interface Target {
  readonly device: string;
  /** What is held of its name, to be given back once it is detached. */
  readonly names: readonly Held<string>[];
}

async function attachTo(
  build: ChrootBuild,
  volume: string,
  instance: Instance,
  { device, names }: Target,
): Promise<AttachedVolume> {
  build.run.emit({ type: "say", text: `Attaching the root volume to ${ec2Device(device)}` });
  const disk = { device, volume, names: expectedNames(device) };
  const attachment = await attachAs(build, volume, instance, device);
  const path = await waitForDisk(build, disk);
  const { op, args } = detachment(build, volume, instance, device);
  await attachment.replace({ op, args: { ...args, disk: path, bootId: bootId() } });
  return { device, path, held: [...names, attachment] };
}

async function isAttached({ ec2, run }: ChrootBuild, volume: string, device: string): Promise<boolean> {
  const { attachments = [] } = (await ec2.volume(volume, run.signal)) ?? {};
  return attachments.some(
    (each) => each.device === ec2Device(device) && ["attaching", "attached"].includes(each.state),
  );
}

const detachment = (build: ChrootBuild, volume: string, instance: Instance, device: string) => ({
  op: "detachVolume",
  args: {
    ...askedNow(build),
    volume,
    instance: instance.id,
    device: ec2Device(device),
    pace: { ...build.paces.attachment },
  },
});

function attachAs(build: ChrootBuild, volume: string, instance: Instance, device: string): Promise<Held<string>> {
  const { ec2, run } = build;
  const undo = detachment(build, volume, instance, device);
  const take = async (): Promise<string> => {
    try {
      await onceKnown(run, () => ec2.attachVolume(volume, instance.id, ec2Device(device), run.signal));
    } catch (error) {
      // A call whose answer was lost was made again, and EC2 says that the volume is attached already.
      if (!(error instanceof Ec2Error && error.mayBeDone && (await isAttached(build, volume, device)))) throw error;
    }
    return device;
  };
  return run.cleanup.acquire(
    `attachment of ${volume} to ${instance.id} as ${ec2Device(device)}`,
    undo,
    take,
    () => undo,
  );
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
