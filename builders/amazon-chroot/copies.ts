// Copies of the registered AMI: to other regions, and, encrypted, to its own.

import { createHash } from "node:crypto";
import { RunError } from "../../runtime/contract/errors.js";
import { type CopySpec, type Image, snapshotsOf } from "../amazon/ec2/ec2.js";
import { askedNow, type ChrootBuild } from "./chroot-build.js";
import { onceKnown } from "./ec2/just-made.js";
import { copyRegions, finalRegions, inRegion, isIntermediary } from "./made-image.js";
import { makeRoom } from "./make-room.js";
import { type AvailableImage, waitForImage } from "./register.js";

/** A copy that is available, seen from its region. */
export interface ImageCopy extends AvailableImage {
  readonly build: ChrootBuild;
}

/** All copies, side by side. One that fails stops the others' waits; what was begun is on the clean-up stack. */
export async function copyImages(build: ChrootBuild, image: string): Promise<readonly ImageCopy[]> {
  const regions = isIntermediary(build) ? finalRegions(build) : copyRegions(build);
  if (regions.length === 0) return [];
  const { run } = build;
  run.emit({ type: "say", text: `Copying/Encrypting AMI (${image}) to other regions...` });
  for (const region of regions) run.emit({ type: "detail", text: `Copying to: ${region}` });
  run.emit({ type: "detail", text: "Waiting for all copies to complete..." });
  const failed = new AbortController();
  const signal = AbortSignal.any([run.signal, failed.signal]);
  const copyTo = async (region: string): Promise<ImageCopy> => {
    try {
      return await copyImage(inRegion({ ...build, run: run.with({ signal }) }, region), build, image);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  const ended = await Promise.allSettled(regions.map(copyTo));
  if (failed.signal.aborted) throw copyError(failed.signal.reason, run.signal);
  return ended.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
}

function copyError(reason: unknown, signal: AbortSignal): unknown {
  signal.throwIfAborted();
  return reason;
}

async function copyImage(there: ChrootBuild, home: ChrootBuild, image: string): Promise<ImageCopy> {
  const { ec2, run, options } = there;
  const before = await makeRoom(there);
  const spec = copySpec(home, ec2.region, image);
  const held = await run.cleanup.acquire(
    `copy of ${image} in ${ec2.region}`,
    {
      op: "destroyCopy",
      args: { ...askedNow(there), name: spec.name, source: image, before: before.map(({ id }) => id) },
    },
    // The region may not know yet what was just registered in another.
    () => onceKnown(run, () => ec2.copyImage(spec, run.signal)),
    (id) => ({
      op: "destroyCopy",
      args: { ...askedNow(there), image: id },
      name: `copy ${id} of ${image} in ${ec2.region}`,
    }),
  );
  try {
    const copy = await waitForImage(there, held.value);
    await held.replace(undoOf(there, copy, image));
    return { build: there, held, image: copy };
  } catch (error) {
    throw named(error, ec2.region, options.ami_name ?? "");
  }
}

/** Of a copy that is available: its snapshots are known now. */
const undoOf = (there: ChrootBuild, { id, devices }: Image, image: string) => ({
  op: "destroyCopy",
  args: { ...askedNow(there), image: id, snapshots: snapshotsOf(devices) },
  name: `copy ${id} of ${image} with ${snapshotsOf(devices).join(", ")} in ${there.ec2.region}`,
});

const named = (error: unknown, region: string, name: string): unknown =>
  error instanceof RunError ? new RunError(`copying ${name} to ${region}: ${error.message}`, { cause: error }) : error;

function copySpec({ options, ec2: home, run }: ChrootBuild, region: string, image: string): CopySpec {
  const {
    encrypt_boot: encrypted,
    region_kms_key_ids: keys = {},
    snapshot_copy_duration_minutes: minutes = 0,
  } = options;
  const own = region === home.region ? options.kms_key_id : undefined;
  const key = (Object.hasOwn(keys, region) ? keys[region] : undefined) ?? own ?? "";
  const token = createHash("sha256").update(`${run.runId} ${run.build} ${region}`).digest("hex");
  return {
    name: options.ami_name ?? "",
    image,
    region: home.region,
    token,
    ...(encrypted === undefined ? {} : { encrypted }),
    ...(key === "" ? {} : { kmsKey: key }),
    ...(minutes > 0 ? { minutes } : {}),
  };
}
