import { rm } from "node:fs/promises";
import { type Action, type Answer, type Call, done, inRegion, items, now, tagSet, tagsFor } from "./action.js";
import { flushDisk } from "./attachments.js";
import { volumeStatus } from "./describe-volumes.js";
import { createDisk, shareDisk } from "./disks.js";
import { Ec2Error } from "./ec2-error.js";
import { encryptionOf } from "./encryption.js";
import { type Fields, filtered } from "./filters.js";
import { regionCalled, snapshotOf, volumeOf } from "./lookup.js";
import { ACCOUNT, newId, type Snapshot } from "./model.js";
import { byAge, type Paging, page } from "./pages.js";
import { checkChoice, integer, type Query, required, text, texts, type Xml } from "./query.js";
import { checkConcurrentCopies, checkConcurrentSnapshots, checkQuota } from "./quota.js";

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
    sseType: snapshot.encrypted ? "sse-kms" : "none",
    storageTier: "standard",
    transferType: transferType(snapshot),
    completionDurationMinutes: snapshot.completionMinutes,
    tagSet: tagSet(snapshot.tags),
  };
}

/** Of a copy: whether a time was set for it. */
function transferType({ isCopy, completionMinutes }: Snapshot): string | undefined {
  if (isCopy !== true) return undefined;
  return completionMinutes === undefined ? "standard" : "time-based";
}

const completion = ({ created, readyAt }: Snapshot): string =>
  new Date(Math.max(readyAt, Date.parse(created))).toISOString();

const createSnapshot: Action = async (call) => {
  const volume = volumeOf(call, required(call.query, "VolumeId"));
  checkChoice(call.query, "Location", ["regional"]);
  if (!["available", "in-use"].includes(volumeStatus(volume)))
    throw new Ec2Error("IncorrectState", `Volume '${volume.id}' is in the '${volumeStatus(volume)}' state.`);
  checkConcurrentSnapshots(call, volume);
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

/** The time set for a copy: quarters of an hour, up to two days. It is kept, and changes nothing: all copies are made at once. */
export function completionMinutes(query: Query, key: string): number | undefined {
  const minutes = integer(query, key, 15);
  if (minutes === undefined || (minutes % 15 === 0 && minutes <= 2880)) return minutes;
  throw new Ec2Error("InvalidParameterValue", `Value (${minutes}) for parameter ${key} is invalid.`);
}

/** A copy in the call's region. */
export async function copySnapshotOf(call: Call, source: Snapshot, wanted: Partial<Snapshot>): Promise<Snapshot> {
  const copy: Snapshot = {
    ...source,
    volume: "vol-ffffffff",
    isCopy: true,
    completionMinutes: undefined,
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
  const from = { ...call, region: regionCalled(required(call.query, "SourceRegion")) };
  checkChoice(call.query, "DestinationRegion", [call.region]);
  const source = snapshotOf(from, required(call.query, "SourceSnapshotId"));
  if (stateOf(source) !== "completed")
    throw new Ec2Error("IncorrectState", `Snapshot '${source.id}' is not 'completed'.`);
  checkConcurrentCopies(call);
  const description = text(call.query, "Description") ?? "";
  const copy = await copySnapshotOf(call, source, {
    ...encryptionOf(call, call.query, source, source.region === call.region),
    description,
    completionMinutes: completionMinutes(call.query, "CompletionDurationMinutes"),
    readyAt: call.readyAt("CopySnapshot"),
    tags: tagsFor(call.query, "snapshot"),
    ...call.fate,
  });
  return { snapshotId: copy.id, tagSet: tagSet(copy.tags) };
};

/** EC2's limits of one page. */
const PAGES: Paging = { least: 5, most: 1000, notWith: "SnapshotId" };

const describeSnapshots: Action = (call) => {
  const { query } = call;
  const ids = [...new Set(texts(query, "SnapshotId"))];
  const chosen = ids.length > 0 ? ids.map((id) => snapshotOf(call, id)) : inRegion(call, call.state.snapshots);
  const seen = chosen.filter((each) => isOurs(query) && isRestorable(query, each));
  const found = page(
    query,
    filtered(query, seen, FIELDS, ({ tags }) => tags),
    byAge,
    PAGES,
  );
  return { snapshotSet: items(found.items.map(describe)), nextToken: found.nextToken };
};

function isOurs(query: Query): boolean {
  const owners = texts(query, "Owner");
  return owners.length === 0 || owners.includes("self") || owners.includes(ACCOUNT);
}

/** RestorableBy: `self` (its owner), `all` (public), or an account of its permissions. */
function isRestorable(query: Query, { users, groups }: Snapshot): boolean {
  const wanted = texts(query, "RestorableBy");
  return wanted.length === 0 || wanted.some((each) => ["self", ACCOUNT, ...users, ...groups].includes(each));
}

const FIELDS: Fields<Snapshot> = {
  "snapshot-id": (snapshot) => [snapshot.id],
  "volume-id": (snapshot) => [snapshot.volume],
  "volume-size": (snapshot) => [String(snapshot.size)],
  status: (snapshot) => [stateOf(snapshot)],
  description: (snapshot) => [snapshot.description],
  "owner-id": () => [ACCOUNT],
  encrypted: (snapshot) => [String(snapshot.encrypted)],
  "start-time": (snapshot) => [snapshot.created],
  progress: (snapshot) => [progress(snapshot)],
  "owner-alias": () => [],
  "storage-tier": () => ["standard"],
  "transfer-type": (snapshot) => [transferType(snapshot)],
};

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

export const snapshotActions: Readonly<Record<string, Action>> = {
  CreateSnapshot: createSnapshot,
  CopySnapshot: copySnapshot,
  DescribeSnapshots: describeSnapshots,
  DeleteSnapshot: deleteSnapshot,
};
