import type { Held } from "../../runtime/contract/cleanup.js";
import { type ChrootBuild, placeArgs } from "./chroot-build.js";
import { waitFor } from "./ec2/wait.js";

/** A completed snapshot of the volume; its value is the snapshot's id. */
export async function createSnapshot({ ec2, run, place, paces }: ChrootBuild, volume: string): Promise<Held<string>> {
  run.emit({ type: "say", text: "Creating snapshot..." });
  const args = { place: placeArgs(place), volume };
  const snapshot = await run.cleanup.acquire(
    `snapshot of ${volume}`,
    { op: "deleteSnapshot", args },
    () => ec2.createSnapshot(volume, `Packer: ${run.clock.now().toString()}`, run.signal),
    (id) => ({ op: "deleteSnapshot", args: { ...args, snapshot: id } }),
  );
  run.emit({ type: "detail", text: `Snapshot ID: ${snapshot.value}` });
  await waitFor(
    {
      what: `snapshot ${snapshot.value}`,
      look: () => ec2.snapshot(snapshot.value, run.signal),
      done: ({ state }) => state === "completed",
      failed: ({ state }) => (state === "error" ? "it is in state error" : undefined),
      progress: ({ progress }) => progress,
      pace: paces.snapshot,
    },
    run,
  );
  return snapshot;
}
