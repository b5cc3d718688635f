import type { Held } from "../../runtime/contract/cleanup.js";
import type { Image } from "../amazon/ec2/ec2.js";
import { type ChrootBuild, placeArgs } from "./chroot-build.js";
import { waitFor } from "./ec2/wait.js";
import { tagsAtCreation } from "./tags.js";

/** Begins a snapshot of the volume; its value is the snapshot's id. */
export async function createSnapshot(
  build: ChrootBuild,
  volume: string,
  source: Image | undefined,
): Promise<Held<string>> {
  const { ec2, run, place } = build;
  const tags = tagsAtCreation(build, source);
  run.emit({ type: "say", text: "Creating snapshot..." });
  const args = { place: placeArgs(place), volume };
  const snapshot = await run.cleanup.acquire(
    `snapshot of ${volume}`,
    { op: "deleteSnapshot", args },
    () => ec2.createSnapshot(volume, `Packer: ${run.clock.now().toString()}`, tags, run.signal),
    (id) => ({ op: "deleteSnapshot", args: { ...args, snapshot: id } }),
  );
  run.emit({ type: "detail", text: `Snapshot ID: ${snapshot.value}` });
  return snapshot;
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
