import { type Action, done, items } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { snapshotOf } from "./lookup.js";
import { changePermissions, describePermissions, resetPermissions } from "./permissions.js";
import { required, text } from "./query.js";
import { checkSnapshotSharing } from "./sharing.js";

const modifySnapshotAttribute: Action = (call) => {
  const snapshot = snapshotOf(call, required(call.query, "SnapshotId"));
  checkAttribute(text(call.query, "Attribute") ?? "createVolumePermission");
  checkSnapshotSharing(call, snapshot);
  changePermissions(call.query, "CreateVolumePermission", snapshot);
  return done;
};

function checkAttribute(name: string): void {
  if (name !== "createVolumePermission")
    throw new Ec2Error("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
}

const resetSnapshotAttribute: Action = (call) => {
  const snapshot = snapshotOf(call, required(call.query, "SnapshotId"));
  checkAttribute(required(call.query, "Attribute"));
  resetPermissions(snapshot);
  return done;
};

const describeSnapshotAttribute: Action = (call) => {
  const snapshot = snapshotOf(call, required(call.query, "SnapshotId"));
  const name = required(call.query, "Attribute");
  if (name === "productCodes") return { snapshotId: snapshot.id, productCodes: "" };
  checkAttribute(name);
  return { snapshotId: snapshot.id, createVolumePermission: items(describePermissions(snapshot)) };
};

export const snapshotAttributeActions: Readonly<Record<string, Action>> = {
  ModifySnapshotAttribute: modifySnapshotAttribute,
  ResetSnapshotAttribute: resetSnapshotAttribute,
  DescribeSnapshotAttribute: describeSnapshotAttribute,
};
