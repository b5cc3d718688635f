import type { Artifact } from "../../runtime/contract/artifact.js";
import type { Held } from "../../runtime/contract/cleanup.js";
import type { GeneratedData, PrepareContext, Provision } from "../../runtime/contract/component.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { Image } from "../amazon/ec2/ec2.js";
import { imageArtifact } from "./artifact.js";
import { type AttachedVolume, attachVolume, reserveDevice } from "./attach.js";
import { generatedData } from "./build-info.js";
import type { ChrootBuild } from "./chroot-build.js";
import { connect } from "./connect.js";
import { copyImages } from "./copies.js";
import { copyFiles } from "./copy-files.js";
import { mountExtra } from "./extra-mounts.js";
import { chrootCommunicator } from "./host/chroot-communicator.js";
import { partitionOf } from "./host/device.js";
import { flushDisk } from "./host/flush.js";
import { unmountTogether } from "./host/mounts.js";
import { checkWritten } from "./host/written.js";
import { hostCommands } from "./host-commands.js";
import { changeAttributes } from "./image-attributes.js";
import { deprecate, protect } from "./lifecycle.js";
import { isIntermediary, type MadeImage, madeImage } from "./made-image.js";
import { deleteReplacedSnapshots } from "./make-room.js";
import { mountRoot } from "./mount.js";
import { enterNamespace } from "./namespace.js";
import { prevalidate, thisInstance } from "./preflight.js";
import { registerImage } from "./register.js";
import { createSnapshot, deleteStrays, type TakenSnapshot, waitForSnapshot } from "./snapshot.js";
import { findSourceImage, type SourceImage } from "./source-image.js";
import { tagImage } from "./tags.js";
import { releaseAll, tidyUp } from "./tidy-up.js";
import { createVolume } from "./volume.js";

/** The steps of a build, from the checks to the AMI. */
export async function build(
  options: AmazonChroot,
  context: PrepareContext,
  run: RunContext,
  provision: Provision,
): Promise<Artifact> {
  const own = await run.step("connect", () => connect(options, context, run));
  await run.step("check name and region", () => prevalidate(own));
  const instance = await run.step("find instance", () => thisInstance(own));
  const source =
    options.from_scratch === true ? undefined : await run.step("find source AMI", () => findSourceImage(own));
  const reserved = await reserveDevice(own);
  const volume = await run.step("create volume", () => createVolume(own, source, instance.zone));
  const attached = await run.step("attach volume", () => attachVolume(own, volume.value, instance));
  const generated = await provisionVolume(own, attached, source, provision);
  const snapshot = await run.step("snapshot", () => takeSnapshot(own, attached, volume.value, source?.image));
  // The next build needs the device; the AMI, the snapshot.
  const device = [...reserved, ...attached.held];
  await run.step("detach volume", () => detachMeanwhile(own, device, snapshot.value.id));
  return makeImage(own, { volume, snapshot }, source?.image, generated);
}

/** Of the unmounted disk, with all that was written to it: it need not be detached for that. */
async function takeSnapshot(
  own: ChrootBuild,
  attached: AttachedVolume,
  volume: string,
  source: Image | undefined,
): Promise<Held<TakenSnapshot>> {
  await flushDisk(attached.path, own.wrapper, own.run.signal);
  return createSnapshot(own, volume, source);
}

/** Gives the device back while EC2 copies the snapshot. Returns when both are done; what fails ends the other's wait. */
async function detachMeanwhile(own: ChrootBuild, device: readonly Held<unknown>[], snapshot: string): Promise<void> {
  const failed = new AbortController();
  const run = own.run.with({ signal: AbortSignal.any([own.run.signal, failed.signal]) });
  const releasing = releaseAll(device).catch((error: unknown) => {
    failed.abort(error);
    throw error;
  });
  await allEnded([releasing, waitForSnapshot({ ...own, run }, snapshot)]);
}

/** Returns when all have ended; throws what the first of those that failed did with. */
async function allEnded(all: readonly Promise<unknown>[]): Promise<void> {
  for (const end of await Promise.allSettled(all)) if (end.status === "rejected") throw end.reason;
}

/** From the attached disk to the provisioned, unmounted image. */
async function provisionVolume(
  own: ChrootBuild,
  attached: AttachedVolume,
  source: SourceImage | undefined,
  provision: Provision,
): Promise<GeneratedData> {
  const { options, run, context } = own;
  const partition = partitionOf(attached.path, options.mount_partition || "1");
  const data = { Device: attached.device, BlockDevice: attached.path, Partition: partition };
  const virtualization = options.ami_virtualization_type || (source?.image.virtualization ?? "hvm");
  await run.step("pre-mount commands", () => hostCommands(own, "pre_mount_commands", data));
  const { root, held } = await run.step("mount", () => mountRoot(own, attached, virtualization));
  await run.step("post-mount commands", () => hostCommands(own, "post_mount_commands", { ...data, MountPath: root }));
  const mounts = await run.step("chroot mounts", () => mountExtra(own, root));
  const copies = await run.step("copy files", () => copyFiles(own, root, mounts));
  const apart = await run.step("namespace", () => enterNamespace(own, root, mounts));
  const generated = generatedData(own, source?.image, attached.device, root);
  await run.step("provision", () =>
    provision(
      chrootCommunicator(root, {
        env: context.env,
        runId: run.runId,
        namespace: apart.namespace,
        wrapper: own.wrapper,
        signal: run.signal,
      }),
      generated,
    ),
  );
  await run.step("unmount", async () => {
    run.emit({ type: "say", text: "Unmounting the root device..." });
    await allEnded([checkWritten(root, run.signal), releaseAll(apart.held)]);
    await releaseAll(copies);
    await unmountTogether([root, ...mounts.map(({ path }) => path)], own.wrapper, run.signal);
    await releaseAll([...held, ...mounts.map((mount) => mount.held)]);
  });
  return generated;
}

/** From the snapshot to the AMI. */
async function makeImage(
  own: ChrootBuild,
  { volume, snapshot }: { readonly volume: Held<string>; readonly snapshot: Held<TakenSnapshot> },
  source: Image | undefined,
  generated: GeneratedData,
): Promise<Artifact> {
  const { run } = own;
  const registered = await run.step("register", () => registerImage(own, source, snapshot.value.id));
  const copies = await run.step("copy", () => copyImages(own, registered.held.value));
  const finals = [...(isIntermediary(own) ? [] : [{ build: own, ...registered }]), ...copies];
  const made = finals.map(({ build, image }) => madeImage({ ...build, run }, source, image));
  await run.step("finish", () => finish(made, source));
  // From here on they are the user's.
  await run.cleanup.keep([...finals.map(({ held }) => held), ...(isIntermediary(own) ? [] : [snapshot])]);
  await run.step("make room", () => deleteReplacedSnapshots(own));
  await deleteStrays(own, volume.value, snapshot.value);
  await run.step("tidy up", () => tidyUp(run, [volume, ...(isIntermediary(own) ? [snapshot, registered.held] : [])]));
  return imageArtifact(made, generated);
}

/** What an AMI gets once it is there, in each region; what can't be taken back comes last. */
async function finish(made: readonly MadeImage[], source: Image | undefined): Promise<void> {
  for (const each of made) await deprecate(each);
  for (const each of made) await changeAttributes(each, source);
  for (const each of made) await tagImage(each, source);
  for (const each of made) await protect(each);
}
