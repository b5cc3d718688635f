import { Ec2Error } from "./ec2-error.js";
import type { Tags } from "./model.js";
import { integer, maps, type Query, required, text, texts } from "./query.js";

/** What filters may look at: each filter's name to the values it matches against. */
export type Fields = Readonly<Record<string, readonly (string | undefined)[]>>;

/** EC2's filters: all filters of a call must match, any value of one does; `*` and `?` are wildcards, `\` escapes. */
export function matches(query: Query, fields: Fields, tags: Tags): boolean {
  return maps(query, "Filter").every((filter) => {
    const name = required(filter, "Name");
    const patterns = texts(filter, "Value").map(wildcard);
    return valuesOf(name, fields, tags).some((value) => value !== undefined && patterns.some((p) => p.test(value)));
  });
}

function valuesOf(name: string, fields: Fields, tags: Tags): readonly (string | undefined)[] {
  if (name === "tag-key") return Object.keys(tags);
  if (name === "tag-value") return Object.values(tags);
  if (name.startsWith("tag:"))
    return Object.entries(tags).flatMap(([key, value]) => (key === name.slice(4) ? [value] : []));
  const values = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (values) return values;
  throw new Ec2Error("InvalidParameterValue", `The filter '${name}' is invalid`);
}

function wildcard(pattern: string): RegExp {
  const tokens = pattern.match(/\\[\s\S]|[\s\S]/g) ?? [];
  const parts = tokens.map((token) => {
    if (token === "*") return "[\\s\\S]*";
    if (token === "?") return "[\\s\\S]";
    return (token.length > 1 ? token.slice(1) : token).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("").replace(/(\[\\s\\S\]\*)+/g, "[\\s\\S]*")}$`);
}

const MOST = 1000;

/** One page of `items`, at most 1000; NextToken says where the next one starts. */
export function page<T>(
  query: Query,
  items: readonly T[],
): { readonly items: readonly T[]; readonly nextToken?: string | undefined } {
  const size = Math.min(integer(query, "MaxResults", 1) ?? MOST, MOST);
  const start = startOf(text(query, "NextToken"));
  const end = start + size;
  return { items: items.slice(start, end), nextToken: end < items.length ? tokenOf(end) : undefined };
}

const tokenOf = (index: number): string => Buffer.from(`page:${index}`).toString("base64");

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, index] = /^page:(\d{1,15})$/.exec(Buffer.from(token, "base64").toString("latin1")) ?? [];
  if (index === undefined) throw new Ec2Error("InvalidNextToken", "The token provided is invalid.");
  return Number(index);
}
