import { Ec2Error } from "./ec2-error.js";
import type { State, Tags } from "./model.js";
import { maps, type Query, required, text, type Xml } from "./query.js";
import type { StateStore } from "./state.js";

/** What an action works with. Times are milliseconds of `Date.now()`. */
export interface Call {
  readonly query: Query;
  readonly region: string;
  readonly state: State;
  readonly store: StateStore;
  readonly owner: string;
  readonly kernelPartitions: boolean;
  readonly quota?: number | undefined;
  /** When a transition that `action` starts now is over. */
  readyAt(action: string): number;
}

export type Answer = Readonly<Record<string, Xml | readonly Xml[]>>;
export type Action = (call: Call) => Answer | Promise<Answer>;

export const done: Answer = { return: true };
export const items = (values: readonly Xml[]): Xml => ({ item: values });
export const tagSet = (tags: Tags): Xml => items(Object.entries(tags).map(([key, value]) => ({ key, value })));

export function tagsOf(query: Query, key: string): Tags {
  const tags: Tags = Object.fromEntries(
    maps(query, key).map((tag) => [checkedKey(required(tag, "Key")), text(tag, "Value") ?? ""]),
  );
  if (Object.keys(tags).length > 50)
    throw new Ec2Error("TagLimitExceeded", "You have reached the maximum number of tags.");
  return tags;
}

function checkedKey(key: string): string {
  if (key.length > 127 || key.startsWith("aws:"))
    throw new Ec2Error("InvalidParameterValue", `Tag key '${key}' is invalid.`);
  return key;
}

export function tagsFor(query: Query, kind: string): Tags {
  const wanted = maps(query, "TagSpecification").filter((each) => text(each, "ResourceType") === kind);
  return Object.assign({}, ...wanted.map((each) => tagsOf(each, "Tag"))) as Tags;
}

/** The resource called `id` in the call's region, or `<Kind>.NotFound`. */
export function find<T extends { readonly region: string }>(
  call: Call,
  all: Readonly<Record<string, T>>,
  id: string,
  code: string,
  kind: string,
): T {
  const found = Object.hasOwn(all, id) ? all[id] : undefined;
  if (found?.region === call.region) return found;
  throw new Ec2Error(code, `The ${kind} '${id}' does not exist.`);
}

export const inRegion = <T extends { readonly region: string }>(
  call: Call,
  all: Readonly<Record<string, T>>,
): readonly T[] => Object.values(all).filter((each) => each.region === call.region);
export const now = (): string => new Date().toISOString();
