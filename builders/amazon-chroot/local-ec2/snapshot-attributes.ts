import { type Action, done, items } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { snapshotOf } from "./lookup.js";
import { changePermissions, describePermissions, resetPermissions } from "./permissions.js";
import { map, maps, type Query, required, text, texts } from "./query.js";

const modifySnapshotAttribute: Action = (call) => {
  const snapshot = snapshotOf(call, required(call.query, "SnapshotId"));
  checkAttribute(text(call.query, "Attribute") ?? "createVolumePermission");
  const added = maps(map(call.query, "CreateVolumePermission"), "Add").length > 0;
  if (snapshot.encrypted && (text(call.query, "OperationType") === "add" || added) && isPublic(call.query))
    throw new Ec2Error("InvalidParameter", "Encrypted snapshots cannot be made public.");
  changePermissions(call.query, "CreateVolumePermission", snapshot);
  return done;
};

const isPublic = (query: Query): boolean =>
  texts(query, "UserGroup").includes("all") ||
  maps(map(query, "CreateVolumePermission"), "Add").some((each) => text(each, "Group") === "all");

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
