import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type AttachedDisk, detachDisk, loopsOf, processIdentity } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import type { State, Volume } from "./model.js";
import type { StateStore } from "./state.js";

/** Releases what servers that are gone left: loop devices and links of attached volumes, disks the state doesn't know. */
export async function recoverState(store: StateStore): Promise<void> {
  await store.update(async (state) => {
    for (const volume of Object.values(state.volumes)) await recoverVolume(store, volume);
    await removeStrangers(store, state);
  });
}

async function recoverVolume(store: StateStore, volume: Volume): Promise<void> {
  const { attachment } = volume;
  if (!attachment || (await processIdentity(Number.parseInt(attachment.owner, 10))) === attachment.owner) return;
  const bound = await loopsOf(store.disk(volume.id));
  // After a reboot another disk may use the number that the state remembers.
  const ours = attachment.partitionLoops.filter((loop) => bound.includes(loop));
  if (bound.includes(attachment.loop) && !(await isDetached({ ...attachment, partitionLoops: ours }))) return;
  volume.attachment = undefined;
}

/** A disk that a killed build left mounted stays attached: once it is unmounted, it can be detached as any other. */
async function isDetached(disk: AttachedDisk): Promise<boolean> {
  try {
    await detachDisk(disk);
    return true;
  } catch (error) {
    if (error instanceof Ec2Error && error.code === "IncorrectState") return false;
    throw error;
  }
}

async function removeStrangers(store: StateStore, state: State): Promise<void> {
  for (const file of await readdir(join(store.dir, "disks"))) {
    const id = file.replace(/\.img$/, "");
    if (Object.hasOwn(state.volumes, id) || Object.hasOwn(state.snapshots, id)) continue;
    const path = store.disk(id);
    if ((await loopsOf(path)).length === 0) await rm(path, { force: true });
  }
}
