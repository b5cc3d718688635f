import type { Image, Tags } from "../amazon/ec2/ec2.js";
import { buildInfo, renderTags } from "./build-info.js";
import type { ChrootBuild } from "./chroot-build.js";
import { onceKnown } from "./ec2/just-made.js";
import type { MadeImage } from "./made-image.js";
import { pairsOf } from "./options.js";

/** Tags go to the AMI and its snapshots, snapshot tags over them to the snapshots. */
export async function tagImage(made: MadeImage, source: Image | undefined): Promise<void> {
  const { build, image, snapshots } = made;
  const { run } = build;
  const { tags, snapshotTags } = tagsOf(build, source);
  if (isEmpty(tags) && isEmpty(snapshotTags)) return;
  run.emit({ type: "say", text: `Adding tags to AMI (${image})...` });
  for (const snapshot of snapshots) run.emit({ type: "detail", text: `Tagging snapshot: ${snapshot}` });
  await addTags(build, "Creating AMI tags", [image, ...snapshots], tags);
  await addTags(build, "Creating snapshot tags", snapshots, snapshotTags);
}

const isEmpty = (tags: Tags): boolean => Object.keys(tags).length === 0;

function tagsOf(build: ChrootBuild, source: Image | undefined): { readonly tags: Tags; readonly snapshotTags: Tags } {
  const { options, ec2 } = build;
  const info = buildInfo(ec2.region, source);
  return {
    tags: renderTags(build, pairsOf(options.tags, options.tag), info),
    snapshotTags: renderTags(build, pairsOf(options.snapshot_tags, options.snapshot_tag), info),
  };
}

/** What the snapshot carries from its first moment, so that policies which demand tags at creation are met. */
export function tagsAtCreation(build: ChrootBuild, source: Image | undefined): Tags {
  const { tags, snapshotTags } = tagsOf(build, source);
  return { ...tags, ...snapshotTags };
}

async function addTags(build: ChrootBuild, heading: string, resources: readonly string[], tags: Tags): Promise<void> {
  const { run, ec2 } = build;
  if (isEmpty(tags)) return;
  run.emit({ type: "say", text: heading });
  for (const [key, value] of Object.entries(tags))
    run.emit({ type: "detail", text: `Adding tag: ${JSON.stringify(key)}: ${JSON.stringify(value)}` });
  if (resources.length > 0) await onceKnown(run, () => ec2.tag(resources, tags, run.signal));
}
