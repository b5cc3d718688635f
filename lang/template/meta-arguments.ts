// Arguments of blocks that the template layer itself reads, evaluated.

import { incorrectType } from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { EvalContext } from "../eval/context.js";
import { evaluate } from "../eval/evaluate.js";
import type { SourceRange } from "../source/source-file.js";
import { partOf } from "../syntax/static.js";
import { BOOL, NUMBER, STRING, type Type } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { toDouble } from "../values/number.js";
import { asBool, asNumber, asString, type Value } from "../values/value.js";
import type { Content, ContentAttribute } from "./body-content.js";
import { pathText } from "./decode-body.js";
import { rangeOf } from "./literals.js";

/** Undefined when it is not known, or wrong, which is reported. */
export function metaValue(
  { name, value: expr, file }: ContentAttribute,
  type: Type,
  context: EvalContext,
  report: Reporter,
): (Value & { readonly state: "known" }) | undefined {
  const before = report.errors;
  const value = evaluate(expr, file, context, report);
  if (report.errors > before) return undefined;
  const converted = tryConvert(value, type);
  if (!(converted instanceof ConversionError)) return converted.state === "known" ? converted : undefined;
  const place = rangeOf(partOf(expr, converted.place), file);
  report.report(at(incorrectType(name.text, `${pathText(converted.path)}${converted.message}`), place));
  return undefined;
}

/** The same of an argument by its name; undefined also when it is not given. */
export function metaArgument(
  { attributes }: Content,
  name: string,
  type: Type,
  context: EvalContext,
  report: Reporter,
): Value | undefined {
  const attribute = attributes.get(name);
  return attribute === undefined ? undefined : metaValue(attribute, type, context, report);
}

export function textOf(content: Content, name: string, context: EvalContext, report: Reporter): string | undefined {
  const value = metaArgument(content, name, STRING, context, report);
  return value === undefined ? undefined : asString(value);
}

export function flagOf(content: Content, name: string, context: EvalContext, report: Reporter): boolean | undefined {
  const value = metaArgument(content, name, BOOL, context, report);
  return value === undefined ? undefined : asBool(value);
}

export function numberOf(content: Content, name: string, context: EvalContext, report: Reporter): number | undefined {
  const value = metaArgument(content, name, NUMBER, context, report);
  return value === undefined ? undefined : toDouble(asNumber(value));
}

export function placeOf({ attributes }: Content, name: string): SourceRange | undefined {
  const attribute = attributes.get(name);
  return attribute === undefined ? undefined : rangeOf(attribute.value, attribute.file);
}
