import { rm } from "node:fs/promises";
import { type Action, type Call, done, now, tagsFor } from "./action.js";
import { attachDisk, detachDisk } from "./attachments.js";
import { describeAttachment, describeVolume, volumeStatus } from "./describe-volumes.js";
import { createDisk, unshareDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { encryptionOf } from "./encryption.js";
import { checkInstance, snapshotOf, volumeOf } from "./lookup.js";
import { INSTANCE, newId, type Snapshot, type State, type Volume } from "./model.js";
import { checkChoice, integer, required, text } from "./query.js";
import { checkQuota } from "./quota.js";
import { initializationRate, performanceOf, refuseMultiAttach } from "./volume-types.js";
import { instanceZone, type Zone, zonesOf } from "./zones.js";

const createVolume: Action = async (call) => {
  const volume = wanted(call);
  await checkQuota(call, volume.size);
  const source = volume.snapshot ? call.store.disk(volume.snapshot) : undefined;
  const disk = call.store.disk(volume.id);
  await createDisk(disk, volume.size, source);
  call.undo(() => rm(disk, { force: true }));
  call.state.volumes[volume.id] = volume;
  return { ...describeVolume(volume), status: "creating" };
};

function wanted(call: Call): Volume {
  const { query } = call;
  const zone = wantedZone(call).name;
  const source = wantedSource(call);
  const size = wantedSize(call, source);
  const type = text(query, "VolumeType") ?? "gp2";
  refuseMultiAttach(query);
  return {
    id: newId("vol"),
    region: call.region,
    zone,
    size,
    type,
    snapshot: source?.id ?? "",
    ...encryptionOf(call, query, source),
    ...performanceOf(type, size, { iops: integer(query, "Iops"), throughput: integer(query, "Throughput") }),
    initializationRate: initializationRate(query, source),
    created: now(),
    readyAt: call.readyAt("CreateVolume"),
    tags: tagsFor(query, "volume"),
    ...call.fate,
  };
}

/** By its name or its id, not both. */
function wantedZone({ query, region }: Call): Zone {
  const [name, id] = [text(query, "AvailabilityZone") || undefined, text(query, "AvailabilityZoneId") || undefined];
  if (name === undefined && id === undefined) required(query, "AvailabilityZone");
  if (name !== undefined && id !== undefined)
    throw new Ec2Error(
      "InvalidParameterCombination",
      "The parameter AvailabilityZone cannot be used with the parameter AvailabilityZoneId",
    );
  const zone = zonesOf(region).find((each) => each.name === name || each.id === id);
  if (zone !== undefined) return zone;
  throw new Ec2Error("InvalidParameterValue", `Invalid availability zone: [${name ?? id}]`);
}

function wantedSource(call: Call): Snapshot | undefined {
  const id = text(call.query, "SnapshotId") ?? "";
  const source = id === "" ? undefined : snapshotOf(call, id);
  if (source !== undefined && source.readyAt > Date.now())
    throw new Ec2Error("IncorrectState", "Snapshot is in invalid state - pending");
  if (source?.failed) throw new Ec2Error("IncorrectState", "Snapshot is in invalid state - error");
  return source;
}

/** GiB: as asked for, or the snapshot's. */
function wantedSize({ query }: Call, source: Snapshot | undefined): number {
  const size = integer(query, "Size", 1) ?? source?.size;
  if (size === undefined)
    throw new Ec2Error("MissingParameter", "The request must contain the parameter size/snapshot");
  if (source && size < source.size)
    throw new Ec2Error(
      "InvalidParameterValue",
      `Volume of ${size}GiB is smaller than snapshot '${source.id}', expect size >= ${source.size}GiB`,
    );
  return size;
}

const attachVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  checkInstance(required(call.query, "InstanceId"));
  const device = required(call.query, "Device");
  checkChoice(call.query, "EbsCardIndex", ["0"]);
  checkZone(volume);
  if (volume.attachment) throw new Ec2Error("VolumeInUse", `${volume.id} is already attached to an instance`);
  if (volumeStatus(volume) !== "available")
    throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is not 'available'.`);
  const file = call.store.disk(volume.id);
  await unshareDisk(file);
  const disk = await attachDisk(file, device, call.kernelPartitions);
  call.undo(() => detachDisk(file, disk));
  volume.attachment = { ...disk, device, owner: call.owner, since: now(), readyAt: call.readyAt("AttachVolume") };
  return { ...describeAttachment(volume), status: "attaching" };
};

/** The instance is in its region's first zone. */
function checkZone({ id, region, zone }: Volume): void {
  if (zone === instanceZone(region)) return;
  throw new Ec2Error(
    "InvalidVolume.ZoneMismatch",
    `The volume '${id}' is not in the same availability zone as instance '${INSTANCE}'`,
  );
}

const detachVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  const attached = volume.attachment;
  if (!attached) throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the 'available' state.`);
  const device = text(call.query, "Device");
  if (device && device !== attached.device)
    throw new Ec2Error("InvalidAttachment.NotFound", `Volume '${volume.id}' is not attached as '${device}'.`);
  if ((text(call.query, "InstanceId") ?? INSTANCE) !== INSTANCE)
    throw new Ec2Error("InvalidAttachment.NotFound", `Volume '${volume.id}' is not attached to that instance.`);
  const answer = describeAttachment(volume);
  await detachDisk(call.store.disk(volume.id), attached);
  volume.attachment = undefined;
  volume.detaching = { device: attached.device, until: call.readyAt("DetachVolume") };
  return { ...answer, status: "detaching" };
};

const deleteVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  if (volumeStatus(volume) === "in-use")
    throw new Ec2Error("VolumeInUse", `Volume ${volume.id} is currently attached to ${INSTANCE}`);
  call.afterwards(() => rm(call.store.disk(volume.id), { force: true }));
  const goneAt = call.readyAt("DeleteVolume");
  if (goneAt > Date.now()) volume.goneAt = goneAt;
  else delete call.state.volumes[volume.id];
  return done;
};

/** Forgets the volumes whose deletion is over. */
export function forgetDeleted({ volumes }: State): void {
  for (const { id, goneAt } of Object.values(volumes))
    if (goneAt !== undefined && goneAt <= Date.now()) delete volumes[id];
}

export const volumeActions: Readonly<Record<string, Action>> = {
  CreateVolume: createVolume,
  AttachVolume: attachVolume,
  DetachVolume: detachVolume,
  DeleteVolume: deleteVolume,
};
