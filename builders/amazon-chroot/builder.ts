import type { Artifact } from "../../runtime/contract/artifact.js";
import type { Held } from "../../runtime/contract/cleanup.js";
import type { GeneratedData, PrepareContext, Provision } from "../../runtime/contract/component.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { imageArtifact } from "./artifact.js";
import { type AttachedVolume, attachVolume, reserveDevice } from "./attach.js";
import { generatedData } from "./build-info.js";
import type { ChrootBuild } from "./chroot-build.js";
import { connect } from "./connect.js";
import { copyFiles } from "./copy-files.js";
import type { Image } from "./ec2/ec2.js";
import { chrootCommunicator } from "./host/chroot-communicator.js";
import { changeAttributes } from "./image-attributes.js";
import { hostCommands, mountExtra, mountRoot } from "./mount.js";
import { prevalidate, thisInstance } from "./preflight.js";
import { deregisterExisting, registerImage } from "./register.js";
import { createSnapshot } from "./snapshot.js";
import { findSourceImage, type SourceImage } from "./source-image.js";
import { tagImage } from "./tags.js";
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
  const turn = await reserveDevice(own);
  const volume = await run.step("create volume", () => createVolume(own, source, instance.zone));
  const attached = await run.step("attach volume", () => attachVolume(own, volume.value, instance));
  const generated = await provisionVolume(own, attached, source, provision);
  // The snapshot needs a quiet disk; the next build, the device.
  await run.step("detach volume", () => releaseAll([...(turn === undefined ? [] : [turn]), attached.attachment]));
  return makeImage(own, volume, source?.image, generated);
}

/** From the attached disk to the provisioned, unmounted image. */
async function provisionVolume(
  own: ChrootBuild,
  attached: AttachedVolume,
  source: SourceImage | undefined,
  provision: Provision,
): Promise<GeneratedData> {
  const { options, run, context } = own;
  const data = { Device: attached.device, BlockDevice: attached.path };
  const virtualization = options.ami_virtualization_type || (source?.image.virtualization ?? "hvm");
  await run.step("pre-mount commands", () => hostCommands(own, options.pre_mount_commands, data));
  const { root, held } = await run.step("mount", () => mountRoot(own, attached, virtualization));
  await run.step("post-mount commands", () =>
    hostCommands(own, options.post_mount_commands, { ...data, MountPath: root }),
  );
  const mounts = await run.step("chroot mounts", () => mountExtra(own, root));
  const copies = await run.step("copy files", () => copyFiles(own, root));
  const generated = generatedData(own, source?.image, attached.device, root);
  await run.step("provision", () => provision(chrootCommunicator(root, context.env), generated));
  await run.step("unmount", () => releaseAll([...held, ...mounts, ...copies]));
  return generated;
}

/** From the detached volume to the AMI. */
async function makeImage(
  own: ChrootBuild,
  volume: Held<string>,
  source: Image | undefined,
  generated: GeneratedData,
): Promise<Artifact> {
  const { run } = own;
  const snapshot = await run.step("snapshot", () => createSnapshot(own, volume.value));
  await run.step("make room", () => deregisterExisting(own));
  const image = await run.step("register", () => registerImage(own, source, snapshot.value));
  await run.step("attributes", () => changeAttributes(own, source, image.value));
  await run.step("tags", () => tagImage(own, source, image.value));
  // From here on they are the user's.
  await image.keep();
  await snapshot.keep();
  await volume.release();
  return imageArtifact(own, image.value, snapshot.value, generated);
}

/** In the opposite order of taking. */
async function releaseAll(held: readonly Held<unknown>[]): Promise<void> {
  for (const each of [...held].reverse()) await each.release();
}
