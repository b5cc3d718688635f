import { readdirSync, realpathSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type AttachedDisk, detachDisk, loopsBelow, loopsOf, releaseLoop, showSize } from "./attachments.js";
import { resizeDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import type { State, Volume } from "./model.js";
import { isAlive } from "./process-identity.js";
import type { StateStore } from "./state.js";

const GIB = 1024 ** 3;

/**
 * Releases what servers that are gone left: loop devices and names of attached volumes, disks that the state does not
 * know, files that were being written. Says what it did, a line each.
 */
export async function recoverState(store: StateStore): Promise<readonly string[]> {
  return store.update(async (state) => {
    const done = [...(await recoverSizes(store, state))];
    for (const volume of Object.values(state.volumes)) done.push(...(await recoverVolume(store, volume)));
    done.push(...(await releaseStrangeLoops(store, state)));
    done.push(...(await removeStrangers(store, state)));
    return done;
  });
}

/** Disks that were made larger by a process that could not write that down, and what was made of such a one since. */
async function recoverSizes(store: StateStore, { volumes, snapshots }: State): Promise<readonly string[]> {
  const done: string[] = [];
  for (const { id, size } of [...Object.values(volumes), ...Object.values(snapshots)]) {
    const file = store.disk(id);
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= size * GIB) continue;
    await resizeDisk(file, size);
    await showSize(file);
    done.push(`${id}: ${size} GiB again`);
  }
  return done;
}

async function recoverVolume(store: StateStore, volume: Volume): Promise<readonly string[]> {
  const { attachment } = volume;
  if (attachment === undefined) return [];
  const bound = loopsOf(store.disk(volume.id));
  const isBound = bound.includes(attachment.loop);
  if (isBound && (isAlive(attachment.owner) || !(await isDetached(store.disk(volume.id), attachment)))) return [];
  volume.attachment = undefined;
  return [`${volume.id}: detached from ${attachment.device}`];
}

/** A disk that a killed build left mounted stays attached: once it is unmounted, it can be detached as any other. */
async function isDetached(file: string, disk: AttachedDisk): Promise<boolean> {
  try {
    await detachDisk(file, disk);
    return true;
  } catch (error) {
    if (error instanceof Ec2Error && error.code === "IncorrectState") return false;
    throw error;
  }
}

/** Loop devices of our disks that no attachment tells of: their server was killed before it could write that down. */
async function releaseStrangeLoops(store: StateStore, state: State): Promise<readonly string[]> {
  const known = new Set(
    Object.values(state.volumes).flatMap(({ attachment }) =>
      attachment === undefined ? [] : [attachment.loop, ...attachment.partitionLoops],
    ),
  );
  const done: string[] = [];
  for (const { loop, file } of loopsBelow(realpathSync.native(store.disks)))
    if (!known.has(loop) && (await releaseLoop(loop))) done.push(`${loop}: detached from ${file}`);
  return done;
}

async function removeStrangers(store: StateStore, state: State): Promise<readonly string[]> {
  const done: string[] = [];
  const bound = new Set(loopsBelow(realpathSync.native(store.disks)).map(({ file }) => file));
  const remove = async (file: string): Promise<void> => {
    if (bound.has(realpathSync.native(file))) return;
    await rm(file, { force: true });
    done.push(`${file}: removed, nothing knows of it`);
  };
  for (const file of readdirSync(store.disks)) if (!isKnown(state, file)) await remove(join(store.disks, file));
  // We hold the lock: whoever was writing the state is gone.
  for (const file of readdirSync(store.dir)) if (/^state\.json\.\d+$/.test(file)) await remove(join(store.dir, file));
  for (const file of readdirSync(store.incoming))
    if (!isAlive(file.replace(/^(\d+)-(\d+)-.*/, "$1 $2"))) await remove(join(store.incoming, file));
  return done;
}

function isKnown({ volumes, snapshots }: State, file: string): boolean {
  const id = file.replace(/\.img$/, "");
  return id !== file && (Object.hasOwn(volumes, id) || Object.hasOwn(snapshots, id));
}
