import {
  duplicateForKey,
  forConditionType,
  forKeyType,
  iterationOverNull,
  notIterable,
  nullForCondition,
  nullForKey,
  nullItemCondition,
} from "../diagnostics/catalog/evaluation.js";
import type { Expr, ForExpr, Name } from "../syntax/ast.js";
import { describeType } from "../types/describe.js";
import { BOOL, isPrimitive, STRING } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { unionOfMarks, withMarks, withMarksOf } from "../values/marks.js";
import { fromInteger } from "../values/number.js";
import {
  asString,
  type Marks,
  NO_MARKS,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  UNKNOWN,
  type Value,
} from "../values/value.js";
import { childContext } from "./context.js";
import { changed, complain, type Evaluation, evaluateInner } from "./evaluation.js";

export function evaluateFor(expr: ForExpr, evaluation: Evaluation): Value {
  const collection = evaluateInner(expr.collection, evaluation);
  const items = itemsOf(collection, expr.collection, evaluation);
  if (items === undefined) return withMarksOf(UNKNOWN, collection);
  if (!conditionLooksFit(expr, evaluation)) return withMarksOf(UNKNOWN, collection);
  const result =
    expr.resultKey === undefined
      ? tupleFrom(expr, items, evaluation)
      : objectFrom(expr, expr.resultKey, items, evaluation);
  return withMarksOf(result, collection);
}

type Item = readonly [key: Value, value: Value];

/** What a `for` goes over; undefined when that is not known, or nothing to go over (which is reported). */
export function itemsOf(collection: Value, place: Expr, evaluation: Evaluation): readonly Item[] | undefined {
  if (collection.state === "null") {
    complain(evaluation, iterationOverNull(), place, { involved: [place] });
    return undefined;
  }
  if (isPrimitive(collection.type)) {
    complain(evaluation, notIterable(describeType(collection.type)), place, { involved: [place] });
    return undefined;
  }
  if (collection.state === "unknown") return undefined;
  const { raw } = collection;
  if (raw instanceof Map) return [...raw].map(([key, value]) => [stringValue(key), value] as const);
  const values = raw as readonly Value[];
  if (collection.type.kind === "set") return values.map((value) => [value, value] as const);
  return values.map((value, i) => [numberValue(fromInteger(i)), value] as const);
}

/** The scope in which the names of a `for` stand for one item. */
export function itemScope(
  { key, value }: { readonly key?: Name; readonly value: Name },
  [itemKey, itemValue]: Item,
  evaluation: Evaluation,
): Evaluation {
  const names = new Map<string, Value>(key === undefined ? [] : [[key.text, itemKey]]);
  names.set(value.text, itemValue);
  return changed(evaluation, { context: childContext(evaluation.context, names) });
}

/** A condition that fails whatever the item is says so once, not once an item. */
function conditionLooksFit({ condition, ...names }: ForExpr, evaluation: Evaluation): boolean {
  if (condition === undefined) return true;
  const before = evaluation.report.errors;
  conditionOf(condition, itemScope(names, [UNKNOWN, UNKNOWN], evaluation), nullForCondition);
  return evaluation.report.errors === before;
}

/** Undefined: not known, or unfit, which is reported. */
function conditionOf(
  condition: Expr,
  scope: Evaluation,
  nullWording: typeof nullForCondition = nullItemCondition,
): { holds: boolean; marks: Marks } | undefined {
  const value = evaluateInner(condition, scope);
  if (value.state === "null") {
    complain(scope, nullWording(), condition, { involved: [condition] });
    return undefined;
  }
  const bool = tryConvert(value, BOOL);
  if (bool instanceof ConversionError) {
    complain(scope, forConditionType(bool.message), condition, { involved: [condition] });
    return undefined;
  }
  return bool.state === "known" ? { holds: bool.raw === true, marks: value.marks } : undefined;
}

/** The items whose condition holds, in their scopes; undefined when one is not known. */
interface Selection {
  readonly scopes: readonly Evaluation[];
  readonly known: boolean;
  readonly marks: Marks;
}

function select(expr: ForExpr, items: readonly Item[], evaluation: Evaluation): Selection {
  const scopes = items.map((item) => itemScope(expr, item, evaluation));
  const { condition } = expr;
  if (condition === undefined) return { scopes, known: true, marks: NO_MARKS };
  const verdicts = scopes.map((scope) => conditionOf(condition, scope));
  return {
    scopes: scopes.filter((_, i) => verdicts[i]?.holds === true),
    known: verdicts.every((verdict) => verdict !== undefined),
    marks: unionOfMarks(verdicts.map((verdict) => verdict?.marks ?? NO_MARKS)),
  };
}

function tupleFrom(expr: ForExpr, items: readonly Item[], evaluation: Evaluation): Value {
  const { scopes, known, marks } = select(expr, items, evaluation);
  const results = scopes.map((scope) => evaluateInner(expr.result, scope));
  return withMarks(known ? tupleValue(results) : UNKNOWN, marks);
}

function objectFrom(expr: ForExpr, keyExpr: Expr, items: readonly Item[], evaluation: Evaluation): Value {
  const selection = select(expr, items, evaluation);
  const groups = new Map<string, Value[]>();
  let { known } = selection;
  const marks: Marks[] = [selection.marks];
  for (const scope of selection.scopes) {
    const key = keyOf(keyExpr, scope);
    const value = evaluateInner(expr.result, scope);
    if (key?.state !== "known") {
      known = false;
      continue;
    }
    marks.push(key.marks);
    addTo(groups, key, value, expr, keyExpr, scope);
  }
  const entries = [...groups].map(
    ([key, values]) => [key, expr.grouped ? tupleValue(values) : (values[0] ?? UNKNOWN)] as const,
  );
  return withMarks(known ? objectValue(entries) : UNKNOWN, unionOfMarks(marks));
}

function keyOf(keyExpr: Expr, scope: Evaluation): Value | undefined {
  const key = evaluateInner(keyExpr, scope);
  if (key.state === "null") {
    complain(scope, nullForKey(), keyExpr, { involved: [keyExpr] });
    return undefined;
  }
  const text = tryConvert(key, STRING);
  if (!(text instanceof ConversionError)) return text;
  complain(scope, forKeyType(text.message), keyExpr, { involved: [keyExpr] });
  return undefined;
}

function addTo(
  groups: Map<string, Value[]>,
  key: Value,
  value: Value,
  expr: ForExpr,
  keyExpr: Expr,
  scope: Evaluation,
): void {
  const text = asString(key);
  const group = groups.get(text);
  if (group === undefined) groups.set(text, [value]);
  else if (expr.grouped) group.push(value);
  else
    complain(scope, duplicateForKey(key.marks.size > 0 ? undefined : text), keyExpr, {
      context: expr,
      involved: [keyExpr],
    });
}
