// Arguments that are evaluated without any names: descriptions, versions, flags.

import { missingArgument, unsuitableType } from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { Names } from "../eval/context.js";
import { evaluate } from "../eval/evaluate.js";
import type { FunctionHost } from "../functions/host.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { Expr } from "../syntax/ast.js";
import { referencesOf } from "../syntax/references.js";
import { partOf } from "../syntax/static.js";
import { BOOL, STRING, type Type } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { fieldProblem } from "../values/go-field.js";
import { asBool, asString, type KnownValue, type Value } from "../values/value.js";
import type { Content, ContentAttribute, ContentBlock } from "./body-content.js";
import { literalContext } from "./contexts.js";
import { pathText } from "./decode-body.js";
import type { Thunk } from "./ir.js";

/** The world is not asked while a template is lowered; literal contexts have no functions that could. */
const NO_HOST: FunctionHost = {
  baseDir: "",
  cwd: "",
  home: "",
  readFile: refuse,
  kindOf: refuse,
  list: refuse,
  now: refuse,
  startedAt: new Date(0),
  env: refuse,
  random: refuse,
};

function refuse(): never {
  throw new Error("no function is called while a template is lowered");
}

/** `iterators` of the `dynamic` blocks around it are the only names that it may use. */
export function literalValue(
  attribute: ContentAttribute,
  type: Type,
  report: Reporter,
  iterators?: Names,
): Value | undefined {
  const { value: expr, file } = attribute;
  const before = report.errors;
  const value = evaluate(expr, file, { ...literalContext(NO_HOST), variables: iterators }, report);
  if (report.errors > before) return undefined;
  return fitted(value, type, attribute, report);
}

/** What Packer's field for an argument takes beside its type. */
export interface Field {
  /** Integers only. */
  readonly whole?: boolean;
  readonly nullable?: boolean;
}

/** The value in a field of the type; undefined when it is not known, or does not fit, which is reported. */
export function fitted(
  value: Value,
  type: Type,
  { value: expr, file }: ContentAttribute,
  report: Reporter,
  { whole = false, nullable = false }: Field = {},
): KnownValue | undefined {
  const converted = tryConvert(value, type);
  if (converted instanceof ConversionError) {
    const place = rangeOf(partOf(expr, converted.place), file);
    report.report(at(unsuitableType(`${pathText(converted.path)}${converted.message}`), place));
    return undefined;
  }
  const fits = type.kind === "dynamic" || (nullable && converted.state === "null");
  const problem = fits ? undefined : fieldProblem(converted, whole);
  if (problem !== undefined) report.report(at(unsuitableType(problem), rangeOf(expr, file)));
  return problem === undefined && converted.state === "known" ? converted : undefined;
}

export function literalText(
  { attributes }: Content,
  name: string,
  report: Reporter,
  iterators?: Names,
): string | undefined {
  const attribute = attributes.get(name);
  const value = attribute === undefined ? undefined : literalValue(attribute, STRING, report, iterators);
  return value === undefined ? undefined : asString(value);
}

export function literalFlag({ attributes }: Content, name: string, report: Reporter): boolean {
  const attribute = attributes.get(name);
  const value = attribute === undefined ? undefined : literalValue(attribute, BOOL, report);
  return value === undefined ? false : asBool(value);
}

/** An argument that must be there; reported at the block's header when it is not. */
export function requiredAttribute(
  { attributes }: Content,
  name: string,
  block: ContentBlock,
  report: Reporter,
): ContentAttribute | undefined {
  const attribute = attributes.get(name);
  if (attribute === undefined) report.report(at(missingArgument(name), block.range));
  return attribute;
}

export const thunkOf = ({ value, file }: ContentAttribute): Thunk => ({
  expr: value,
  file,
  refs: referencesOf(value, file),
});

export const rangeOf = ({ start, end }: Pick<Expr, "start" | "end">, file: SourceFile): SourceRange => ({
  file,
  start,
  end,
});
