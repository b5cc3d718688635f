// How each thing that a build takes is given back: also by another process, long after. "Already gone" is success.

import { existsSync, readdirSync } from "node:fs";
import type { UndoTable } from "../../runtime/contract/cleanup.js";
import { errorFrom, RunError } from "../../runtime/contract/errors.js";
import type { Json } from "../../runtime/contract/json.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import { bootId } from "../../runtime/system/process-identity.js";
import type { Place } from "../amazon/aws/session.js";
import type { Ec2, Image } from "../amazon/ec2/ec2.js";
import { Ec2Error } from "../amazon/ec2/failure.js";
import { type Asked, foundSoon, unlessGone } from "./ec2/just-made.js";
import { DEFAULT_PACES, type Pace, waitFor } from "./ec2/wait.js";
import { ec2OfBuild } from "./ec2-of-build.js";
import { useOf } from "./host/block-devices.js";
import { unclaim } from "./host/claims.js";
import { fileWork } from "./host/file-work.js";
import { endProcessesIn, mountPoints, unmount } from "./host/mounts.js";
import { endNamespace } from "./host/namespace.js";
import { unmountElsewhere } from "./host/other-namespaces.js";
import { putBack, type ReplacedFile } from "./host/replaced-file.js";
import { freeTurn } from "./host/turn.js";
import { wrapperFor } from "./host/wrapper.js";
import { imagesOn } from "./register.js";

type Args = Readonly<Record<string, Json>>;

// What an undo gets is what the same build wrote into its journal.
const members = (args: Json): Args =>
  typeof args === "object" && args !== null && !Array.isArray(args) ? (args as Args) : {};
const text = (args: Args, name: string): string => String(args[name] ?? "");

const ec2Of = (args: Args, run: RunContext): Ec2 => ec2OfBuild(args["place"] as unknown as Place, run);

/** The build's own, as its journal holds it. */
const paceOf = ({ pace }: Args): Pace => (pace as unknown as Pace | undefined) ?? DEFAULT_PACES.attachment;

/** When what is undone was asked for; long ago, where a journal does not say it. */
const askedOf = ({ at, place }: Args): Asked => ({
  at: typeof at === "number" ? at : 0,
  local: (place as unknown as Place | undefined)?.local === true,
});

export const UNDO = {
  async unmount(args, run) {
    const own = members(args);
    const path = text(own, "path");
    const root = text({ root: path, ...own }, "root");
    await unmount(path, root, run.clock, wrapperFor(run));
    if (path === root) await unmountElsewhere(root, wrapperFor(run));
  },

  /** What still runs in the chroot is asked to end, then ended with its namespace. */
  async endNamespace(args, run) {
    const own = members(args);
    const onEnd = (process: string): void =>
      run.emit({ type: "detail", text: `Ending a process that was left in the chroot: ${process}` });
    await endProcessesIn(text(own, "root"), run.clock, onEnd);
    await endNamespace(text(own, "token"), run.clock, wrapperFor(run));
  },

  /** A folder that the build made for a mount; what others put there stays. */
  async removeFolder(args, run) {
    const path = text(members(args), "path");
    if (mountPoints().includes(path)) throw new RunError(`something is mounted at ${path} still`);
    if (existsSync(path) && readdirSync(path).length === 0) await fileWork(wrapperFor(run)).removeFolder(path);
  },

  /** Puts back what was there before a file of the host was copied over it: the very same file, link or nothing. */
  async restoreFile(args, run) {
    const file = args as unknown as ReplacedFile;
    // Where somebody has unmounted the image by hand, there is a folder of the host.
    if (mountPoints().includes(file.root)) await putBack(file, fileWork(wrapperFor(run)));
  },

  freeDevice(args) {
    freeTurn(text(members(args), "device"), text(members(args), "build"));
    return Promise.resolve();
  },

  freeFolder(args) {
    freeTurn(text(members(args), "path"), text(members(args), "build"));
    return Promise.resolve();
  },

  unclaimDevice(args) {
    const own = members(args);
    unclaim(text(own, "file"), { runId: text(own, "runId"), build: text(own, "build") });
    return Promise.resolve();
  },

  async detachVolume(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const volume = text(own, "volume");
    // What the kernel would write to a disk that is gone would be lost, and EC2 waits for it to be let go.
    const use = own["bootId"] === bootId() ? useOf(text(own, "disk")) : undefined;
    if (use !== undefined) throw new RunError(`${volume} is not detached: ${use}`);
    run.emit({ type: "say", text: "Detaching EBS volume..." });
    try {
      await ec2.detachVolume(volume, text(own, "instance"), text(own, "device"), run.signal);
    } catch (error) {
      if (!(await isGoing(ec2, volume, run))) throw error;
    }
    await waitDetached(ec2, volume, paceOf(own), run);
  },

  async deleteVolume(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const asked = askedOf(own);
    const tagged = () => ec2.volumesTagged(RUN_TAG, text(own, "token"), run.signal);
    const ids = own["volume"] === undefined ? idsOf(await foundSoon(asked, run, tagged)) : [text(own, "volume")];
    for (const id of ids) {
      run.emit({ type: "say", text: "Deleting the created EBS volume..." });
      await unlessGone(asked, run, () => ec2.deleteVolume(id, run.signal));
    }
  },

  async deleteSnapshot(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const asked = askedOf(own);
    const taken = () => ec2.snapshotsOf(text(own, "volume"), run.signal);
    const ids = own["snapshot"] === undefined ? idsOf(await foundSoon(asked, run, taken)) : [text(own, "snapshot")];
    for (const id of ids) {
      run.emit({ type: "say", text: `Deleting snapshot ${id}...` });
      await unlessGone(asked, run, () => ec2.deleteSnapshot(id, run.signal));
    }
  },

  async deregisterImage(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const asked = askedOf(own);
    const registered = () => imagesOn(text(own, "snapshot"), text(own, "name"), ec2, run.signal);
    const ids = own["image"] === undefined ? await foundSoon(asked, run, registered) : [text(own, "image")];
    for (const id of ids) {
      run.emit({ type: "say", text: `Deregistering AMI ${id}...` });
      await unlessGone(asked, run, () => deregister(ec2, id, run));
    }
  },

  /** A copy of an AMI, and the snapshots that came to be with it. */
  async destroyCopy(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const asked = askedOf(own);
    const ids =
      own["image"] === undefined
        ? idsOf(await foundSoon(asked, run, () => copiesOf(own, ec2, run)))
        : [text(own, "image")];
    const deleteAll = async (snapshots: readonly string[]): Promise<void> => {
      for (const snapshot of snapshots) await unlessGone(asked, run, () => ec2.deleteSnapshot(snapshot, run.signal));
    };
    for (const id of ids) {
      run.emit({ type: "say", text: `Deregistering the copy ${id} in ${ec2.region}...` });
      // A copy that is not done yet names no snapshot, and its snapshot would outlive it.
      const snapshots = textsOf(own["snapshots"]) ?? idsOf(await ec2.snapshotsCopied({ to: id }, run.signal));
      await unlessGone(asked, run, () => deregister(ec2, id, run));
      await deleteAll(snapshots);
    }
    // Of a copy whose id was never heard, and which an earlier try has deregistered already: the source is this build's own.
    if (own["image"] === undefined && own["source"] !== undefined)
      await deleteAll(idsOf(await ec2.snapshotsCopied({ from: text(own, "source") }, run.signal)));
  },

  /** Finished AMIs that a post-processor replaced, with their snapshots: past failures, so that one does not keep the others. */
  async destroyImages(args, run) {
    const images = members(args)["images"];
    const errors: Error[] = [];
    for (const each of Array.isArray(images) ? images : []) {
      try {
        await destroyImage(members(each), run);
      } catch (thrown) {
        errors.push(errorFrom(thrown));
      }
    }
    if (errors.length > 0) throw new RunError(errors.map(({ message }) => message).join("; "));
  },
} satisfies UndoTable;

/** What the journal may name. */
export type UndoName = keyof typeof UNDO;

/** The AMI, then those of its snapshots that no other AMI uses. */
async function destroyImage(own: Args, run: RunContext): Promise<void> {
  const ec2 = ec2Of(own, run);
  const asked = askedOf(own);
  await unlessGone(asked, run, () => deregister(ec2, text(own, "image"), run));
  for (const snapshot of textsOf(own["snapshots"]) ?? [])
    await unlessGone(asked, run, () => deleteUnused(snapshot, ec2, run));
}

const textsOf = (json: Json | undefined): readonly string[] | undefined =>
  Array.isArray(json) ? json.map(String) : undefined;

const idsOf = (things: readonly { readonly id: string }[]): readonly string[] => things.map(({ id }) => id);

/** A protected AMI is one that this build protected. */
async function deregister(ec2: Ec2, image: string, { signal }: RunContext): Promise<void> {
  try {
    await ec2.deregisterImage(image, signal);
  } catch (error) {
    if (!(error instanceof Ec2Error && error.code === "OperationNotPermitted")) throw error;
    await ec2.unprotectImage(image, signal);
    await ec2.deregisterImage(image, signal);
  }
}

/** Our own images of that name that were not there before the copy was asked for. */
async function copiesOf(own: Args, ec2: Ec2, { signal }: RunContext): Promise<readonly Image[]> {
  const before = textsOf(own["before"]) ?? [];
  const images = await ec2.images({ owners: ["self"], filters: { name: [text(own, "name")] } }, signal);
  return images.filter(({ id }) => !before.includes(id));
}

/** Of a finished AMI: another that uses it may have been registered since. */
async function deleteUnused(snapshot: string, ec2: Ec2, { signal }: RunContext): Promise<void> {
  try {
    await ec2.deleteSnapshot(snapshot, signal);
  } catch (error) {
    if (!(error instanceof Ec2Error && error.code === "InvalidSnapshot.InUse")) throw error;
  }
}

/** Whether a refused detachment was not needed: the volume is gone, free, or on its way. */
async function isGoing(ec2: Ec2, id: string, { signal }: RunContext): Promise<boolean> {
  const volume = await ec2.volume(id, signal);
  return volume === undefined || volume.attachments.every(({ state }) => state === "detaching" || state === "detached");
}

/** Carried by the temporary volume only: nothing of ours stays on what the user keeps. */
export const RUN_TAG = "pkrts:run-id";

async function waitDetached(ec2: Ec2, volume: string, pace: Pace, run: RunContext): Promise<void> {
  await waitFor(
    {
      what: `detachment of ${volume}`,
      id: volume,
      from: { next: async (...given) => (await ec2.volumeStates.next(...given)) ?? { attachments: [] } },
      done: ({ attachments }) => attachments.length === 0,
      pace,
    },
    run,
  );
}
