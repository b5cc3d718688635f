import { Ec2Error } from "./ec2-error.js";
import type { Tags } from "./model.js";
import { maps, type Query, required, texts } from "./query.js";
import { wildcard } from "./wildcard.js";

/** What filters may look at, by the filter's name: the values of an item that it matches against. */
export type Fields<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;

/** EC2 takes no more values in one filter. */
const MOST_VALUES = 200;

/**
 * The `items` that all filters of a call match, which one of their values must; `*` and `?` are wildcards, `\` escapes.
 * InvalidParameterValue for a filter that is neither in `fields` nor, where items have `tags`, one of tags.
 */
export function filtered<T>(
  query: Query,
  items: readonly T[],
  fields: Fields<T>,
  tags?: (item: T) => Tags,
): readonly T[] {
  const filters = maps(query, "Filter").map((filter) => compile(filter, fields, tags));
  return items.filter((item) => filters.every((matches) => matches(item)));
}

function compile<T>(filter: Query, fields: Fields<T>, tags: ((item: T) => Tags) | undefined): (item: T) => boolean {
  const name = required(filter, "Name");
  const valuesOf = (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? (tags && ofTags(name, tags));
  if (valuesOf === undefined) throw new Ec2Error("InvalidParameterValue", `The filter '${name}' is invalid`);
  const values = texts(filter, "Value");
  if (values.length > MOST_VALUES)
    throw new Ec2Error("FilterLimitExceeded", `The filter '${name}' has more than ${MOST_VALUES} values.`);
  const patterns = values.map(wildcard);
  return (item) => valuesOf(item).some((value) => value !== undefined && patterns.some((isLike) => isLike(value)));
}

function ofTags<T>(name: string, tags: (item: T) => Tags): ((item: T) => readonly (string | undefined)[]) | undefined {
  if (name === "tag-key") return (item) => Object.keys(tags(item));
  if (name === "tag-value") return (item) => Object.values(tags(item));
  if (!name.startsWith("tag:")) return undefined;
  const wanted = name.slice(4);
  return (item) => Object.entries(tags(item)).flatMap(([key, value]) => (key === wanted ? [value] : []));
}
