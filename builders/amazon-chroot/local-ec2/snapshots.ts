import { rm } from "node:fs/promises";
import { type Action, type Answer, type Call, done, inRegion, items, now, tagSet, tagsFor } from "./action.js";
import { flushDisk } from "./attachments.js";
import { createDisk, shareDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { encryptionOf } from "./encryption.js";
import { type Fields, matches, page } from "./filters.js";
import { snapshotOf } from "./lookup.js";
import { ACCOUNT, newId, type Snapshot } from "./model.js";
import { changePermissions, describePermissions, resetPermissions } from "./permissions.js";
import { map, maps, type Query, required, text, texts, type Xml } from "./query.js";
import { checkQuota } from "./quota.js";
import { volumeOf, volumeStatus } from "./volumes.js";

const isReady = (snapshot: Snapshot): boolean => snapshot.readyAt <= Date.now();
const endOf = (snapshot: Snapshot): string => (snapshot.failed ? "error" : "completed");
const stateOf = (snapshot: Snapshot): string => (isReady(snapshot) ? endOf(snapshot) : "pending");

/** In percent, from its start to its end. */
function progress({ created, readyAt }: Snapshot): string {
  const start = Date.parse(created);
  const share = readyAt <= Date.now() ? 1 : (Date.now() - start) / Math.max(1, readyAt - start);
  return `${Math.floor(Math.max(0, share) * 100)}%`;
}

function describe(snapshot: Snapshot): Record<string, Xml> {
  return {
    snapshotId: snapshot.id,
    volumeId: snapshot.volume,
    status: stateOf(snapshot),
    startTime: snapshot.created,
    progress: progress(snapshot),
    completionTime: stateOf(snapshot) === "completed" ? completion(snapshot) : undefined,
    statusMessage: stateOf(snapshot) === "error" ? "Scripted failure." : undefined,
    ownerId: ACCOUNT,
    volumeSize: snapshot.size,
    description: snapshot.description,
    encrypted: snapshot.encrypted,
    kmsKeyId: snapshot.kmsKey,
    storageTier: "standard",
    tagSet: tagSet(snapshot.tags),
  };
}

const completion = ({ created, readyAt }: Snapshot): string =>
  new Date(Math.max(readyAt, Date.parse(created))).toISOString();

const createSnapshot: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  if (!["available", "in-use"].includes(volumeStatus(volume)))
    throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the '${volumeStatus(volume)}' state.`);
  if (volume.attachment) await flushDisk(volume.attachment);
  const snapshot: Snapshot = {
    id: newId("snap"),
    region: call.region,
    volume: volume.id,
    size: volume.size,
    description: text(call.query, "Description") ?? "",
    encrypted: volume.encrypted,
    kmsKey: volume.kmsKey,
    created: now(),
    readyAt: call.readyAt("CreateSnapshot"),
    users: [],
    groups: [],
    tags: tagsFor(call.query, "snapshot"),
    ...call.fate,
  };
  await checkQuota(call, volume.id);
  const [source, disk] = [call.store.disk(volume.id), call.store.disk(snapshot.id)];
  // What is attached goes on being written to.
  await (volume.attachment ? createDisk(disk, snapshot.size, source) : shareDisk(source, disk));
  call.undo(() => rm(disk, { force: true }));
  call.state.snapshots[snapshot.id] = snapshot;
  return { ...describe(snapshot), status: "pending", progress: "" } as Answer;
};

/** A copy in the call's region. */
export async function copySnapshotOf(call: Call, source: Snapshot, wanted: Partial<Snapshot>): Promise<Snapshot> {
  const copy: Snapshot = {
    ...source,
    volume: "vol-ffffffff",
    kmsKey: undefined,
    hiddenUntil: undefined,
    users: [],
    groups: [],
    tags: {},
    ...wanted,
    id: newId("snap"),
    region: call.region,
    created: now(),
  };
  const disk = call.store.disk(copy.id);
  await shareDisk(call.store.disk(source.id), disk);
  call.undo(() => rm(disk, { force: true }));
  call.state.snapshots[copy.id] = copy;
  return copy;
}

const copySnapshot: Action = async (call) => {
  const from = { ...call, region: required(call.query, "SourceRegion") };
  const source = snapshotOf(from, required(call.query, "SourceSnapshotId"));
  if (stateOf(source) !== "completed")
    throw new Ec2Error("IncorrectState", `Snapshot '${source.id}' is not 'completed'.`);
  const description = text(call.query, "Description") ?? "";
  const copy = await copySnapshotOf(call, source, {
    ...encryptionOf(call, call.query, source, source.region === call.region),
    description,
    readyAt: call.readyAt("CopySnapshot"),
    tags: tagsFor(call.query, "snapshot"),
    ...call.fate,
  });
  return { snapshotId: copy.id, tagSet: tagSet(copy.tags) };
};

const describeSnapshots: Action = (call) => {
  const ids = texts(call.query, "SnapshotId");
  const owners = texts(call.query, "Owner");
  const ours = owners.length === 0 || owners.includes("self") || owners.includes(ACCOUNT);
  const chosen = ids.length > 0 ? ids.map((id) => snapshotOf(call, id)) : inRegion(call, call.state.snapshots);
  const found = page(
    call.query,
    chosen.filter((each) => ours && isRestorable(call.query, each) && matches(call.query, fields(each), each.tags)),
  );
  return { snapshotSet: items(found.items.map(describe)), nextToken: found.nextToken };
};

/** RestorableBy: `self` (its owner), `all` (public), or an account of its permissions. */
function isRestorable(query: Query, { users, groups }: Snapshot): boolean {
  const wanted = texts(query, "RestorableBy");
  return wanted.length === 0 || wanted.some((each) => ["self", ACCOUNT, ...users, ...groups].includes(each));
}

const fields = (snapshot: Snapshot): Fields => ({
  "snapshot-id": [snapshot.id],
  "volume-id": [snapshot.volume],
  "volume-size": [String(snapshot.size)],
  status: [stateOf(snapshot)],
  description: [snapshot.description],
  "owner-id": [ACCOUNT],
  encrypted: [String(snapshot.encrypted)],
  "start-time": [snapshot.created],
  progress: [progress(snapshot)],
  "owner-alias": [],
  "storage-tier": ["standard"],
  "transfer-type": [],
});

/** Deletes the snapshot and its disk; InvalidSnapshot.InUse while an image uses it. */
export async function removeSnapshot(call: Call, id: string): Promise<void> {
  const snapshot = snapshotOf(call, id);
  const user = Object.values(call.state.images).find((image) =>
    image.devices.some((device) => device.ebs?.snapshot === id),
  );
  if (user) throw new Ec2Error("InvalidSnapshot.InUse", `The snapshot ${id} is currently in use by ${user.id}`);
  call.afterwards(() => rm(call.store.disk(snapshot.id), { force: true }));
  delete call.state.snapshots[id];
}

const deleteSnapshot: Action = async (call) => {
  await removeSnapshot(call, required(call.query, "SnapshotId"));
  return done;
};

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

export const snapshotActions: Readonly<Record<string, Action>> = {
  CreateSnapshot: createSnapshot,
  CopySnapshot: copySnapshot,
  DescribeSnapshots: describeSnapshots,
  DeleteSnapshot: deleteSnapshot,
  ModifySnapshotAttribute: modifySnapshotAttribute,
  ResetSnapshotAttribute: resetSnapshotAttribute,
  DescribeSnapshotAttribute: describeSnapshotAttribute,
};
