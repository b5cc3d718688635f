// What EC2 says of volumes.

import { type Action, type Call, inRegion, items, tagSet } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { type Fields, filtered } from "./filters.js";
import { volumeOf } from "./lookup.js";
import { INSTANCE, type Volume } from "./model.js";
import { byAge, type Paging, page } from "./pages.js";
import { required, texts, type Xml, type XmlMap } from "./query.js";
import { zoneId } from "./zones.js";

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

/** As the calls that attach and detach give it; undefined when it is on no instance. */
export function describeAttachment(volume: Volume): XmlMap | undefined {
  const device = deviceName(volume);
  if (device === undefined) return undefined;
  const attachTime = volume.attachment?.since ?? volume.created;
  const status = attachmentState(volume);
  return { volumeId: volume.id, instanceId: INSTANCE, device, status, attachTime, deleteOnTermination: false };
}

/** As Describe calls give it. */
export function describeVolume(volume: Volume): Record<string, Xml> {
  const attached = describeAttachment(volume);
  return {
    volumeId: volume.id,
    size: volume.size,
    snapshotId: volume.snapshot,
    availabilityZone: volume.zone,
    availabilityZoneId: zoneId(volume.region, volume.zone),
    status: volumeStatus(volume),
    createTime: volume.created,
    attachmentSet: items(attached ? [attached] : []),
    tagSet: tagSet(volume.tags),
    volumeType: volume.type,
    iops: volume.iops,
    throughput: volume.throughput,
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKey,
    sseType: volume.encrypted ? "sse-kms" : "none",
    volumeInitializationRate: volume.initializationRate,
    multiAttachEnabled: false,
  };
}

/** EC2's limits of one page. */
const PAGES: Paging = { least: 5, most: 1000, notWith: "VolumeId" };

/** The volumes that a call names, or all of its region. */
function namedVolumes(call: Call): readonly Volume[] {
  const ids = [...new Set(texts(call.query, "VolumeId"))];
  return ids.length > 0 ? ids.map((id) => volumeOf(call, id)) : inRegion(call, call.state.volumes);
}

const describeVolumes: Action = (call) => {
  const found = page(
    call.query,
    filtered(call.query, namedVolumes(call), FIELDS, ({ tags }) => tags),
    byAge,
    PAGES,
  );
  return { volumeSet: items(found.items.map(describeVolume)), nextToken: found.nextToken };
};

const FIELDS: Fields<Volume> = {
  "volume-id": (volume) => [volume.id],
  status: (volume) => [volumeStatus(volume)],
  size: (volume) => [String(volume.size)],
  "snapshot-id": (volume) => [volume.snapshot],
  "volume-type": (volume) => [volume.type],
  "availability-zone": (volume) => [volume.zone],
  "availability-zone-id": ({ region, zone }) => [zoneId(region, zone)],
  "operator.managed": () => ["false"],
  "operator.principal": () => [],
  encrypted: (volume) => [String(volume.encrypted)],
  "create-time": (volume) => [volume.created],
  "multi-attach-enabled": () => ["false"],
  "fast-restored": () => ["false"],
  "attachment.instance-id": (volume) => [attachmentState(volume) && INSTANCE],
  "attachment.device": (volume) => [deviceName(volume)],
  "attachment.status": (volume) => [attachmentState(volume)],
  "attachment.attach-time": (volume) => [volume.attachment?.since],
  "attachment.delete-on-termination": (volume) => [attachmentState(volume) && "false"],
};

const describeVolumeAttribute: Action = (call) => {
  const volumeId = volumeOf(call, required(call.query, "VolumeId")).id;
  const name = required(call.query, "Attribute");
  if (name === "autoEnableIO") return { volumeId, autoEnableIO: { value: false } };
  if (name === "productCodes") return { volumeId, productCodes: "" };
  throw new Ec2Error("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
};

const STATUS_FIELDS: Fields<Volume> = {
  "availability-zone": ({ zone }) => [zone],
  "volume-status.status": () => ["ok"],
  "volume-status.details-name": () => ["io-enabled"],
  "volume-status.details-status": () => ["passed"],
  "action.code": () => [],
  "action.description": () => [],
  "action.event-id": () => [],
  "event.description": () => [],
  "event.event-id": () => [],
  "event.event-type": () => [],
  "event.not-after": () => [],
  "event.not-before": () => [],
};

const describeVolumeStatus: Action = (call) => {
  const found = page(call.query, filtered(call.query, namedVolumes(call), STATUS_FIELDS), byAge, PAGES);
  const details = items([{ name: "io-enabled", status: "passed" }]);
  const rows = found.items.map(({ id, region, zone }) => ({
    volumeId: id,
    availabilityZone: zone,
    availabilityZoneId: zoneId(region, zone),
    volumeStatus: { status: "ok", details },
    eventsSet: "",
    actionsSet: "",
  }));
  return { volumeStatusSet: items(rows), nextToken: found.nextToken };
};

export const describeVolumeActions: Readonly<Record<string, Action>> = {
  DescribeVolumes: describeVolumes,
  DescribeVolumeAttribute: describeVolumeAttribute,
  DescribeVolumeStatus: describeVolumeStatus,
};
