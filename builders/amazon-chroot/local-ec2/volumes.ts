import { rm, stat } from "node:fs/promises";
import { type Action, type Answer, type Call, done, find, inRegion, items, now, tagSet, tagsFor } from "./action.js";
import { attachDisk, createDisk, detachDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { matches, page } from "./filters.js";
import { INSTANCE, newId, type Volume } from "./model.js";
import { flag, integer, required, text, texts, type Xml } from "./query.js";

export const volumeOf = (call: Call, id: string): Volume =>
  find(call, call.state.volumes, id, "InvalidVolume.NotFound", "volume");

function status(volume: Volume): string {
  if (volume.readyAt > Date.now()) return "creating";
  return volume.attachment || isDetaching(volume) ? "in-use" : "available";
}

const isDetaching = (volume: Volume): boolean => (volume.detaching?.until ?? 0) > Date.now();

function attachment(volume: Volume): Xml | undefined {
  const device = volume.attachment?.device ?? (isDetaching(volume) ? volume.detaching?.device : undefined);
  if (device === undefined) return undefined;
  const ready = (volume.attachment?.readyAt ?? 0) <= Date.now();
  const state = volume.attachment ? (ready ? "attached" : "attaching") : "detaching";
  const attachTime = volume.attachment?.since ?? volume.created;
  return { volumeId: volume.id, instanceId: INSTANCE, device, status: state, attachTime, deleteOnTermination: false };
}

function describe(volume: Volume): Record<string, Xml> {
  const attached = attachment(volume);
  return {
    volumeId: volume.id,
    size: volume.size,
    snapshotId: volume.snapshot,
    availabilityZone: volume.zone,
    status: status(volume),
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
  const token = text(call.query, "ClientToken");
  const request = JSON.stringify(call.query);
  const earlier = token ? inRegion(call, call.state.volumes).find((each) => each.token === token) : undefined;
  if (earlier && earlier.request !== request)
    throw new Ec2Error("IdempotentParameterMismatch", "The client token was used with other parameters.");
  if (earlier) return describe(earlier) as Answer;
  const volume = { ...wanted(call), token, request };
  await checkQuota(call, volume.size);
  await createDisk(
    call.store.disk(volume.id),
    volume.size,
    volume.snapshot ? call.store.disk(volume.snapshot) : undefined,
  );
  call.state.volumes[volume.id] = volume;
  return { ...describe(volume), status: "creating" } as Answer;
};

function wanted(call: Call): Volume {
  const { query } = call;
  const zone = required(query, "AvailabilityZone");
  if (zone.slice(0, -1) !== call.region)
    throw new Ec2Error("InvalidParameterValue", `Invalid availability zone: [${zone}]`);
  const from = text(query, "SnapshotId") ?? "";
  const source = from ? find(call, call.state.snapshots, from, "InvalidSnapshot.NotFound", "snapshot") : undefined;
  if (source && source.readyAt > Date.now())
    throw new Ec2Error("IncorrectState", `Snapshot is in invalid state - pending`);
  const size = integer(query, "Size", 1) ?? source?.size;
  if (size === undefined)
    throw new Ec2Error("MissingParameter", "The request must contain the parameter size/snapshot");
  if (source && size < source.size)
    throw new Ec2Error(
      "InvalidParameterValue",
      `Volume of ${size}GiB is smaller than snapshot '${from}', expect size >= ${source.size}GiB`,
    );
  if (size > 65536) throw new Ec2Error("InvalidParameterValue", `Volume of ${size}GiB is too large.`);
  return {
    id: newId("vol"),
    region: call.region,
    zone,
    size,
    type: text(query, "VolumeType") ?? "gp2",
    snapshot: from,
    encrypted: flag(query, "Encrypted") ?? source?.encrypted ?? false,
    kmsKey: text(query, "KmsKeyId") ?? source?.kmsKey,
    iops: integer(query, "Iops"),
    throughput: integer(query, "Throughput"),
    created: now(),
    readyAt: call.readyAt("CreateVolume"),
    tags: tagsFor(query, "volume"),
  };
}

async function checkQuota(call: Call, more: number): Promise<void> {
  if (call.quota === undefined) return;
  const disks = [...Object.keys(call.state.volumes), ...Object.keys(call.state.snapshots)];
  const sizes = await Promise.all(disks.map(async (id) => (await stat(call.store.disk(id))).blocks * 512));
  const used = sizes.reduce((sum, size) => sum + size, 0);
  if (used + more * 1024 ** 3 > call.quota)
    throw new Ec2Error("VolumeLimitExceeded", "The disk quota of this embedded EC2 is used up.");
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

const fields = (volume: Volume): Record<string, readonly (string | undefined)[]> => ({
  "volume-id": [volume.id],
  status: [status(volume)],
  size: [String(volume.size)],
  "snapshot-id": [volume.snapshot],
  "volume-type": [volume.type],
  "availability-zone": [volume.zone],
  encrypted: [String(volume.encrypted)],
  "attachment.instance-id": [volume.attachment && INSTANCE],
  "attachment.device": [volume.attachment?.device],
  "attachment.status": [volume.attachment && "attached"],
});

const attachVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  const instance = required(call.query, "InstanceId");
  const device = required(call.query, "Device");
  if (instance !== INSTANCE)
    throw new Ec2Error("InvalidInstanceID.NotFound", `The instance ID '${instance}' does not exist`);
  if (volume.attachment) throw new Ec2Error("VolumeInUse", `${volume.id} is already attached to an instance`);
  if (status(volume) !== "available") throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is not 'available'.`);
  const disk = await attachDisk(call.store.disk(volume.id), device, call.kernelPartitions);
  volume.attachment = { ...disk, device, owner: call.owner, since: now(), readyAt: call.readyAt("AttachVolume") };
  return { ...(attachment(volume) as Answer), status: "attaching" };
};

const detachVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  const attached = volume.attachment;
  if (!attached) throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the 'available' state.`);
  const device = text(call.query, "Device");
  if (device && device !== attached.device)
    throw new Ec2Error("InvalidAttachment.NotFound", `Volume '${volume.id}' is not attached as '${device}'.`);
  const answer = attachment(volume) as Answer;
  await detachDisk(attached);
  volume.attachment = undefined;
  volume.detaching = { device: attached.device, until: call.readyAt("DetachVolume") };
  return { ...answer, status: "detaching" };
};

const deleteVolume: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  if (status(volume) === "in-use")
    throw new Ec2Error("VolumeInUse", `Volume ${volume.id} is currently attached to ${INSTANCE}`);
  await rm(call.store.disk(volume.id), { force: true });
  delete call.state.volumes[volume.id];
  return done;
};

export const volumeActions: Readonly<Record<string, Action>> = {
  CreateVolume: createVolume,
  DescribeVolumes: describeVolumes,
  AttachVolume: attachVolume,
  DetachVolume: detachVolume,
  DeleteVolume: deleteVolume,
};
