// yamldecode(): the yaml package reads the syntax; what a scalar means follows the YAML library of Packer 1.16
// (YAML 1.1 words, decimal numbers with underscores, no hexadecimal), observed with Packer 1.6.6, which has the same one.

import type { Alias, Document, Node, Scalar, YAMLMap } from "yaml";
import { BOOL, DYNAMIC, NUMBER, STRING } from "../types/type.js";
import { convert } from "../values/convert.js";
import { fromInteger, type HclNumber, parseNumber } from "../values/number.js";
import {
  asString,
  boolValue,
  isNull,
  nullOf,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  UNKNOWN,
  type Value,
} from "../values/value.js";
import { FunctionError } from "./func.js";
import { formatTimestamp, parseTimestamp } from "./rfc3339.js";
import { yaml } from "./yaml-syntax.js";

// Aliases of aliases grow exponentially; no honest document comes near.
const MOST_NODES = 1_000_000;

interface Decoding {
  readonly document: Document;
  /** Anchored nodes that are being decoded: an alias to one of them never ends. */
  readonly open: Set<Node>;
  nodes: number;
}

/** Throws {@link FunctionError} for what is no single YAML document. */
export function decodeYaml(text: string): Value {
  const documents = yaml.parseAllDocuments(text, {
    version: "1.1",
    schema: "failsafe",
    merge: false,
    uniqueKeys: false,
    logLevel: "silent",
  });
  const [document, second] = "empty" in documents ? [] : documents;
  if (document === undefined || document.contents === null) return emptyDocument(text);
  if (second !== undefined) throw positioned(text, second.range?.[0] ?? 0, "unexpected extra content after value");
  refuseErrors(text, document);
  const value = decodeNode({ document, open: new Set(), nodes: 0 }, document.contents as Node);
  // As Packer has it: a document that is nothing but null has no known value.
  return isNull(value) ? UNKNOWN : value;
}

function emptyDocument(text: string): Value {
  if (/^---/m.test(text)) return UNKNOWN;
  throw positioned(text, text.length, "missing start of document");
}

function refuseErrors(text: string, document: Document): void {
  const [error] = document.errors;
  if (error !== undefined)
    throw positioned(
      text,
      error.pos[0],
      error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "invalid YAML",
    );
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== "1.1") {
    throw positioned(text, 0, "found incompatible YAML document");
  }
}

function positioned(text: string, offset: number, what: string): FunctionError {
  const before = text.slice(0, offset).split("\n");
  return new FunctionError(`on line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${what}`);
}

function decodeNode(decoding: Decoding, node: Node): Value {
  decoding.nodes += 1;
  if (decoding.nodes > MOST_NODES)
    throw new FunctionError(`document has more than ${MOST_NODES} nodes once its aliases are expanded`);
  if (yaml.isAlias(node)) return decodeAlias(decoding, node);
  if (decoding.open.has(node)) throw new FunctionError("cannot refer to anchor from inside its own definition");
  decoding.open.add(node);
  try {
    return decodeOpened(decoding, node);
  } finally {
    decoding.open.delete(node);
  }
}

function decodeAlias(decoding: Decoding, alias: Alias): Value {
  const target = alias.resolve(decoding.document);
  if (target === undefined) throw new FunctionError(`reference to undefined anchor ${JSON.stringify(alias.source)}`);
  return decodeNode(decoding, target);
}

function decodeOpened(decoding: Decoding, node: Node): Value {
  if (yaml.isScalar(node)) return decodeScalar(node);
  if (yaml.isSeq(node)) {
    refuseTag(node, "tag:yaml.org,2002:seq");
    return tupleValue(node.items.map((item) => decodeNode(decoding, item as Node)));
  }
  if (yaml.isMap(node)) return objectValue(decodeEntries(decoding, node));
  throw new FunctionError("unsupported node");
}

function refuseTag(node: Node, own: string): void {
  const { tag } = node as { tag?: string };
  if (tag !== undefined && tag !== own && tag !== "!")
    throw new FunctionError(`unsupported tag ${JSON.stringify(tag)}`);
}

function decodeEntries(decoding: Decoding, map: YAMLMap): Map<string, Value> {
  refuseTag(map, "tag:yaml.org,2002:map");
  const entries = new Map<string, Value>();
  for (const { key, value } of map.items) {
    const node = value === null ? undefined : (value as Node);
    if (isMergeKey(key)) mergeInto(entries, decoding, node);
    else entries.set(keyText(decoding, key as Node), node === undefined ? nullOf(DYNAMIC) : decodeNode(decoding, node));
  }
  return entries;
}

const isMergeKey = (key: unknown): boolean => yaml.isScalar(key) && key.type === "PLAIN" && key.value === "<<";

/** `<<: *base` and `<<: [*a, *b]`: their entries, where the map does not have its own. */
function mergeInto(entries: Map<string, Value>, decoding: Decoding, node: Node | undefined): void {
  const sources = yaml.isSeq(node) ? (node.items as Node[]) : node === undefined ? [] : [node];
  for (const source of sources) {
    const value = decodeNode(decoding, source);
    if (value.state !== "known" || !(value.raw instanceof Map)) {
      throw new FunctionError("map merge requires map or sequence of maps as the value");
    }
    for (const [name, member] of value.raw) if (!entries.has(name)) entries.set(name, member);
  }
}

function keyText(decoding: Decoding, key: Node | null): string {
  const scalar = yaml.isAlias(key) ? key.resolve(decoding.document) : key;
  if (!yaml.isScalar(scalar)) throw new FunctionError("only strings are allowed as mapping keys");
  const value = decodeScalar(scalar);
  if (value.state !== "known") throw new FunctionError("mapping key cannot be null");
  return asString(convert(value, STRING));
}

const TAGS = "tag:yaml.org,2002:";

function decodeScalar(node: Scalar): Value {
  const text = String(node.value ?? "");
  if (node.type !== "PLAIN" && node.type !== undefined) return stringValue(text);
  const tag = node.tag?.startsWith(TAGS) ? node.tag.slice(TAGS.length) : node.tag;
  switch (tag) {
    case undefined:
      return resolvePlain(text);
    case "str":
    case "binary":
    case "!":
      return stringValue(text);
    case "null":
      return nullOf(DYNAMIC);
    case "int":
    case "float":
    case "bool":
    case "timestamp":
      return resolveAs(tag, text);
    default:
      throw new FunctionError(`unsupported tag ${JSON.stringify(node.tag)}`);
  }
}

function resolveAs(tag: "int" | "float" | "bool" | "timestamp", text: string): Value {
  const value = resolvePlain(text);
  const fits =
    tag === "bool"
      ? value.type === BOOL
      : tag === "timestamp"
        ? timestampText(text) !== undefined
        : value.type === NUMBER;
  if (!fits) throw new FunctionError(`cannot parse ${JSON.stringify(text)} as !!${tag}`);
  return value;
}

const spellings = (...words: readonly string[]): readonly string[] =>
  words.flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()]);
const TRUE_WORDS = new Set(spellings("y", "yes", "true", "on"));
const FALSE_WORDS = new Set(spellings("n", "no", "false", "off"));
const NULL_WORDS = new Set(["", "~", ...spellings("null")]);
const NAN = /^\.(?:nan|NaN|NAN)$/;
const INFINITY = /^(?:(?<minus>-)|\+)?\.(?:inf|Inf|INF)$/;

/** What a plain scalar without a tag means. */
function resolvePlain(text: string): Value {
  if (NULL_WORDS.has(text)) return nullOf(DYNAMIC);
  if (TRUE_WORDS.has(text)) return boolValue(true);
  if (FALSE_WORDS.has(text)) return boolValue(false);
  if (NAN.test(text)) throw new FunctionError("floating point NaN is not supported");
  const number = plainNumber(text);
  if (number !== undefined) return numberValue(number);
  return stringValue(timestampText(text) ?? text);
}

function plainNumber(text: string): HclNumber | undefined {
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return parseNumber(infinity.groups?.["minus"] === undefined ? "Inf" : "-Inf");
  if (!/^[-+.\d]/.test(text) || timestampText(text) !== undefined) return undefined;
  const plain = text.replaceAll("_", "");
  const binary = /^(-?)0b([01]+)$/.exec(plain);
  if (binary !== null) return binaryNumber(binary[1] === "-", binary[2] ?? "0");
  return parseNumber(plain);
}

function binaryNumber(negative: boolean, digits: string): HclNumber {
  const value = BigInt(`0b${digits}`);
  return fromInteger(negative ? -value : value);
}

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const DATE_TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d*)?(Z|[+-]\d{2}:\d{2})?$/;

/** RFC 3339 of what YAML takes for a timestamp; undefined when it is none. */
function timestampText(text: string): string | undefined {
  const [, year, month, day, hour = "0", minute = "0", second = "0", , zone = "Z"] =
    DATE.exec(text) ?? DATE_TIME.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const two = (digits: string): string => digits.padStart(2, "0");
  const parsed = parseTimestamp(`${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${zone}`);
  return parsed === undefined ? undefined : formatTimestamp(parsed);
}
