// Whether the state, the disks and the loop devices tell the same story.

import { lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import { loopsBelow, loopsOf } from "./attachments.js";
import type { Attachment, Image, State } from "./model.js";
import { isAlive } from "./process-identity.js";
import type { StateStore } from "./state.js";

const GIB = 1024 ** 3;

/** What is wrong, a line each. Nobody else changes the state meanwhile. */
export const checkState = (store: StateStore): Promise<readonly string[]> =>
  store.update(async (state) => [
    ...keyProblems(state),
    ...(await volumeProblems(store, state)),
    ...(await snapshotProblems(store, state)),
    ...Object.values(state.images).flatMap((image) => imageProblems(state, image)),
    ...(await strangers(store, state)),
  ]);

const keyProblems = (state: State): readonly string[] =>
  [state.volumes, state.snapshots, state.images].flatMap((table) =>
    Object.entries(table).flatMap(([key, { id }]) => (key === id ? [] : [`${key}: is called ${String(id)} inside`])),
  );

async function diskProblems(file: string, id: string, gib: number): Promise<readonly string[]> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return [`${id}: its disk ${file} is missing`];
  return found.size === gib * GIB ? [] : [`${id}: its disk has ${found.size} bytes, not ${gib} GiB`];
}

async function volumeProblems(store: StateStore, { volumes }: State): Promise<readonly string[]> {
  const problems: string[] = [];
  const devices = new Map<string, string>();
  for (const { id, size, attachment, goneAt } of Object.values(volumes)) {
    if (goneAt !== undefined) continue;
    problems.push(...(await diskProblems(store.disk(id), id, size)));
    if (attachment === undefined) continue;
    problems.push(...(await attachmentProblems(store.disk(id), id, attachment)));
    const other = devices.get(attachment.device);
    if (other !== undefined) problems.push(`${id} and ${other} are both attached as ${attachment.device}`);
    devices.set(attachment.device, id);
  }
  return problems;
}

async function attachmentProblems(file: string, id: string, attachment: Attachment): Promise<readonly string[]> {
  const bound = loopsOf(file);
  const loops = [attachment.loop, ...attachment.partitionLoops];
  const problems = loops.filter((loop) => !bound.includes(loop)).map((loop) => `${id}: ${loop} is not its disk`);
  if (!isAlive(attachment.owner)) problems.push(`${id}: the server that attached it is gone`);
  if ((await stat(file).catch(() => undefined))?.nlink !== 1)
    problems.push(`${id}: is attached, but shares its disk with a snapshot`);
  const [node = ""] = attachment.links;
  if ((await readlink(node).catch(() => "")) !== attachment.loop)
    problems.push(`${id}: ${node} does not lead to ${attachment.loop}`);
  return problems;
}

async function snapshotProblems(store: StateStore, { snapshots }: State): Promise<readonly string[]> {
  const all = Object.values(snapshots).map(({ id, size }) => diskProblems(store.disk(id), id, size));
  return (await Promise.all(all)).flat();
}

const imageProblems = ({ snapshots }: State, { id, region, devices }: Image): readonly string[] =>
  devices.flatMap(({ ebs }) => {
    if (ebs?.snapshot === undefined) return [];
    const snapshot = snapshots[ebs.snapshot];
    if (snapshot === undefined) return [`${id}: its snapshot ${ebs.snapshot} is gone`];
    return snapshot.region === region ? [] : [`${id}: its snapshot ${ebs.snapshot} is in ${snapshot.region}`];
  });

/** Disks, loop devices and names below /dev that no record tells of. */
async function strangers(store: StateStore, { volumes, snapshots }: State): Promise<readonly string[]> {
  const files = (await readdir(store.disks)).filter((file) => {
    const id = file.replace(/\.img$/, "");
    return !Object.hasOwn(volumes, id) && !Object.hasOwn(snapshots, id);
  });
  const attachments = Object.values(volumes).flatMap(({ attachment }) => attachment ?? []);
  const known = new Set(attachments.flatMap(({ loop, partitionLoops }) => [loop, ...partitionLoops]));
  const loops = loopsBelow(await realpath(store.disks)).filter(({ loop }) => !known.has(loop));
  const lost = await missingLinks(attachments);
  return [
    ...files.map((file) => `${file}: nothing knows of this disk`),
    ...loops.map(({ loop, file }) => `${loop}: is bound to ${file}, but no volume is attached there`),
    ...lost.map((link) => `${link}: is missing`),
  ];
}

async function missingLinks(attachments: readonly Attachment[]): Promise<readonly string[]> {
  const links = attachments.flatMap((each) => each.links);
  const there = await Promise.all(links.map((link) => lstat(link).then(Boolean, () => false)));
  return links.filter((_, index) => there[index] === false);
}
