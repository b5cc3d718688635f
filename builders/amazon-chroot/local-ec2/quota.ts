import { stat } from "node:fs/promises";
import type { Call } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import type { Snapshot, State, Volume } from "./model.js";

const GIB = 1024 ** 3;

/**
 * Refuses what could make the disks hold more than the quota. A volume counts with its whole size, since that much may
 * be written to it; a snapshot with what it holds. `more`: a new volume's GiB, or the id of the disk to be copied.
 */
export async function checkQuota(call: Call, more: number | string): Promise<void> {
  const { quota, state, store } = call;
  if (quota === undefined) return;
  const snapshots = await Promise.all(Object.keys(state.snapshots).map((id) => stat(store.disk(id))));
  // Snapshots of the same content share a file.
  const files = new Map(snapshots.map(({ ino, blocks }) => [ino, blocks * 512]));
  const volumes = Object.values(state.volumes).flatMap(({ size, goneAt }) =>
    goneAt === undefined ? [size * GIB] : [],
  );
  const used = [...files.values(), ...volumes].reduce((sum, bytes) => sum + bytes, 0);
  const wanted = typeof more === "number" ? more * GIB : (await stat(store.disk(more))).blocks * 512;
  if (used + wanted <= quota) return;
  const sizes = `${gib(used)} of ${gib(quota)} GiB are in use, ${gib(wanted)} more are wanted`;
  throw new Ec2Error(
    typeof more === "number" ? "VolumeLimitExceeded" : "ResourceLimitExceeded",
    `The disk quota of this embedded EC2 is used up: ${sizes}.`,
  );
}

/** Snapshots of one volume that EC2 takes at a time; of the slow hard disks, one. */
const CONCURRENT_SNAPSHOTS = 5;
const CONCURRENT_COPIES = 20;

/** Refuses one more snapshot of a volume while as many of it are pending as EC2 has at a time. */
export function checkConcurrentSnapshots({ state }: Call, { id, type }: Volume): void {
  const most = type === "st1" || type === "sc1" ? 1 : CONCURRENT_SNAPSHOTS;
  if (pending(state, (snapshot) => snapshot.volume === id) >= most)
    throw new Ec2Error(
      "ConcurrentSnapshotLimitExceeded",
      "Maximum allowed in-progress snapshots for a single volume exceeded.",
    );
}

/** Refuses one more copy while as many are pending as EC2 makes at a time in one region. */
export function checkConcurrentCopies({ state, region }: Call): void {
  if (pending(state, (snapshot) => snapshot.isCopy === true && snapshot.region === region) >= CONCURRENT_COPIES)
    throw new Ec2Error(
      "ResourceLimitExceeded",
      `Too many snapshot copies in progress. The limit is ${CONCURRENT_COPIES} for this destination region.`,
    );
}

const pending = ({ snapshots }: State, isMeant: (snapshot: Snapshot) => boolean): number =>
  Object.values(snapshots).filter((snapshot) => snapshot.readyAt > Date.now() && isMeant(snapshot)).length;

const gib = (bytes: number): string => (bytes / GIB).toFixed(1);
