// How each thing that a build takes is given back: also by another process, long after. "Already gone" is success.

import { existsSync, renameSync, rmSync } from "node:fs";
import type { UndoTable } from "../../runtime/contract/cleanup.js";
import type { Json } from "../../runtime/contract/json.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import { openEc2, type Place } from "./aws/session.js";
import type { Ec2 } from "./ec2/ec2.js";
import { isNotFound } from "./ec2/failure.js";
import { PACE, waitFor } from "./ec2/wait.js";
import { unmount } from "./host/mounts.js";

type Args = Readonly<Record<string, Json>>;

// What an undo gets is what the same build wrote into its journal.
const members = (args: Json): Args => (typeof args === "object" && args !== null && !Array.isArray(args) ? (args as Args) : {});
const text = (args: Args, name: string): string => String(args[name] ?? "");

const ec2Of = (args: Args, run: RunContext): Ec2 => openEc2(args as unknown as Place, run.runId);

async function unlessGone(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

export const UNDO: UndoTable = {
  async unmount(args, run) {
    await unmount(text(members(args), "path"), run.clock);
  },

  removeFolder(args) {
    rmSync(text(members(args), "path"), { recursive: false, force: true });
    return Promise.resolve();
  },

  /** Puts back what was there before a file of the host was copied over it. */
  restoreFile(args) {
    const { path, saved } = members(args);
    if (typeof saved === "string") {
      if (existsSync(saved)) renameSync(saved, String(path));
    } else rmSync(String(path), { force: true });
    return Promise.resolve();
  },

  async detachVolume(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const volume = await ec2.volume(text(own, "volume"), run.signal);
    if (volume === undefined || volume.attachments.length === 0) return;
    run.emit({ type: "say", text: "Detaching EBS volume..." });
    await unlessGone(() => ec2.detachVolume(volume.id, text(own, "instance"), text(own, "device"), run.signal));
    await waitDetached(ec2, volume.id, run);
  },

  async deleteVolume(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const ids = own["volume"] === undefined ? (await ec2.volumesTagged(RUN_TAG, text(own, "token"), run.signal)).map(({ id }) => id) : [text(own, "volume")];
    for (const id of ids) {
      run.emit({ type: "say", text: "Deleting the created EBS volume..." });
      await unlessGone(() => ec2.deleteVolume(id, run.signal));
    }
  },

  async deleteSnapshot(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const ids = own["snapshot"] === undefined ? (await ec2.snapshotsOf(text(own, "volume"), run.signal)).map(({ id }) => id) : [text(own, "snapshot")];
    for (const id of ids) {
      run.emit({ type: "say", text: `Removing snapshot ${id} since we cancelled or halted...` });
      await unlessGone(() => ec2.deleteSnapshot(id, run.signal));
    }
  },

  async deregisterImage(args, run) {
    const own = members(args);
    const ec2 = ec2Of(own, run);
    const byName = { owners: ["self"], filters: { name: [text(own, "name")] } };
    const ids = own["image"] === undefined ? (await ec2.images(byName, run.signal)).map(({ id }) => id) : [text(own, "image")];
    for (const id of ids) {
      run.emit({ type: "say", text: `Deregistering the half-made AMI ${id}...` });
      await unlessGone(() => ec2.deregisterImage(id, run.signal));
    }
  },
};

/** Carried by the temporary volume only: nothing of ours stays on what the user keeps. */
export const RUN_TAG = "pkrts:run-id";

export async function waitDetached(ec2: Ec2, volume: string, run: RunContext): Promise<void> {
  await waitFor(
    { what: `detachment of ${volume}`, look: () => ec2.volume(volume, run.signal), done: ({ attachments }) => attachments.length === 0, ...PACE.attachment },
    run,
  );
}
