// The block devices that RegisterImage is asked for.

import type { Call } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { encryptionOf } from "./encryption.js";
import { snapshotOf } from "./lookup.js";
import type { BlockDevice, Snapshot } from "./model.js";
import { flag, integer, map, maps, type Query, required, text } from "./query.js";
import { initializationRate, performanceOf } from "./volume-types.js";

/** The devices of a new image; InvalidBlockDeviceMapping when they can't be, or the root device has no snapshot. */
export function blockDevicesOf(call: Call, rootDevice: string): readonly BlockDevice[] {
  const devices = maps(call.query, "BlockDeviceMapping").map((each) => deviceOf(call, each));
  if (!devices.some(({ device, ebs }) => device === rootDevice && ebs?.snapshot))
    throw badMapping(`Invalid device name '${rootDevice}': no snapshot is mapped to the root device`);
  const names = devices.map(({ device }) => device);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badMapping(`The device '${twice}' is used in more than one block-device mapping`);
  return devices;
}

const badMapping = (message: string): Ec2Error => new Ec2Error("InvalidBlockDeviceMapping", message);

function deviceOf(call: Call, mapping: Query): BlockDevice {
  const device = required(mapping, "DeviceName");
  const ebs = map(mapping, "Ebs");
  if (Object.keys(ebs).length === 0)
    return { device, virtual: text(mapping, "VirtualName"), none: text(mapping, "NoDevice") !== undefined };
  return { device, ebs: ebsOf(call, device, ebs) };
}

function ebsOf(call: Call, device: string, ebs: Query): NonNullable<BlockDevice["ebs"]> {
  const snapshot = completedSnapshot(call, text(ebs, "SnapshotId"));
  if (snapshot && flag(ebs, "Encrypted") !== undefined)
    throw badMapping(`the encrypted flag cannot be specified since device ${device} has a snapshot specified.`);
  const size = integer(ebs, "VolumeSize", 1) ?? snapshot?.size;
  if (size === undefined || size < (snapshot?.size ?? 1))
    throw badMapping(`Volume of ${size}GiB is smaller than its snapshot`);
  const type = text(ebs, "VolumeType") ?? "gp2";
  const performance = { iops: integer(ebs, "Iops"), throughput: integer(ebs, "Throughput") };
  performanceOf(type, size, performance);
  return {
    snapshot: snapshot?.id,
    size,
    type,
    ...encryptionFor(call, ebs, snapshot),
    deleteOnTermination: flag(ebs, "DeleteOnTermination") ?? true,
    ...performance,
    initializationRate: initializationRate(ebs, snapshot),
    cardIndex: integer(ebs, "EbsCardIndex"),
  };
}

function completedSnapshot(call: Call, id: string | undefined): Snapshot | undefined {
  const snapshot = id ? snapshotOf(call, id) : undefined;
  if (snapshot && (snapshot.readyAt > Date.now() || snapshot.failed))
    throw new Ec2Error("IncorrectState", `Snapshot '${snapshot.id}' is not 'completed'.`);
  return snapshot;
}

/** A volume that is to be empty is encrypted by default only where instances start. */
const encryptionFor = (call: Call, ebs: Query, snapshot: Snapshot | undefined) =>
  snapshot === undefined && !flag(ebs, "Encrypted") && !text(ebs, "KmsKeyId")
    ? { encrypted: false }
    : encryptionOf(call, ebs, snapshot);
