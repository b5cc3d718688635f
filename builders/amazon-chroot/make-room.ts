// force_deregister: own images of the AMI's name go only when the new image is sure, and their snapshots last of all.

import { RunError } from "../../runtime/contract/errors.js";
import { type Image, snapshotsOf } from "../amazon/ec2/ec2.js";
import { isNotFound } from "../amazon/ec2/failure.js";
import type { ChrootBuild } from "./chroot-build.js";
import { finalRegions, inRegion, namesakes } from "./made-image.js";

export const isForced = ({ options, context }: ChrootBuild): boolean =>
  options.force_deregister === true || context.force;

/** Says before anything is made that an image which must go can't. */
export async function checkReplaceable(build: ChrootBuild): Promise<void> {
  const kept = await Promise.all(finalRegions(build).map((region) => namesakes(inRegion(build, region))));
  const [stuck] = kept.flat().filter(isProtected);
  if (stuck === undefined) return;
  throw new RunError(
    `AMI ${stuck.id} (${stuck.name}) can't make room for the new one: it is protected against deregistration (${stuck.protection}); switch that off with: aws ec2 disable-image-deregistration-protection --image-id ${stuck.id}`,
  );
}

const isProtected = ({ protection = "disabled" }: Image): boolean => protection.startsWith("enabled");

// What was replaced in this build; its snapshots go when everything else is done.
const replaced = new WeakMap<ChrootBuild["run"]["cleanup"], { readonly there: ChrootBuild; readonly image: Image }[]>();

/** Deregisters own images of the name in the build's region, where that is asked for. Returns those that stay. */
export async function makeRoom(there: ChrootBuild): Promise<readonly Image[]> {
  const images = await namesakes(there);
  if (!isForced(there)) return images;
  for (const image of images) await replace(there, image);
  return [];
}

async function replace(there: ChrootBuild, image: Image): Promise<void> {
  const { ec2, run } = there;
  await unlessGone(() => ec2.deregisterImage(image.id, run.signal));
  run.emit({ type: "say", text: `Deregistered AMI ${image.name}, id: ${image.id}` });
  replaced.set(run.cleanup, [...(replaced.get(run.cleanup) ?? []), { there, image }]);
}

/** The snapshots of what was replaced. One that another AMI uses stays, and is named: the new AMI is there all the same. */
export async function deleteReplacedSnapshots({ options, run }: ChrootBuild): Promise<void> {
  const gone = replaced.get(run.cleanup) ?? [];
  replaced.delete(run.cleanup);
  if (options.force_delete_snapshot !== true) return;
  for (const { there, image } of gone)
    for (const snapshot of snapshotsOf(image.devices)) await deleteSnapshot(there, snapshot);
}

async function deleteSnapshot({ ec2, run }: ChrootBuild, snapshot: string): Promise<void> {
  try {
    await unlessGone(() => ec2.deleteSnapshot(snapshot, run.signal));
    run.emit({ type: "say", text: `Deleted snapshot: ${snapshot}` });
  } catch (error) {
    run.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    run.emit({ type: "error", text: `The snapshot ${snapshot} of a replaced AMI stays in ${ec2.region}: ${why}` });
  }
}

async function unlessGone(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
