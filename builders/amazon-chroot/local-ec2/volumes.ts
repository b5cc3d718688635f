import { rm } from "node:fs/promises";
import { type Action, type Call, done, find, inRegion, items, now, tagSet, tagsFor } from "./action.js";
import { attachDisk, detachDisk } from "./attachments.js";
import { createDisk, unshareDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { encryptionOf } from "./encryption.js";
import { type Fields, matches, page } from "./filters.js";
import { checkInstance, snapshotOf } from "./lookup.js";
import { INSTANCE, newId, type State, type Volume } from "./model.js";
import { integer, required, text, texts, type Xml, type XmlMap } from "./query.js";
import { checkQuota } from "./quota.js";
import { performanceOf } from "./volume-types.js";

/** The volume called `id`; InvalidVolume.NotFound when there is none. */
export function volumeOf(call: Call, id: string): Volume {
  const found = find(call, call.state.volumes, id);
  if (found) return found;
  if (!/^vol-[0-9a-f]{8,17}$/.test(id))
    throw new Ec2Error(
      "InvalidParameterValue",
      `Value (${id}) for parameter volumeId is invalid. Expected: 'vol-...'.`,
    );
  throw new Ec2Error("InvalidVolume.NotFound", `The volume '${id}' does not exist.`);
}

export function volumeStatus(volume: Volume): string {
  if (volume.goneAt !== undefined) return "deleting";
  if (volume.readyAt > Date.now()) return "creating";
  if (volume.failed) return "error";
  return volume.attachment || isDetaching(volume) ? "in-use" : "available";
}

const isDetaching = (volume: Volume): boolean => (volume.detaching?.until ?? 0) > Date.now();

/** `attaching`, `attached` or `detaching`; undefined when it is on no instance. */
export function attachmentState(volume: Volume): string | undefined {
  if (volume.attachment) return volume.attachment.readyAt <= Date.now() ? "attached" : "attaching";
  return isDetaching(volume) ? "detaching" : undefined;
}

const deviceName = (volume: Volume): string | undefined =>
  volume.attachment?.device ?? (isDetaching(volume) ? volume.detaching?.device : undefined);

function attachment(volume: Volume): XmlMap | undefined {
  const device = deviceName(volume);
  if (device === undefined) return undefined;
  const attachTime = volume.attachment?.since ?? volume.created;
  const status = attachmentState(volume);
  return { volumeId: volume.id, instanceId: INSTANCE, device, status, attachTime, deleteOnTermination: false };
}

function describe(volume: Volume): Record<string, Xml> {
  const attached = attachment(volume);
  return {
    volumeId: volume.id,
    size: volume.size,
    snapshotId: volume.snapshot,
    availabilityZone: volume.zone,
    status: volumeStatus(volume),
    createTime: volume.created,
    attachmentSet: items(attached ? [attached] : []),
    tagSet: tagSet(volume.tags),
    volumeType: volume.type,
    iops: volume.iops,
    throughput: volume.throughput,
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKey,
    multiAttachEnabled: false,
  };
}

const createVolume: Action = async (call) => {
  const volume = wanted(call);
  await checkQuota(call, volume.size);
  const source = volume.snapshot ? call.store.disk(volume.snapshot) : undefined;
  const disk = call.store.disk(volume.id);
  await createDisk(disk, volume.size, source);
  call.undo(() => rm(disk, { force: true }));
  call.state.volumes[volume.id] = volume;
  return { ...describe(volume), status: "creating" };
};

function wanted(call: Call): Volume {
  const { query } = call;
  const zone = required(query, "AvailabilityZone");
  if (!["a", "b", "c"].some((letter) => zone === `${call.region}${letter}`))
    throw new Ec2Error("InvalidParameterValue", `Invalid availability zone: [${zone}]`);
  const from = text(query, "SnapshotId") ?? "";
  const source = from ? snapshotOf(call, from) : undefined;
  if (source && source.readyAt > Date.now())
    throw new Ec2Error("IncorrectState", `Snapshot is in invalid state - pending`);
  if (source?.failed) throw new Ec2Error("IncorrectState", `Snapshot is in invalid state - error`);
  const size = integer(query, "Size", 1) ?? source?.size;
  if (size === undefined)
    throw new Ec2Error("MissingParameter", "The request must contain the parameter size/snapshot");
  if (source && size < source.size)
    throw new Ec2Error(
      "InvalidParameterValue",
      `Volume of ${size}GiB is smaller than snapshot '${from}', expect size >= ${source.size}GiB`,
    );
  const type = text(query, "VolumeType") ?? "gp2";
  return {
    id: newId("vol"),
    region: call.region,
    zone,
    size,
    type,
    snapshot: from,
    ...encryptionOf(call, query, source),
    ...performanceOf(type, size, { iops: integer(query, "Iops"), throughput: integer(query, "Throughput") }),
    created: now(),
    readyAt: call.readyAt("CreateVolume"),
    tags: tagsFor(query, "volume"),
    ...call.fate,
  };
}

const describeVolumes: Action = (call) => {
  const ids = texts(call.query, "VolumeId");
  const chosen = ids.length > 0 ? ids.map((id) => volumeOf(call, id)) : inRegion(call, call.state.volumes);
  const found = page(
    call.query,
    chosen.filter((volume) => matches(call.query, fields(volume), volume.tags)),
  );
  return { volumeSet: items(found.items.map(describe)), nextToken: found.nextToken };
};

const fields = (volume: Volume): Fields => ({
  "volume-id": [volume.id],
  status: [volumeStatus(volume)],
  size: [String(volume.size)],
  "snapshot-id": [volume.snapshot],
  "volume-type": [volume.type],
  "availability-zone": [volume.zone],
  encrypted: [String(volume.encrypted)],
  "create-time": [volume.created],
  "multi-attach-enabled": ["false"],
  "fast-restored": ["false"],
  "attachment.instance-id": [attachmentState(volume) && INSTANCE],
  "attachment.device": [deviceName(volume)],
  "attachment.status": [attachmentState(volume)],
  "attachment.attach-time": [volume.attachment?.since],
  "attachment.delete-on-termination": [attachmentState(volume) && "false"],
});

const attachVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  checkInstance(required(call.query, "InstanceId"));
  const device = required(call.query, "Device");
  if (volume.attachment) throw new Ec2Error("VolumeInUse", `${volume.id} is already attached to an instance`);
  if (volumeStatus(volume) !== "available")
    throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is not 'available'.`);
  const file = call.store.disk(volume.id);
  await unshareDisk(file);
  const disk = await attachDisk(file, device, call.kernelPartitions);
  call.undo(() => detachDisk(file, disk));
  volume.attachment = { ...disk, device, owner: call.owner, since: now(), readyAt: call.readyAt("AttachVolume") };
  return { ...attachment(volume), status: "attaching" };
};

const detachVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  const attached = volume.attachment;
  if (!attached) throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the 'available' state.`);
  const device = text(call.query, "Device");
  if (device && device !== attached.device)
    throw new Ec2Error("InvalidAttachment.NotFound", `Volume '${volume.id}' is not attached as '${device}'.`);
  if ((text(call.query, "InstanceId") ?? INSTANCE) !== INSTANCE)
    throw new Ec2Error("InvalidAttachment.NotFound", `Volume '${volume.id}' is not attached to that instance.`);
  const answer = attachment(volume);
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

const describeVolumeAttribute: Action = (call) => {
  const volumeId = volumeOf(call, required(call.query, "VolumeId")).id;
  const name = required(call.query, "Attribute");
  if (name === "autoEnableIO") return { volumeId, autoEnableIO: { value: false } };
  if (name === "productCodes") return { volumeId, productCodes: "" };
  throw new Ec2Error("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
};

const describeVolumeStatus: Action = (call) => {
  const ids = texts(call.query, "VolumeId");
  const chosen = ids.length > 0 ? ids.map((id) => volumeOf(call, id)) : inRegion(call, call.state.volumes);
  const filtered = chosen.filter((volume) =>
    matches(call.query, { "availability-zone": [volume.zone], "volume-status.status": ["ok"] }, {}),
  );
  const found = page(call.query, filtered);
  const details = items([{ name: "io-enabled", status: "passed" }]);
  const rows = found.items.map(({ id, zone }) => ({
    volumeId: id,
    availabilityZone: zone,
    volumeStatus: { status: "ok", details },
    eventsSet: "",
    actionsSet: "",
  }));
  return { volumeStatusSet: items(rows), nextToken: found.nextToken };
};

export const volumeActions: Readonly<Record<string, Action>> = {
  CreateVolume: createVolume,
  DescribeVolumes: describeVolumes,
  AttachVolume: attachVolume,
  DetachVolume: detachVolume,
  DeleteVolume: deleteVolume,
  DescribeVolumeAttribute: describeVolumeAttribute,
  DescribeVolumeStatus: describeVolumeStatus,
};
