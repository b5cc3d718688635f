// Arguments of blocks that the template layer itself reads, evaluated.

import type { Reporter } from "../diagnostics/diagnostic.js";
import type { EvalContext } from "../eval/context.js";
import { evaluate } from "../eval/evaluate.js";
import type { SourceRange } from "../source/source-file.js";
import { BOOL, NUMBER, STRING, type Type } from "../types/type.js";
import { toDouble } from "../values/number.js";
import { asBool, asNumber, asString, type KnownValue, type Value } from "../values/value.js";
import type { Content, ContentAttribute } from "./body-content.js";
import { type Field, fitted, rangeOf } from "./literals.js";

/** Undefined when it is not known, or wrong, which is reported. */
export function metaValue(
  attribute: ContentAttribute,
  type: Type,
  context: EvalContext,
  report: Reporter,
  field: Field = {},
): KnownValue | undefined {
  const before = report.errors;
  const value = evaluate(attribute.value, attribute.file, context, report);
  return report.errors > before ? undefined : fitted(value, type, attribute, report, field);
}

/** The same of an argument by its name; undefined also when it is not given. */
export function metaArgument(
  { attributes }: Content,
  name: string,
  type: Type,
  context: EvalContext,
  report: Reporter,
  field: Field = {},
): Value | undefined {
  const attribute = attributes.get(name);
  return attribute === undefined ? undefined : metaValue(attribute, type, context, report, field);
}

export function textOf(content: Content, name: string, context: EvalContext, report: Reporter): string | undefined {
  const value = metaArgument(content, name, STRING, context, report);
  return value === undefined ? undefined : asString(value);
}

export function flagOf(
  content: Content,
  name: string,
  context: EvalContext,
  report: Reporter,
  field: Field = {},
): boolean | undefined {
  const value = metaArgument(content, name, BOOL, context, report, field);
  return value === undefined ? undefined : asBool(value);
}

export function integerOf(content: Content, name: string, context: EvalContext, report: Reporter): number | undefined {
  const value = metaArgument(content, name, NUMBER, context, report, { whole: true });
  return value === undefined ? undefined : toDouble(asNumber(value));
}

export function placeOf({ attributes }: Content, name: string): SourceRange | undefined {
  const attribute = attributes.get(name);
  return attribute === undefined ? undefined : rangeOf(attribute.value, attribute.file);
}
