// Decodes the fields that Packer itself reads (not the options of components), with its messages.

import { malformed } from "../diagnostics/catalog/legacy.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { formatFloat } from "../interpolate/go-float.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { JsonNode, JsonObjectNode, JsonProperty } from "../syntax/ast.js";
import { parseGoDuration } from "../values/go-duration.js";
import { goKind, goType, goValueText } from "./go-json.js";

/** An object of which Packer reads some fields. */
export interface Fields {
  readonly file: SourceFile;
  readonly report: Reporter;
  readonly object: JsonObjectNode;
  /** How errors start: `provisioner 1: Error decoding provisioner: `. */
  readonly where: string;
  /** Weakly typed: numbers and bools become strings, one value a list. */
  readonly weak: boolean;
}

export const rangeOf = (file: SourceFile, { start, end }: { start: number; end: number }): SourceRange => ({
  file,
  start,
  end,
});

/** The property by its exact name, else by its name in other letter cases. Null counts as absent. */
export function propertyOf(object: JsonObjectNode, name: string): JsonProperty | undefined {
  const exact = object.properties.find((property) => property.name.text === name);
  const found = exact ?? object.properties.find((property) => property.name.text.toLowerCase() === name.toLowerCase());
  return found?.value.kind === "null" ? undefined : found;
}

function complain(fields: Fields, node: JsonNode, what: string): undefined {
  fields.report.report(at(malformed(fields.where, `1 error(s) decoding:\n\n* ${what}`), rangeOf(fields.file, node)));
  return undefined;
}

const unconvertible = (label: string, type: string, node: JsonNode): string =>
  `'${label}' expected type '${type}', got unconvertible type '${goType(node)}', value: '${goValueText(node)}'`;

const decimal = (value: number): string => (value < 0 ? "-" : "") + formatFloat(value, { verb: "f" });

/** `label` is the field's name in Packer's own messages. */
export function stringField(fields: Fields, name: string, label: string): string | undefined {
  const node = propertyOf(fields.object, name)?.value;
  return node === undefined ? undefined : stringOf(fields, node, label);
}

function stringOf(fields: Fields, node: JsonNode, label: string): string | undefined {
  if (node.kind === "string") return node.text;
  // Go's decoder leaves "" where a null stands for a string.
  if (node.kind === "null") return "";
  if (fields.weak && node.kind === "bool") return node.value ? "1" : "0";
  if (fields.weak && node.kind === "number") return decimal(Number(node.text));
  return complain(fields, node, unconvertible(label, "string", node));
}

export function listField(fields: Fields, name: string, label: string): readonly JsonNode[] {
  const node = propertyOf(fields.object, name)?.value;
  if (node === undefined) return [];
  if (node.kind === "array") return node.items;
  if (fields.weak) return [node];
  complain(fields, node, `'${label}': source data must be an array or slice, got ${goKind(node)}`);
  return [];
}

export function stringsField(fields: Fields, name: string, label: string): readonly string[] {
  const texts = listField(fields, name, label).map((node, index) => stringOf(fields, node, `${label}[${index}]`));
  return texts.filter((text) => text !== undefined);
}

export function objectField(fields: Fields, name: string, label: string): JsonObjectNode | undefined {
  const node = propertyOf(fields.object, name)?.value;
  return node && objectOf(fields, node, label);
}

export function objectOf(fields: Fields, node: JsonNode, label: string): JsonObjectNode | undefined {
  return node.kind === "object" ? node : complain(fields, node, `'${label}' expected a map, got '${goKind(node)}'`);
}

/** Never weak: the text "true" is an error. */
export function boolField(fields: Fields, name: string, label: string): boolean | undefined {
  const node = propertyOf(fields.object, name)?.value;
  if (node === undefined || node.kind === "bool") return node?.value;
  return complain(fields, node, unconvertible(label, "bool", node));
}

/** Milliseconds. A number is nanoseconds. */
export function durationField(fields: Fields, name: string): number | undefined {
  const node = propertyOf(fields.object, name)?.value;
  if (node === undefined) return undefined;
  if (node.kind === "number") return Math.trunc(Number(node.text)) / 1e6;
  if (node.kind === "bool") return node.value ? 1e-6 : 0;
  if (node.kind !== "string") return complain(fields, node, unconvertible(name, "time.Duration", node));
  const parsed = parseGoDuration(node.text);
  if ("error" in parsed) return complain(fields, node, `error decoding '${name}': time: ${parsed.error}`);
  return Number(parsed.nanoseconds) / 1e6;
}

/** The object without its meta keys: what the component itself gets. Only exact names are taken out, as in Packer. */
export function withoutKeys(object: JsonObjectNode, keys: ReadonlySet<string>): JsonObjectNode {
  return { ...object, properties: object.properties.filter(({ name }) => !keys.has(name.text)) };
}
