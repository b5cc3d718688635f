import { Ec2Error } from "./ec2-error.js";
import type { State, Tags } from "./model.js";
import { maps, type Query, required, text, type Xml } from "./query.js";
import type { Effects, StateStore } from "./state.js";

/** The actions that start a transition, which may take time. */
export const TRANSITIONS = [
  ...["CreateVolume", "AttachVolume", "DetachVolume", "DeleteVolume", "ModifyVolume"],
  ...["CreateSnapshot", "CopySnapshot", "RegisterImage", "CopyImage"],
] as readonly string[];

/** What an action works with. Times are milliseconds of `Date.now()`. */
export interface Call extends Effects {
  readonly query: Query;
  readonly region: string;
  readonly state: State;
  readonly store: StateStore;
  readonly owner: string;
  readonly kernelPartitions: boolean;
  /** Bytes that all disks may hold together. */
  readonly quota?: number | undefined;
  /** What a scripted fault has in store for what this call makes. */
  readonly fate?: { readonly hiddenUntil?: number; readonly failed?: boolean } | undefined;
  /** When a transition that `action` starts now is over. */
  readyAt(action: string): number;
}

export type Answer = Readonly<Record<string, Xml | readonly Xml[]>>;
export type Action = (call: Call) => Answer | Promise<Answer>;

export const done: Answer = { return: true };
export const items = (values: readonly Xml[]): Xml => ({ item: values });
export const tagSet = (tags: Tags): Xml => items(Object.entries(tags).map(([key, value]) => ({ key, value })));

export function tagsOf(query: Query, key: string): Tags {
  const tags = maps(query, key).map((tag) => [checkedKey(required(tag, "Key")), checkedValue(tag)] as const);
  const keys = tags.map(([name]) => name);
  const twice = keys.find((name, index) => keys.indexOf(name) !== index);
  if (twice !== undefined) throw new Ec2Error("InvalidParameterValue", `Duplicate tag key '${twice}' specified.`);
  return checkTagCount(Object.fromEntries(tags));
}

/** `tags`, unless they are more than a resource can have. */
export function checkTagCount(tags: Tags): Tags {
  if (Object.keys(tags).length <= 50) return tags;
  throw new Ec2Error("TagLimitExceeded", "You have reached the maximum number of tags.");
}

function checkedKey(key: string): string {
  if (key.length > 128 || /^aws:/i.test(key))
    throw new Ec2Error("InvalidParameterValue", `Tag key '${key}' is invalid.`);
  return key;
}

function checkedValue(tag: Query): string {
  const value = text(tag, "Value") ?? "";
  if (value.length <= 256) return value;
  throw new Ec2Error("InvalidParameterValue", "Tag value exceeds the maximum length of 256 characters");
}

/** The tags that a create call gives to what it makes of `kind`; `others`: what else it makes. */
export function tagsFor(query: Query, kind: string, ...others: readonly string[]): Tags {
  const specifications = maps(query, "TagSpecification");
  const strange = specifications
    .map((each) => required(each, "ResourceType"))
    .find((each) => ![kind, ...others].includes(each));
  if (strange !== undefined)
    throw new Ec2Error(
      "InvalidParameterValue",
      `'${strange}' is not a valid taggable resource type for this operation.`,
    );
  const wanted = specifications.filter((each) => text(each, "ResourceType") === kind);
  return Object.assign({}, ...wanted.map((each) => tagsOf(each, "Tag"))) as Tags;
}

interface Resource {
  readonly region: string;
  readonly hiddenUntil?: number | undefined;
  readonly goneAt?: number | undefined;
}

const isVisible = (call: Call, { region, hiddenUntil = 0, goneAt }: Resource): boolean =>
  region === call.region && hiddenUntil <= Date.now() && (goneAt === undefined || goneAt > Date.now());

/** The resource called `id` in the call's region; undefined when there is none, or none to be seen yet. */
export function find<T extends Resource>(call: Call, all: Readonly<Record<string, T>>, id: string): T | undefined {
  const found = Object.hasOwn(all, id) ? all[id] : undefined;
  return found && isVisible(call, found) ? found : undefined;
}

export const inRegion = <T extends Resource>(call: Call, all: Readonly<Record<string, T>>): readonly T[] =>
  Object.values(all).filter((each) => isVisible(call, each));
export const now = (): string => new Date().toISOString();
