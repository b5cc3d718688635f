import { RunError } from "../../runtime/contract/errors.js";
import { buildInfo, renderTags } from "./build-info.js";
import type { ChrootBuild } from "./chroot-build.js";
import type { Image, Tags } from "./ec2/ec2.js";
import { isNotFound } from "./ec2/failure.js";
import { pairsOf } from "./options.js";
import { snapshotsOf } from "./register.js";

/** Tags go to the AMI and its snapshots, snapshot tags over them to the snapshots. */
export async function tagImage(build: ChrootBuild, source: Image | undefined, id: string): Promise<void> {
  const { options, ec2, run } = build;
  const info = buildInfo(ec2.region, source);
  const tags = renderTags(build, pairsOf(options.tags, options.tag), info);
  const snapshotTags = renderTags(build, pairsOf(options.snapshot_tags, options.snapshot_tag), info);
  if (isEmpty(tags) && isEmpty(snapshotTags)) return;
  run.emit({ type: "say", text: `Adding tags to AMI (${id})...` });
  const [image] = await ec2.images({ ids: [id] }, run.signal);
  if (image === undefined) throw new RunError(`EC2 does not know the AMI ${id} that was just registered`);
  const snapshots = ownSnapshots(image, source);
  for (const snapshot of snapshots) run.emit({ type: "detail", text: `Tagging snapshot: ${snapshot}` });
  await addTags(build, "Creating AMI tags", [id, ...snapshots], tags);
  await addTags(build, "Creating snapshot tags", snapshots, snapshotTags);
}

const isEmpty = (tags: Tags): boolean => Object.keys(tags).length === 0;

/** Not those that somebody else's source image brought along: we may not tag them. */
function ownSnapshots(image: Image, source: Image | undefined): readonly string[] {
  const foreign = source === undefined || source.owner === image.owner ? [] : snapshotsOf(source.devices);
  return snapshotsOf(image.devices).filter((snapshot) => !foreign.includes(snapshot));
}

async function addTags(build: ChrootBuild, heading: string, resources: readonly string[], tags: Tags): Promise<void> {
  const { run, ec2 } = build;
  if (isEmpty(tags)) return;
  run.emit({ type: "say", text: heading });
  for (const [key, value] of Object.entries(tags))
    run.emit({ type: "detail", text: `Adding tag: ${JSON.stringify(key)}: ${JSON.stringify(value)}` });
  if (resources.length > 0) await onceKnown(run, () => ec2.tag(resources, tags, run.signal));
}

const TRIES = 11;
const FIRST_DELAY = 200;
const LONGEST_DELAY = 30_000;

/** What was just made may not be known everywhere yet. */
async function onceKnown({ clock, signal }: ChrootBuild["run"], attempt: () => Promise<void>): Promise<void> {
  for (let tries = 1, delay = FIRST_DELAY; ; tries += 1, delay = Math.min(LONGEST_DELAY, delay * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isNotFound(error) || tries === TRIES) throw error;
    }
    await clock.sleep(delay, signal);
  }
}
