import { rm } from "node:fs/promises";
import { type Action, type Answer, type Call, done, find, inRegion, items, now, tagSet, tagsFor } from "./action.js";
import { createDisk, flushDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { matches, page } from "./filters.js";
import { ACCOUNT, newId, type Snapshot } from "./model.js";
import { flag, map, maps, type Query, required, text, texts, type Xml } from "./query.js";
import { volumeOf } from "./volumes.js";

export const snapshotOf = (call: Call, id: string): Snapshot =>
  find(call, call.state.snapshots, id, "InvalidSnapshot.NotFound", "snapshot");

const isReady = (snapshot: Snapshot): boolean => snapshot.readyAt <= Date.now();
const stateOf = (snapshot: Snapshot): string => (isReady(snapshot) ? "completed" : "pending");

function describe(snapshot: Snapshot): Record<string, Xml> {
  return {
    snapshotId: snapshot.id,
    volumeId: snapshot.volume,
    status: stateOf(snapshot),
    startTime: snapshot.created,
    progress: isReady(snapshot) ? "100%" : "42%",
    ownerId: ACCOUNT,
    volumeSize: snapshot.size,
    description: snapshot.description,
    encrypted: snapshot.encrypted,
    kmsKeyId: snapshot.kmsKey,
    storageTier: "standard",
    tagSet: tagSet(snapshot.tags),
  };
}

const createSnapshot: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
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
  };
  await createDisk(call.store.disk(snapshot.id), snapshot.size, call.store.disk(volume.id));
  call.state.snapshots[snapshot.id] = snapshot;
  return { ...describe(snapshot), status: "pending", progress: "" } as Answer;
};

/** A copy in the call's region, with its own disk. */
export async function copySnapshotOf(call: Call, source: Snapshot, wanted: Partial<Snapshot>): Promise<Snapshot> {
  const copy = {
    ...source,
    volume: "vol-ffffffffffffffff",
    users: [],
    groups: [],
    tags: {},
    ...wanted,
    id: newId("snap"),
    region: call.region,
    created: now(),
  };
  await createDisk(call.store.disk(copy.id), copy.size, call.store.disk(source.id));
  call.state.snapshots[copy.id] = copy;
  return copy;
}

const copySnapshot: Action = async (call) => {
  const from = { ...call, region: required(call.query, "SourceRegion") };
  const source = snapshotOf(from, required(call.query, "SourceSnapshotId"));
  const encrypted = source.encrypted || (flag(call.query, "Encrypted") ?? false);
  const description = text(call.query, "Description") ?? "";
  const copy = await copySnapshotOf(call, source, {
    encrypted,
    kmsKey: text(call.query, "KmsKeyId") ?? source.kmsKey,
    description,
    readyAt: call.readyAt("CopySnapshot"),
    tags: tagsFor(call.query, "snapshot"),
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
    chosen.filter((each) => ours && matches(call.query, fields(each), each.tags)),
  );
  return { snapshotSet: items(found.items.map(describe)), nextToken: found.nextToken };
};

const fields = (snapshot: Snapshot): Record<string, readonly string[]> => ({
  "snapshot-id": [snapshot.id],
  "volume-id": [snapshot.volume],
  "volume-size": [String(snapshot.size)],
  status: [stateOf(snapshot)],
  description: [snapshot.description],
  "owner-id": [ACCOUNT],
  encrypted: [String(snapshot.encrypted)],
  "start-time": [snapshot.created],
});

/** Deletes the snapshot and its disk; InvalidSnapshot.InUse while an image uses it. */
export async function removeSnapshot(call: Call, id: string): Promise<void> {
  const snapshot = snapshotOf(call, id);
  const user = Object.values(call.state.images).find((image) =>
    image.devices.some((device) => device.ebs?.snapshot === id),
  );
  if (user) throw new Ec2Error("InvalidSnapshot.InUse", `The snapshot ${id} is currently in use by ${user.id}`);
  await rm(call.store.disk(snapshot.id), { force: true });
  delete call.state.snapshots[id];
}

const deleteSnapshot: Action = async (call) => {
  await removeSnapshot(call, required(call.query, "SnapshotId"));
  return done;
};

const modifySnapshotAttribute: Action = (call) => {
  const snapshot = snapshotOf(call, required(call.query, "SnapshotId"));
  const change = map(call.query, "CreateVolumePermission");
  const operation = text(call.query, "OperationType") ?? "add";
  const flat: Query = { [operation === "remove" ? "Remove" : "Add"]: {} };
  const given = Object.keys(change).length > 0 ? change : flat;
  snapshot.users = changed(snapshot.users, given, "UserId", operation === "add" ? texts(call.query, "UserId") : []);
  snapshot.groups = changed(snapshot.groups, given, "Group", operation === "add" ? texts(call.query, "UserGroup") : []);
  return done;
};

/** `current` after the Add and Remove of a permission change, plus `more`. */
export function changed(
  current: readonly string[],
  change: Query,
  key: string,
  more: readonly string[] = [],
): string[] {
  const values = (kind: string): string[] => maps(change, kind).flatMap((each) => text(each, key) ?? []);
  const removed = new Set(values("Remove"));
  return [...new Set([...current, ...values("Add"), ...more])].filter((each) => !removed.has(each));
}

export const snapshotActions: Readonly<Record<string, Action>> = {
  CreateSnapshot: createSnapshot,
  CopySnapshot: copySnapshot,
  DescribeSnapshots: describeSnapshots,
  DeleteSnapshot: deleteSnapshot,
  ModifySnapshotAttribute: modifySnapshotAttribute,
};
