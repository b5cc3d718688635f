// A body against what is expected in it. Only here does a property of HCL-JSON become an argument or a block.

import {
  duplicateArgument,
  duplicateAttribute,
  extraneousLabel,
  extraneousProperty,
  missingJsonLabel,
  missingLabel,
  unsupportedArgument,
  unsupportedBlock,
  wrongJsonType,
} from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { closest, suggestion } from "../diagnostics/did-you-mean.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { Attribute, Block, Body, Expr, JsonBody, JsonNode, JsonProperty, Label, Name } from "../syntax/ast.js";

/** What may stand in a body. */
export interface BodyShape {
  readonly attributes: Iterable<string>;
  /** Block types, each with the names of its labels. */
  readonly blocks: ReadonlyMap<string, readonly string[]>;
  /** Nothing is refused: what the shape does not know is left out. */
  readonly partial?: boolean;
  /** Its arguments are all that there are, of any names. */
  readonly free?: boolean;
}

export interface ContentAttribute {
  readonly name: Name;
  readonly value: Expr;
  readonly file: SourceFile;
}

export interface ContentBlock {
  readonly type: string;
  readonly labels: readonly Label[];
  readonly body: Body;
  readonly file: SourceFile;
  /** Of the header. */
  readonly range: SourceRange;
}

export interface Content {
  readonly attributes: ReadonlyMap<string, ContentAttribute>;
  readonly blocks: readonly ContentBlock[];
}

interface Gathered {
  readonly attributes: Map<string, ContentAttribute>;
  readonly blocks: ContentBlock[];
}

type Known = {
  readonly attributes: ReadonlySet<string>;
  readonly shape: BodyShape;
  readonly file: SourceFile;
  readonly report: Reporter;
};

/** The arguments and blocks of a body; every one that is not expected is reported. */
export function contentOf(body: Body, file: SourceFile, shape: BodyShape, report: Reporter): Content {
  const found: Gathered = { attributes: new Map(), blocks: [] };
  const known: Known = { attributes: new Set(shape.attributes), shape, file, report };
  if (body.kind === "JsonBody") gatherJson(body, known, found);
  else for (const item of body.items) gatherItem(item, known, found);
  return found;
}

function gatherItem(item: Attribute | Block, known: Known, found: Gathered): void {
  if (item.kind === "Block") return gatherBlock(item, known, found);
  const { name, value } = item;
  if (known.attributes.has(name.text)) {
    if (!found.attributes.has(name.text)) found.attributes.set(name.text, { name, value, file: known.file });
  } else if (known.shape.partial !== true) {
    refuse(known, name, unsupportedArgument(name.text, argumentHint(name.text, known)));
  }
}

function argumentHint(name: string, { attributes, shape }: Known): string {
  if (!shape.blocks.has(name)) return suggestion(name, attributes);
  const near = closest(name, attributes);
  const other = near === undefined ? "" : `, or the argument ${JSON.stringify(near)}`;
  return ` Did you mean to define a block of type ${JSON.stringify(name)}${other}?`;
}

function gatherBlock(block: Block, known: Known, found: Gathered): void {
  const { type, labels, body } = block;
  const expected = known.shape.blocks.get(type.text);
  if (expected === undefined) {
    if (known.shape.partial !== true) refuse(known, type, unsupportedBlock(type.text, blockHint(type.text, known)));
    return;
  }
  if (!checkLabels(block, expected, known)) return;
  const range = { file: known.file, start: block.start, end: labels.at(-1)?.end ?? type.end };
  found.blocks.push({ type: type.text, labels, body, file: known.file, range });
}

function blockHint(name: string, { attributes, shape }: Known): string {
  if (attributes.has(name)) {
    return ` Did you mean to define argument ${JSON.stringify(name)}? If so, use the equals sign to assign it a value.`;
  }
  return suggestion(name, shape.blocks.keys());
}

function checkLabels({ type, labels, open }: Block, expected: readonly string[], known: Known): boolean {
  const missing = expected[labels.length];
  const extra = labels[expected.length];
  if (missing !== undefined) refuse(known, { start: open, end: open + 1 }, missingLabel(type.text, missing, expected));
  else if (extra !== undefined) refuse(known, extra, extraneousLabel(type.text, expected));
  return labels.length === expected.length;
}

function refuse(
  { file, report }: Known,
  { start, end }: { readonly start: number; readonly end: number },
  wording: Parameters<typeof at>[0],
): void {
  report.report(at(wording, { file, start, end }));
}

// ─── HCL-JSON ────────────────────────────────────────────────────────────────

function gatherJson(body: JsonBody, known: Known, found: Gathered): void {
  for (const { properties } of body.objects) {
    for (const property of properties) if (property.name.text !== "//") gatherProperty(property, known, found);
  }
}

function gatherProperty({ name, value }: JsonProperty, known: Known, found: Gathered): void {
  const labels = known.shape.blocks.get(name.text);
  if (labels !== undefined) {
    gatherJsonBlocks(name, value, labels, [], known, found);
  } else if (known.attributes.has(name.text)) {
    gatherJsonAttribute(name, value, known, found);
  } else if (known.shape.partial !== true) {
    const hint = suggestion(name.text, [...known.attributes, ...known.shape.blocks.keys()]);
    refuse(known, name, extraneousProperty(name.text, hint));
  }
}

function gatherJsonAttribute(name: Name, json: JsonNode, known: Known, found: Gathered): void {
  const other = found.attributes.get(name.text);
  if (other !== undefined) {
    const twice = known.shape.free === true ? duplicateAttribute : duplicateArgument;
    refuse(known, name, twice(name.text, placeText({ file: known.file, ...other.name })));
    return;
  }
  const value: Expr = { kind: "JsonValue", json, start: json.start, end: json.end };
  found.attributes.set(name.text, { name, value, file: known.file });
}

/** One level of objects a label; an array of objects stands for several at any level, and null for no block. */
function gatherJsonBlocks(
  name: Name,
  value: JsonNode,
  wanted: readonly string[],
  labels: readonly Label[],
  known: Known,
  found: Gathered,
): void {
  const next = wanted[labels.length];
  if (next === undefined) return gatherJsonBodies(name, value, labels, known, found);
  const properties = labelsOf(name, value, known);
  if (properties.length === 0) refuse(known, value, missingJsonLabel(name.text, next));
  for (const { name: label, value: inner } of properties)
    gatherJsonBlocks(name, inner, wanted, [...labels, { ...label, quoted: true }], known, found);
}

function labelsOf(name: Name, value: JsonNode, known: Known): readonly JsonProperty[] {
  if (value.kind === "null") return [];
  const nodes = value.kind === "array" ? value.items : [value];
  return nodes.flatMap((node) => {
    if (node.kind === "object") return node.properties;
    refuse(known, node, wrongJsonType(`one or more ${JSON.stringify(name.text)} blocks`));
    return [];
  });
}

function gatherJsonBodies(name: Name, value: JsonNode, labels: readonly Label[], known: Known, found: Gathered): void {
  if (value.kind === "null") return;
  for (const node of value.kind === "array" ? value.items : [value]) {
    // In a list, null is a block with nothing in it.
    const isBody = node.kind === "object" || node.kind === "null";
    if (!isBody) {
      refuse(known, node, wrongJsonType(`one or more ${JSON.stringify(name.text)} blocks`));
      continue;
    }
    const { start, end } = node;
    const body: JsonBody = { kind: "JsonBody", objects: node.kind === "object" ? [node] : [], start, end };
    const range = { file: known.file, start: name.start, end: name.end };
    found.blocks.push({ type: name.text, labels, body, file: known.file, range });
  }
}

/** `file.pkr.hcl:3,1`: a place for the middle of a sentence. */
export function placeText({ file, start }: SourceRange): string {
  const { line, column } = file.positionAt(start);
  return `${file.path}:${line},${column}`;
}
