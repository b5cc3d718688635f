import { Ec2Error } from "./ec2-error.js";

/** A decoded EC2 query: scalars as text, `A.1`, `A.2` as lists (in number order), `A.B` as maps. */
export type Query = { readonly [key: string]: QueryValue };
export type QueryValue = string | Query;

/** What an answer is made of: arrays repeat their element, `undefined` is left out. */
export type Xml = string | number | boolean | undefined | XmlMap;
export interface XmlMap {
  readonly [key: string]: Xml | readonly Xml[];
}

/** Reads a form body. Hostile keys (`__proto__`) stay ordinary keys: the maps have no prototype. */
export function decodeQuery(body: string): Query {
  const root = emptyMap();
  for (const [key, value] of new URLSearchParams(body)) place(root, key.split("."), value);
  return root;
}

type MutableQuery = { [key: string]: string | MutableQuery };
const emptyMap = (): MutableQuery => Object.create(null) as MutableQuery;

function place(root: MutableQuery, path: readonly string[], value: string): void {
  if (path.length > 16) throw new Ec2Error("MalformedQueryString", "The query string is nested too deeply.");
  let map = root;
  for (const part of path.slice(0, -1)) {
    const inner = map[part];
    if (typeof inner === "object") map = inner;
    else map = map[part] = emptyMap();
  }
  map[path.at(-1) ?? ""] = value;
}

export function text(query: Query, key: string): string | undefined {
  const value = query[key];
  return typeof value === "string" ? value : undefined;
}

export function required(query: Query, key: string): string {
  const value = text(query, key);
  if (value) return value;
  throw new Ec2Error("MissingParameter", `The request must contain the parameter ${key}`);
}

/** InvalidParameterValue for what is neither true nor false. */
export function flag(query: Query, key: string): boolean | undefined {
  const value = text(query, key)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new Ec2Error("InvalidParameterValue", `Value (${value}) for parameter ${key} is invalid. It is true or false.`);
}

/** InvalidParameterValue unless the parameter is absent or one of `choices`. */
export function checkChoice(query: Query, key: string, choices: readonly string[]): void {
  const value = text(query, key);
  if (value !== undefined && !choices.includes(value))
    throw new Ec2Error("InvalidParameterValue", `Value (${value}) for parameter ${key} is invalid.`);
}

/** A whole number of at least `least`; InvalidParameterValue when the text is something else. */
export function integer(query: Query, key: string, least = 0): number | undefined {
  const value = text(query, key);
  if (value === undefined) return undefined;
  if (/^\d{1,15}$/.test(value) && Number(value) >= least) return Number(value);
  throw new Ec2Error("InvalidParameterValue", `Value (${value}) for parameter ${key} is invalid.`);
}

export function map(query: Query, key: string): Query {
  const value = query[key];
  return typeof value === "object" ? value : {};
}

export function list(query: Query, key: string): readonly QueryValue[] {
  const numbered = Object.entries(map(query, key)).filter(([number]) => /^\d+$/.test(number));
  return numbered.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}

export const texts = (query: Query, key: string): readonly string[] =>
  list(query, key).filter((value) => typeof value === "string");
export const maps = (query: Query, key: string): readonly Query[] =>
  list(query, key).filter((value) => typeof value === "object");

/** `<name>` with its content; characters that XML 1.0 can't hold become U+FFFD. */
export function encodeXml(name: string, value: Xml | readonly Xml[]): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item: Xml) => encodeXml(name, item)).join("");
  if (typeof value !== "object") return `<${name}>${escapeXml(String(value))}</${name}>`;
  const inner = Object.entries(value).map(([key, item]) => encodeXml(key, item));
  return `<${name}>${inner.join("")}</${name}>`;
}

function escapeXml(value: string): string {
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };
  return value
    .replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"\r]/g, (c) => named[c] ?? c);
}
