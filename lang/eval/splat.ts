import { nestedSplatTypes, splatOfNull } from "../diagnostics/catalog/evaluation.js";
import type { EachStep, Expr, Splat } from "../syntax/ast.js";
import { type CollectionType, DYNAMIC, listOf, type TupleType, type Type } from "../types/type.js";
import { listFrom } from "../values/conversion.js";
import { ConversionError } from "../values/convert.js";
import { unmark, withMarksOf } from "../values/marks.js";
import { asItems, known, listValue, tupleValue, UNKNOWN, unknownOf, type Value } from "../values/value.js";
import { complain, type Evaluation, evaluateInner, type Span } from "./evaluation.js";
import { attributeOf, elementOf } from "./traverse.js";

/** One step that is applied to each element: into an attribute or an element, or a splat of its own, which takes all or some of what follows. */
type Step =
  | { readonly kind: "attribute"; readonly name: string; readonly place: Span }
  /** The key is evaluated for the first element: where there is none, what is wrong with it stays unsaid. */
  | { readonly kind: "element"; readonly key: () => Value; readonly place: Span }
  | { readonly kind: "splat"; readonly place: Span }
  | { readonly kind: "attribute splat"; readonly each: readonly Step[]; readonly place: Span };

/** What follows `[*]` belongs to it, further splats too: `x[*].a[*].b` takes the b of each a of each x. */
export function splatSource(expr: Splat): Expr {
  let source: Expr = expr.source;
  for (let splat = expr; splat.source.kind === "Splat" && splat.source.style === "[*]"; splat = splat.source) {
    source = splat.source.source;
  }
  return source;
}

/** Takes the steps of a splat from each element of `source`: a sequence's, or the value itself as the only one. */
export function evaluateSplat(expr: Splat, source: Value, evaluation: Evaluation): Value {
  return splatOf(source, stepsOf(expr, evaluation), 0, splatSource(expr), evaluation);
}

function stepsOf(expr: Splat, evaluation: Evaluation): readonly Step[] {
  const splats: Splat[] = [expr];
  for (let splat = expr; splat.source.kind === "Splat" && splat.source.style === "[*]"; splat = splat.source)
    splats.unshift(splat.source);
  return splats.flatMap((splat, i) => {
    const each = splat.each.map((step) => stepOf(step, evaluation));
    return i === 0 ? each : [{ kind: "splat", place: splat } satisfies Step, ...each];
  });
}

function stepOf(step: EachStep, evaluation: Evaluation): Step {
  const place = { start: step.start, end: step.end };
  switch (step.kind) {
    case "AttrStep":
      return { kind: "attribute", name: step.name, place };
    case "IndexStep":
      return { kind: "element", key: lazily(() => evaluateInner(step.key, evaluation)), place };
    case "AttrSplatStep":
      return { kind: "attribute splat", each: step.each.map((inner) => stepOf(inner, evaluation)), place };
  }
}

function lazily(evaluated: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= evaluated();
    return value;
  };
}

function splatOf(source: Value, steps: readonly Step[], from: number, place: Span, evaluation: Evaluation): Value {
  const { type } = source;
  const sequence = isSequence(type);
  if (source.state === "null") {
    if (!sequence) return withMarksOf(tupleValue([]), source);
    complain(evaluation, splatOfNull(), place);
    return UNKNOWN;
  }
  if (source.state === "unknown") return withMarksOf(unknownSplat(type, steps, from, evaluation), source);
  if (!sequence) return withMarksOf(tupleValue([stepped(unmark(source), steps, from, evaluation)]), source);
  const results = asItems(source).map((item) => stepped(item, steps, from, evaluation));
  return withMarksOf(gathered(type, results, steps, from, place, evaluation), source);
}

const isSequence = (type: Type): type is CollectionType | TupleType =>
  type.kind === "list" || type.kind === "set" || type.kind === "tuple";

function stepped(value: Value, steps: readonly Step[], from: number, evaluation: Evaluation): Value {
  let result = value;
  for (let i = from; i < steps.length; i += 1) {
    const step = steps[i];
    if (step === undefined) break;
    if (step.kind === "splat") return splatOf(result, steps, i + 1, step.place, evaluation);
    if (step.kind === "attribute splat") {
      result = splatOf(result, step.each, 0, step.place, evaluation);
      continue;
    }
    const refuse = (wording: Parameters<typeof complain>[1]): void => complain(evaluation, wording, step.place);
    result = step.kind === "attribute" ? attributeOf(result, step.name, refuse) : elementOf(result, step.key(), refuse);
  }
  return result;
}

/** A tuple gives a tuple, a list or a set a list. */
function gathered(
  type: CollectionType | TupleType,
  results: readonly Value[],
  steps: readonly Step[],
  from: number,
  place: Span,
  evaluation: Evaluation,
): Value {
  if (type.kind === "tuple") return tupleValue(results);
  if (results.length === 0) return listValue(resultType(type.element, steps, from, evaluation), []);
  if (results.some((result) => result.type.kind === "dynamic" && result.state === "unknown"))
    return unknownOf(listOf(DYNAMIC));
  const first = results[0]?.type ?? DYNAMIC;
  if (results.every((result) => result.type === first)) return known(listOf(first), results);
  try {
    return listFrom(results);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    complain(evaluation, nestedSplatTypes(), place);
    return UNKNOWN;
  }
}

function unknownSplat(type: Type, steps: readonly Step[], from: number, evaluation: Evaluation): Value {
  if (!isSequence(type)) return UNKNOWN;
  if (type.kind !== "tuple") return unknownOf(listOf(resultType(type.element, steps, from, evaluation)));
  return tupleValue(type.elements.map((element) => stepped(unknownOf(element), steps, from, evaluation)));
}

/** What the steps give for an element of `type` that nobody knows; an element that can't have them is a mistake, though there is none. */
const resultType = (type: Type, steps: readonly Step[], from: number, evaluation: Evaluation): Type =>
  stepped(unknownOf(type), steps, from, evaluation).type;
