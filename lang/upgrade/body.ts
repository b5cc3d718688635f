// The options of a component: JSON has one kind of object, HCL2 has arguments and blocks (spec: language.md §12.3).

import { optionNotName } from "../diagnostics/catalog/upgrade.js";
import type { JsonNode, JsonObjectNode, JsonProperty } from "../syntax/ast.js";
import { isIdentifier } from "../template/blocks.js";
import type { BodySpec } from "../template/ir.js";
import { formatNumber, parseNumber } from "../values/number.js";
import { argument, block, type Item } from "./hcl.js";
import { objectKey } from "./quote.js";
import type { Session } from "./session.js";
import type { WriteString } from "./unit.js";

/** Blocks even where all their values are plain. */
const ALWAYS_BLOCKS: ReadonlySet<string> = new Set(["linux_options", "network_interface", "shared_image_gallery"]);

export interface BodyWriter {
  readonly session: Session;
  readonly write: WriteString;
  /** What the component's body may hold, where it is known. */
  readonly spec?: BodySpec | undefined;
}

/** The items of a body, by name. `more` are arguments that do not come from the object as they are: name → expression; they win. */
export function bodyItems(
  writer: BodyWriter,
  { properties }: JsonObjectNode,
  more: ReadonlyMap<string, string> = new Map(),
): readonly Item[] {
  const own = properties.filter(({ name }) => !more.has(name.text));
  const named = [
    ...own.map((property) => ({ name: property.name.text, items: () => itemsOf(writer, property) })),
    ...[...more].map(([name, value]) => ({ name, items: () => [argument(name, value)] })),
  ];
  return named.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(({ items }) => items());
}

function itemsOf(writer: BodyWriter, { name, value }: JsonProperty): readonly Item[] {
  if (!isIdentifier(name.text)) {
    writer.session.warn(optionNotName(name.text), name);
    return [];
  }
  if (value.kind === "array" && value.items.length === 0) return [];
  const bodies = blocksIn(name.text, value);
  if (bodies === undefined) return [argument(name.text, argumentValue(writer, name.text, value))];
  return bodies.map((body) =>
    block(name.text, [], bodyItems({ ...writer, spec: writer.spec?.blocks.get(name.text)?.spec }, body)),
  );
}

/** JSON templates take one value for a list of one; HCL2 does not. */
function argumentValue({ write, spec }: BodyWriter, name: string, value: JsonNode): string {
  const kind = spec?.attributes.get(name)?.type.kind;
  const text = expression(value, write);
  return isPlain(value) && (kind === "list" || kind === "set") ? `[${text}]` : text;
}

/** The objects that are blocks; undefined where the value is an argument's. */
function blocksIn(name: string, value: JsonNode): readonly JsonObjectNode[] | undefined {
  if (value.kind === "object")
    return hasNames(value) && (ALWAYS_BLOCKS.has(name) || isBody(value)) ? [value] : undefined;
  if (value.kind !== "array") return undefined;
  const objects = value.items.filter((item): item is JsonObjectNode => item.kind === "object");
  return objects.length === value.items.length && objects.every(hasNames) ? objects : undefined;
}

/** Not a map of plain values, which is an argument. */
const isBody = ({ properties }: JsonObjectNode): boolean =>
  properties.length === 0 || properties.some(({ value }) => !isPlain(value));

/** What has keys that are no names can't be a block. */
const hasNames = ({ properties }: JsonObjectNode): boolean => properties.every(({ name }) => isIdentifier(name.text));

const isPlain = ({ kind }: JsonNode): boolean => kind === "string" || kind === "number" || kind === "bool";

/** A value as the source of an HCL expression. */
export function expression(node: JsonNode, write: WriteString): string {
  switch (node.kind) {
    case "string":
      return write(node.text, node);
    case "number":
      return numberText(node.text);
    case "bool":
      return String(node.value);
    case "null":
      return "null";
    case "array":
      return `[${node.items.map((item) => expression(item, write)).join(", ")}]`;
    case "object":
      return objectText(node, write);
  }
}

function objectText({ properties }: JsonObjectNode, write: WriteString): string {
  if (properties.length === 0) return "{}";
  const sorted = [...properties].sort((a, b) => (a.name.text < b.name.text ? -1 : 1));
  const lines = sorted.map(({ name, value }) => `${objectKey(write(name.text, name))} = ${expression(value, write)}\n`);
  return `{\n${lines.join("")}}`;
}

/** Whole numbers keep their digits; HCL has exponents too, and people rarely write them. */
function numberText(text: string): string {
  if (/^-?[0-9]+$/.test(text)) return text;
  const number = parseNumber(text);
  return number === undefined ? text : formatNumber(number);
}
