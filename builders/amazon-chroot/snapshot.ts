import type { Held } from "../../runtime/contract/cleanup.js";
import { errorFrom } from "../../runtime/contract/errors.js";
import type { Image } from "../amazon/ec2/ec2.js";
import { Ec2Error, isPassing } from "../amazon/ec2/failure.js";
import { askedNow, type ChrootBuild } from "./chroot-build.js";
import { foundSoon } from "./ec2/just-made.js";
import { waitFor } from "./ec2/wait.js";
import { tagsAtCreation } from "./tags.js";

/** A snapshot that EC2 has begun. */
export interface TakenSnapshot {
  readonly id: string;
  /** Whether EC2 may have made more than one: a call whose answer was lost was made again. */
  readonly isRepeated: boolean;
}

/** Begins a snapshot of the volume. */
export async function createSnapshot(
  build: ChrootBuild,
  volume: string,
  source: Image | undefined,
): Promise<Held<TakenSnapshot>> {
  const { run, ec2 } = build;
  const tags = tagsAtCreation(build, source);
  run.emit({ type: "say", text: "Creating snapshot..." });
  const snapshot = await run.cleanup.acquire(
    `snapshot of ${volume} in ${ec2.region}`,
    { op: "deleteSnapshot", args: { ...askedNow(build), volume } },
    () => createOnce(build, volume, tags),
    // Where there may be others, all snapshots of the volume go: nobody else knows it.
    ({ id, isRepeated }) => ({
      op: "deleteSnapshot",
      args: { ...askedNow(build), volume, ...(isRepeated ? {} : { snapshot: id }) },
      name: `snapshot ${id} of ${volume} in ${ec2.region}`,
    }),
  );
  run.emit({ type: "detail", text: `Snapshot ID: ${snapshot.value.id}` });
  return snapshot;
}

const TRIES = 4;

/** EC2 has no token for this call: what became of one whose answer was lost is looked up before it is made again. */
async function createOnce(
  build: ChrootBuild,
  volume: string,
  tags: Readonly<Record<string, string>>,
): Promise<TakenSnapshot> {
  const { ec2, run } = build;
  const description = `Packer: ${run.clock.now().toString()}`;
  for (let tries = 1; ; tries += 1) {
    const isRepeated = tries > 1;
    try {
      return { id: await ec2.createSnapshot(volume, description, tags, run.signal), isRepeated };
    } catch (error) {
      const id = await madeAllTheSame(build, volume, error, isRepeated);
      if (id !== undefined) return { id, isRepeated };
      if (tries === TRIES) throw error;
    }
  }
}

/** The snapshot that a call made whose answer was lost; undefined when there is none. Throws errors that can't have made any. */
async function madeAllTheSame(
  { ec2, run, place }: ChrootBuild,
  volume: string,
  error: unknown,
  isRepeated: boolean,
): Promise<string | undefined> {
  if (!(error instanceof Ec2Error)) throw error;
  error.mayBeDone ||= isRepeated;
  if (!isPassing(error) || !error.mayBeDone) throw error;
  const asked = { at: run.clock.now().getTime(), local: place.local === true };
  const [own] = await foundSoon(asked, run, () => ec2.snapshotsOf(volume, run.signal));
  return own?.id;
}

/** Deletes what calls made whose answers were lost. The AMI is there all the same: what stays is named. */
export async function deleteStrays(
  { ec2, run }: ChrootBuild,
  volume: string,
  { id: own, isRepeated }: TakenSnapshot,
): Promise<void> {
  if (!isRepeated) return;
  try {
    for (const { id } of await ec2.snapshotsOf(volume, run.signal))
      if (id !== own) await ec2.deleteSnapshot(id, run.signal);
  } catch (error) {
    run.signal.throwIfAborted();
    run.emit({
      type: "error",
      text: `A second snapshot of ${volume} may be left in ${ec2.region}: ${errorFrom(error).message}`,
    });
  }
}

/** Until it is completed. */
export async function waitForSnapshot({ ec2, run, paces }: ChrootBuild, snapshot: string): Promise<void> {
  await waitFor(
    {
      what: `snapshot ${snapshot}`,
      id: snapshot,
      from: ec2.snapshotStates,
      done: ({ state }) => state === "completed",
      failed: ({ state }) => (state === "error" ? "it is in state error" : undefined),
      progress: ({ progress }) => progress,
      pace: paces.snapshot,
    },
    run,
  );
}
