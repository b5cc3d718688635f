// Volumes that become larger, or of another type, while they are in use.

import { type Action, type Call, inRegion, items, now } from "./action.js";
import { showSize } from "./attachments.js";
import { volumeStatus } from "./describe-volumes.js";
import { resizeDisk, unshareDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { type Fields, filtered } from "./filters.js";
import { volumeOf } from "./lookup.js";
import type { Modification, Volume, VolumeShape } from "./model.js";
import { type Paging, page } from "./pages.js";
import { integer, type Query, required, text, texts, type XmlMap } from "./query.js";
import { checkQuota } from "./quota.js";
import { performanceOf, refuseMultiAttach } from "./volume-types.js";

const DAY = 24 * 3_600_000;
/** How often EC2 changes a volume in a day. */
const MOST_IN_A_DAY = 4;

const modifyVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  refuseMultiAttach(call.query);
  const earlier = earlierOf(volume);
  const to = wantedShape(call.query, volume);
  await checkQuota(call, to.size - volume.size);
  const { size, type, iops, throughput } = volume;
  const from = { size, type, iops, throughput };
  const modification = { from, to, started: now(), readyAt: call.readyAt("ModifyVolume") };
  if (to.size > size) await grow(call, volume, to.size);
  call.state.volumes[volume.id] = { ...volume, ...to, modifications: [...earlier, modification] };
  return { volumeModification: { ...describe(volume.id, modification), ...BEGUN } };
};

const BEGUN: XmlMap = { modificationState: "modifying", progress: 0, endTime: undefined };

/** The day's modifications; refuses one more while one is under way, and after too many. */
function earlierOf(volume: Volume): readonly Modification[] {
  if (!["available", "in-use"].includes(volumeStatus(volume)))
    throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the '${volumeStatus(volume)}' state.`);
  const earlier = (volume.modifications ?? []).filter(({ started }) => Date.parse(started) > Date.now() - DAY);
  if (earlier.some(({ readyAt }) => readyAt > Date.now()))
    throw new Ec2Error(
      "IncorrectModificationState",
      `The volume '${volume.id}' can't be modified in modification state OPTIMIZING.`,
    );
  if (earlier.length < MOST_IN_A_DAY) return earlier;
  throw new Ec2Error(
    "VolumeModificationRateExceeded",
    `You've reached the maximum modification rate per volume limit: ${MOST_IN_A_DAY} in 24 hours.`,
  );
}

/** What is not asked for stays, or is the new type's default. */
function wantedShape(query: Query, volume: Volume): VolumeShape {
  const type = text(query, "VolumeType") ?? volume.type;
  const size = integer(query, "Size", 1) ?? volume.size;
  if (size < volume.size) throw new Ec2Error("InvalidParameterValue", "New size cannot be smaller than existing size");
  const kept: Partial<VolumeShape> = type === volume.type ? volume : { iops: 3000, throughput: 125 };
  const iops = integer(query, "Iops") ?? (["gp3", "io1", "io2"].includes(type) ? kept.iops : undefined);
  const throughput = integer(query, "Throughput") ?? (type === "gp3" ? kept.throughput : undefined);
  return { size, type, iops: undefined, throughput: undefined, ...performanceOf(type, size, { iops, throughput }) };
}

/** Makes the disk larger, and the device that shows it. Recovery takes back what a killed process could not write down. */
async function grow({ store, undo }: Call, { id, size }: Volume, gib: number): Promise<void> {
  const file = store.disk(id);
  await unshareDisk(file);
  undo(async () => {
    await resizeDisk(file, size);
    await showSize(file);
  });
  await resizeDisk(file, gib);
  await showSize(file);
}

/** The volume has its new shape at once; until the time is over, EC2 calls it `optimizing`. */
function describe(volumeId: string, { from, to, started, readyAt }: Modification) {
  const left = Math.max(0, readyAt - Date.now());
  const share = 1 - left / Math.max(1, readyAt - Date.parse(started));
  return {
    volumeId,
    modificationState: left === 0 ? "completed" : "optimizing",
    targetSize: to.size,
    targetIops: to.iops,
    targetVolumeType: to.type,
    targetThroughput: to.throughput,
    targetMultiAttachEnabled: false,
    originalSize: from.size,
    originalIops: from.iops,
    originalVolumeType: from.type,
    originalThroughput: from.throughput,
    originalMultiAttachEnabled: false,
    progress: left === 0 ? 100 : Math.floor(Math.max(0, share) * 100),
    startTime: started,
    endTime: left === 0 ? new Date(Math.max(readyAt, Date.parse(started))).toISOString() : undefined,
  };
}

type Row = ReturnType<typeof describe>;

const numeral = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));

const FIELDS: Fields<Row> = {
  "volume-id": (row) => [row.volumeId],
  "modification-state": (row) => [row.modificationState],
  "start-time": (row) => [row.startTime],
  "original-size": (row) => [numeral(row.originalSize)],
  "original-iops": (row) => [numeral(row.originalIops)],
  "original-volume-type": (row) => [row.originalVolumeType],
  originalMultiAttachEnabled: () => ["false"],
  "target-size": (row) => [numeral(row.targetSize)],
  "target-iops": (row) => [numeral(row.targetIops)],
  "target-volume-type": (row) => [row.targetVolumeType],
  targetMultiAttachEnabled: () => ["false"],
};

const PAGES: Paging = { least: 1, most: 500, notWith: "VolumeId" };

/** The newest modification of each volume. */
const describeVolumesModifications: Action = (call) => {
  const ids = texts(call.query, "VolumeId");
  const volumes = ids.length > 0 ? ids.map((id) => volumeOf(call, id)) : inRegion(call, call.state.volumes);
  const rows = volumes.flatMap((volume) => newestOf(volume, ids.length > 0));
  const found = page(call.query, filtered(call.query, rows, FIELDS), ({ volumeId }) => volumeId, PAGES);
  return { volumeModificationSet: items(found.items), nextToken: found.nextToken };
};

function newestOf({ id, modifications = [] }: Volume, isNamed: boolean): readonly Row[] {
  const newest = modifications.at(-1);
  if (newest !== undefined) return [describe(id, newest)];
  if (!isNamed) return [];
  throw new Ec2Error("InvalidVolumeModification.NotFound", `Modification for volume '${id}' does not exist.`);
}

export const modifyVolumeActions: Readonly<Record<string, Action>> = {
  ModifyVolume: modifyVolume,
  DescribeVolumesModifications: describeVolumesModifications,
};
