import { type Call, find } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { INSTANCE, type Snapshot } from "./model.js";

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

/** Throws InvalidInstanceID.NotFound (or .Malformed) unless `id` is the instance. */
export function checkInstance(id: string): void {
  if (id === INSTANCE) return;
  if (!/^i-[0-9a-f]{8,17}$/.test(id)) throw new Ec2Error("InvalidInstanceID.Malformed", `Invalid id: "${id}"`);
  throw new Ec2Error("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);
}
