import { type Call, find } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { type Image, INSTANCE, type Snapshot, type Volume } from "./model.js";
import { REGIONS } from "./zones.js";

/** The snapshot called `id`; InvalidSnapshot.NotFound when there is none. */
export function snapshotOf(call: Call, id: string): Snapshot {
  const found = find(call, call.state.snapshots, id);
  if (found) return found;
  if (!/^snap-[0-9a-f]{8,17}$/.test(id))
    throw new Ec2Error(
      "InvalidParameterValue",
      `Value (${id}) for parameter snapshotId is invalid. Expected: 'snap-...'.`,
    );
  throw new Ec2Error("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
}

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

/** The image called `id`; InvalidAMIID.NotFound (or .Malformed) when there is none. */
export function imageOf(call: Call, id: string): Image {
  const found = find(call, call.state.images, id);
  if (found) return found;
  if (!/^ami-[0-9a-f]{8,17}$/.test(id))
    throw new Ec2Error("InvalidAMIID.Malformed", `Invalid id: "${id}" (expecting "ami-...")`);
  throw new Ec2Error("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`);
}

/** The region called `name`, of which a copy is to be made; InvalidRegion when there is none. */
export function regionCalled(name: string): string {
  if (REGIONS.includes(name)) return name;
  throw new Ec2Error("InvalidRegion", `The source region '${name}' is not valid.`);
}

/** Throws InvalidInstanceID.NotFound (or .Malformed) unless `id` is the instance. */
export function checkInstance(id: string): void {
  if (id === INSTANCE) return;
  if (!/^i-[0-9a-f]{8,17}$/.test(id)) throw new Ec2Error("InvalidInstanceID.Malformed", `Invalid id: "${id}"`);
  throw new Ec2Error("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);
}
