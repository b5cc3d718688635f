// `dynamic` blocks: one block for each element of a collection.

import {
  extraneousContent,
  extraneousDynamicLabel,
  insufficientDynamicLabels,
  invalidDynamicLabel,
  invalidForEach,
  invalidIterator,
  invalidStaticExpression,
  missingArgument,
  missingContent,
  unsupportedBlock,
} from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { suggestion } from "../diagnostics/did-you-mean.js";
import { childContext, type EvalContext, scopesOf } from "../eval/context.js";
import { evaluate } from "../eval/evaluate.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { Expr, Label } from "../syntax/ast.js";
import { isTraversal, keywordOf, staticItems } from "../syntax/static.js";
import { STRING } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { fromInteger } from "../values/number.js";
import {
  asEntries,
  asItems,
  asString,
  numberValue,
  objectValue,
  stringValue,
  UNKNOWN,
  type Value,
} from "../values/value.js";
import { type BodyShape, type Content, type ContentAttribute, type ContentBlock, contentOf } from "./body-content.js";
import type { DynamicScope } from "./ir.js";

/** A block and the context that its body is evaluated in. */
export interface ScopedBlock extends ContentBlock {
  readonly context: EvalContext;
}

const DYNAMIC = "dynamic";

/** The iterators of all `dynamic` blocks around a block, inner ones hiding outer ones; undefined where there is none. */
export function scopeOf({ context }: ScopedBlock): DynamicScope | undefined {
  const iterators = [...scopesOf(context)].filter(({ parent }) => parent !== undefined).reverse();
  if (iterators.length === 0) return undefined;
  const named = ({ variables }: EvalContext): readonly (readonly [string, Value])[] =>
    [...(variables?.keys() ?? [])].map((name) => [name, variables?.get(name) ?? UNKNOWN]);
  return { variables: new Map(iterators.flatMap(named)) };
}

/** The shape that also admits `dynamic`. */
export const withDynamic = (shape: BodyShape): BodyShape => ({
  ...shape,
  blocks: new Map([...shape.blocks, [DYNAMIC, ["type"]]]),
});

/** The blocks in the order of the document, those of `dynamic` blocks in their places. */
export function expandBlocks(
  { blocks }: Content,
  shape: BodyShape,
  context: EvalContext,
  report: Reporter,
): readonly ScopedBlock[] {
  return blocks.flatMap((block) =>
    block.type === DYNAMIC ? generate(block, shape, context, report) : [{ ...block, context }],
  );
}

const shapeOf = (labels: readonly string[]): BodyShape => ({
  attributes: ["for_each", "iterator", ...(labels.length === 0 ? [] : ["labels"])],
  blocks: new Map([["content", []]]),
});

function generate(
  block: ContentBlock,
  shape: BodyShape,
  context: EvalContext,
  report: Reporter,
): readonly ScopedBlock[] {
  const [label] = block.labels;
  const type = label?.text ?? "";
  const labels = shape.blocks.get(type);
  if (label === undefined || labels === undefined) {
    const known = [...shape.blocks.keys()].filter((name) => name !== DYNAMIC);
    report.report(
      at(unsupportedBlock(type, suggestion(type, known)), {
        file: block.file,
        start: label?.start ?? 0,
        end: label?.end ?? 0,
      }),
    );
    return [];
  }
  const content = contentOf(block.body, block.file, shapeOf(labels), report);
  const body = contentBlock(content, block, report);
  const forEach = content.attributes.get("for_each");
  if (forEach === undefined) report.report(at(missingArgument("for_each"), block.range));
  const written = writtenLabels(content, type, labels, block.range, report);
  if (body === undefined || forEach === undefined || written === undefined) return [];
  const iterator = iteratorName(content.attributes.get("iterator"), type, report);
  return elementsOf(forEach, context, report).flatMap((element) => {
    const scope = childContext(context, new Map([[iterator, objectValue({ key: element.key, value: element.value })]]));
    const before = report.errors;
    const given = written.map((label) => labelOf(label, block.file, scope, report));
    // A block whose labels are wrong is no block of any type.
    if (report.errors > before) return [];
    return [{ type, labels: given, body: body.body, file: block.file, range: block.range, context: scope }];
  });
}

function contentBlock({ blocks }: Content, { range }: ContentBlock, report: Reporter): ContentBlock | undefined {
  const [first, second] = blocks;
  if (first === undefined) report.report(at(missingContent(), range));
  if (second !== undefined) report.report(at(extraneousContent(), second.range));
  return first;
}

function iteratorName(attribute: ContentAttribute | undefined, type: string, report: Reporter): string {
  if (attribute === undefined) return type;
  const { value, file } = attribute;
  const name = value.kind === "JsonValue" && value.json.kind === "string" ? value.json.text : keywordOf(value);
  const wording = isTraversal(value) ? invalidIterator() : invalidStaticExpression(A_WORD);
  if (name === undefined) report.report(at(wording, { file, start: value.start, end: value.end }));
  return name ?? type;
}

const A_WORD = "The iterator of a dynamic block is a single word, without quotes: iterator = item.";

interface Element {
  readonly key: Value;
  readonly value: Value;
}

function elementsOf(
  { value: expr, file }: ContentAttribute,
  context: EvalContext,
  report: Reporter,
): readonly Element[] {
  const before = report.errors;
  const value = evaluate(expr, file, context, report);
  const refuse = (why: string): readonly Element[] => {
    if (report.errors === before) report.report(at(invalidForEach(why), { file, start: expr.start, end: expr.end }));
    return [];
  };
  if (report.errors > before) return [];
  if (value.state === "null") return refuse("for_each can't be null.");
  if (value.state === "unknown") return [{ key: UNKNOWN, value: UNKNOWN }];
  switch (value.type.kind) {
    case "map":
    case "object":
      return [...asEntries(value)].map(([key, each]) => ({ key: stringValue(key), value: each }));
    case "set":
      return asItems(value).map((each) => ({ key: each, value: each }));
    case "list":
    case "tuple":
      return asItems(value).map((each, i) => ({ key: numberValue(fromInteger(i)), value: each }));
    default:
      return refuse("for_each needs a list, a set, a map or an object.");
  }
}

/** Undefined when there are not as many as the blocks of the type need, however many blocks there will be. */
function writtenLabels(
  { attributes }: Content,
  type: string,
  names: readonly string[],
  range: SourceRange,
  report: Reporter,
): readonly Expr[] | undefined {
  const attribute = attributes.get("labels");
  if (names.length === 0) return [];
  if (attribute === undefined) return void report.report(at(missingArgument("labels"), range));
  const place = { file: attribute.file, start: attribute.value.start, end: attribute.value.end };
  const items = staticItems(attribute.value);
  if (items === undefined)
    return void report.report(
      at(invalidStaticExpression("The labels of a dynamic block are a list that is written out."), place),
    );
  if (items.length === names.length) return items;
  const wording = items.length > names.length ? extraneousDynamicLabel : insufficientDynamicLabels;
  report.report(at(wording(type, names), place));
  return undefined;
}

function labelOf(item: Expr, file: SourceFile, context: EvalContext, report: Reporter): Label {
  const { start, end } = item;
  const value = tryConvert(evaluate(item, file, context, report), STRING);
  if (!(value instanceof ConversionError) && value.state === "known")
    return { text: asString(value), quoted: true, start, end };
  report.report(at(invalidDynamicLabel("A label must be a known string."), { file, start, end }));
  return { text: "", quoted: true, start, end };
}
