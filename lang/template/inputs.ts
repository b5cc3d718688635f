// The values of input variables: default < environment < automatic files < -var-file < -var. Every value given is checked,
// also one that is overridden later.

import {
  declarationInVarFile,
  invalidDefaultValue,
  invalidFlagValue,
  invalidValueFor,
  invalidVariableValue,
  noJsonObject,
  undefinedFileVariable,
  undefinedFlagVariable,
  unexpectedBlock,
  unset,
  validationResult,
} from "../diagnostics/catalog/template.js";
import { hidingSource, muteReporter } from "../diagnostics/collect.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { suggestion } from "../diagnostics/did-you-mean.js";
import { evaluate } from "../eval/evaluate.js";
import type { FunctionHost } from "../functions/host.js";
import { type SourceRange, sourceFile } from "../source/source-file.js";
import type { Body, SyntaxFile } from "../syntax/ast.js";
import { parseExpression } from "../syntax/parse.js";
import { partOf } from "../syntax/static.js";
import { BOOL, DYNAMIC, type Type } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { applyDefaults } from "../values/defaults.js";
import { unmarkDeep, withMarks } from "../values/marks.js";
import { asBool, asEntries, asItems, SENSITIVE, stringValue, unknownOf, type Value } from "../values/value.js";
import { type ContentAttribute, contentOf, placeText } from "./body-content.js";
import { defaultContext, literalContext, validationContext } from "./contexts.js";
import { pathText } from "./decode-body.js";
import type { Template, Thunk, ValidationRule, VariableDecl } from "./ir.js";
import { rangeOf } from "./literals.js";
import { namesIn } from "./lower-variable.js";

/** What was given from outside, in the order of precedence. */
export interface GivenInputs {
  /** Values of PKR_VAR_ variables, by the names of the variables. */
  readonly env: ReadonlyMap<string, string>;
  /** Parsed files: automatic ones first, then those of -var-file. */
  readonly files: readonly SyntaxFile[];
  readonly flags: readonly (readonly [name: string, text: string])[];
}

export interface InputOptions {
  readonly host: FunctionHost;
  /** Warn of values in files for variables that nobody declared. */
  readonly warnUndeclared: boolean;
  /** console and inspect go on with an unknown value. */
  readonly unsetIsUnknown: boolean;
  /** Of a syntax check: values are read, and what they must be is not asked. */
  readonly unchecked: boolean;
}

type Origin = "default" | "env" | "varfile" | "cmd";

interface Assignment {
  readonly value: Value;
  readonly origin: Origin;
  /** Of the expression that gave it. */
  readonly range: SourceRange | undefined;
}

/** A value as it is given: where from, and where the part of it is that can't be converted. */
interface Given extends Omit<Assignment, "value"> {
  readonly rangeOf?: (error: ConversionError) => SourceRange | undefined;
}

/** Each variable's value; marked where the variable is sensitive. */
export function collectInputs(
  template: Template,
  given: GivenInputs,
  options: InputOptions,
  report: Reporter,
): ReadonlyMap<string, Value> {
  const inputs = new Inputs(template, options, report);
  inputs.defaults();
  for (const [name, text] of given.env) inputs.text(name, text, "env");
  for (const file of given.files) inputs.file(file);
  for (const [name, text] of given.flags) inputs.text(name, text, "cmd");
  return inputs.settle();
}

class Inputs {
  readonly #variables: ReadonlyMap<string, VariableDecl>;
  readonly #options: InputOptions;
  readonly #report: Reporter;
  readonly #types = new Map<string, Type>();
  readonly #assigned = new Map<string, Assignment>();

  constructor({ variables }: Template, options: InputOptions, report: Reporter) {
    this.#variables = variables;
    this.#options = options;
    this.#report = report;
  }

  defaults(): void {
    for (const variable of this.#variables.values()) {
      this.#types.set(variable.name, variable.type?.type ?? DYNAMIC);
      if (variable.fallback !== undefined) this.#default(variable);
    }
  }

  /** Where mistakes in the values of a variable go. */
  #reportOf({ sensitive }: VariableDecl): Reporter {
    return sensitive ? hidingSource(this.#report) : this.#report;
  }

  #default(variable: VariableDecl): void {
    const { fallback, name, type, origin } = variable;
    if (fallback === undefined) return;
    const report = this.#reportOf(variable);
    const range = rangeOf(fallback.expr, fallback.file);
    const before = report.errors;
    const value = evaluate(fallback.expr, fallback.file, defaultContext(this.#options.host), report);
    if (report.errors > before) return this.#giveUp(variable, range);
    if (type === undefined) this.#types.set(name, origin === "variables" || !isEmptyish(value) ? value.type : DYNAMIC);
    const converted = this.#converted(variable, value);
    if (converted instanceof ConversionError) {
      report.report(at(invalidDefaultValue(reasonOf(converted)), placeIn(fallback, converted)));
      this.#giveUp(variable, range);
    } else this.#assigned.set(name, { value: converted, origin: "default", range });
  }

  /** It has a value, though not a usable one: it is not reported as unset as well. */
  #giveUp({ name }: VariableDecl, range: SourceRange | undefined): void {
    this.#assigned.set(name, { value: unknownOf(this.#types.get(name) ?? DYNAMIC), origin: "default", range });
  }

  #converted({ name, type }: VariableDecl, value: Value): Value | ConversionError {
    return tryConvert(applyDefaults(value, type?.defaults), this.#types.get(name) ?? DYNAMIC);
  }

  text(name: string, text: string, origin: "env" | "cmd"): void {
    const variable = this.#variables.get(name);
    if (variable === undefined) {
      if (origin === "cmd")
        this.#report.report(at(undefinedFlagVariable(name, suggestion(name, this.#variables.keys())), undefined));
      return;
    }
    const label = `<value for var.${name} from ${origin === "env" ? "env" : "arguments"}>`;
    // What is wrong with an expression is told with its words, which must not be told of a sensitive one.
    const type = this.#types.get(name) ?? DYNAMIC;
    const own = variable.sensitive ? muteReporter() : adding(howToWrite(name, type), this.#report);
    const before = own.errors;
    const { value, range } = isTextual(type) ? literalText(text, label) : this.#expression(text, label, own);
    if (own.errors === before) return this.#assign(variable, value, { origin, range });
    if (variable.sensitive) this.#refuse(variable, origin, "it is no expression", range);
    this.#giveUp(variable, range);
  }

  #expression(text: string, label: string, report: Reporter): { value: Value; range: SourceRange } {
    const { expr, file } = parseExpression(text, label, report);
    return {
      value: evaluate(expr, file, literalContext(this.#options.host), report),
      range: { file, start: 0, end: text.length },
    };
  }

  #refuse(variable: VariableDecl, origin: Origin, why: string, range: SourceRange | undefined): void {
    const { name } = variable;
    const wording = origin === "cmd" ? invalidFlagValue(name, why) : invalidVariableValue(name, origin, why);
    this.#reportOf(variable).report(at(wording, range));
  }

  file({ source, body }: SyntaxFile): void {
    for (const attribute of this.#fileAttributes(body, source)) {
      const variable = this.#variables.get(attribute.name.text);
      if (variable !== undefined) this.#fromFile(variable, attribute);
      else if (this.#options.warnUndeclared) this.#undeclared(attribute);
    }
  }

  #fileAttributes(body: Body, source: SyntaxFile["source"]): Iterable<ContentAttribute> {
    if (body.kind === "Body") {
      for (const item of body.items) {
        if (item.kind !== "Block") continue;
        const isVariable = item.type.text === "variable";
        const name = isVariable ? (item.labels[0]?.text ?? "") : item.type.text;
        this.#report.report(
          at(isVariable ? declarationInVarFile(name) : unexpectedBlock(name), rangeOf(item.type, source)),
        );
      }
    }
    if (body.kind === "JsonBody" && source.text.startsWith("[", body.start)) {
      this.#report.report(at(noJsonObject(), { file: source, start: body.start, end: body.end }));
      return [];
    }
    const attributes = namesIn(body).filter((name) => name !== "//");
    const shape = { attributes, blocks: new Map(), partial: true, free: true };
    return contentOf(body, source, shape, this.#report).attributes.values();
  }

  #fromFile(variable: VariableDecl, { value: expr, file }: ContentAttribute): void {
    const report = this.#reportOf(variable);
    const before = report.errors;
    const value = evaluate(expr, file, literalContext(this.#options.host), report);
    const range = rangeOf(expr, file);
    if (report.errors > before) this.#giveUp(variable, range);
    else
      this.#assign(variable, value, { origin: "varfile", range, rangeOf: (error) => placeIn({ expr, file }, error) });
  }

  #undeclared({ name, file }: ContentAttribute): void {
    const wording = undefinedFileVariable(name.text, suggestion(name.text, this.#variables.keys()));
    this.#report.report(at(wording, rangeOf(name, file)));
  }

  #assign(variable: VariableDecl, value: Value, { origin, range, rangeOf: placeOf = () => range }: Given): void {
    const converted = this.#converted(variable, value);
    if (!(converted instanceof ConversionError)) {
      this.#assigned.set(variable.name, { value: converted, origin, range });
      return;
    }
    this.#refuse(variable, origin, reasonOf(converted), placeOf(converted));
    this.#giveUp(variable, range);
  }

  settle(): ReadonlyMap<string, Value> {
    const values = new Map<string, Value>();
    for (const variable of this.#variables.values()) {
      const assignment = this.#assigned.get(variable.name);
      const value = assignment?.value ?? unknownOf(this.#types.get(variable.name) ?? DYNAMIC);
      if (!this.#options.unchecked) this.#check(variable, assignment);
      values.set(variable.name, variable.sensitive ? withMarks(value, SENSITIVE) : value);
    }
    return values;
  }

  #check(variable: VariableDecl, assignment: Assignment | undefined): void {
    if (assignment === undefined && !this.#options.unsetIsUnknown)
      this.#report.report(at(unset(variable.name), variable.range));
    if (assignment !== undefined) for (const rule of variable.validations) this.#validate(variable, rule, assignment);
  }

  #validate(
    variable: VariableDecl,
    { condition, message, range }: ValidationRule,
    { value, origin, range: given }: Assignment,
  ): void {
    const { name, sensitive } = variable;
    const before = this.#report.errors;
    const place = rangeOf(condition.expr, condition.file);
    const context = validationContext(this.#options.host, name, sensitive ? withMarks(value, SENSITIVE) : value);
    const result = evaluate(condition.expr, condition.file, context, this.#report);
    if (this.#report.errors > before) return;
    const answer = tryConvert(unmarkDeep(result).value, BOOL);
    if (answer instanceof ConversionError)
      return this.#report.report(
        at(validationResult(`The condition must give true or false: ${answer.message}.`), place),
      );
    if (answer.state === "null")
      return this.#report.report(at(validationResult("The condition must give true or false, not null."), place));
    if (answer.state === "known" && !asBool(answer))
      this.#reportOf(variable).report(at(invalidValueFor(origin, message, placeText(range)), given ?? range));
  }
}

/** What says nothing of the type that other values should have. */
function isEmptyish(value: Value): boolean {
  if (value.state === "null") return true;
  if (value.type.kind === "tuple") return asItems(value).length === 0;
  return value.type.kind === "object" && asEntries(value).size === 0;
}

/** The text itself is the value: it is not read as an expression. */
const isTextual = (type: Type): boolean => type.kind === "string" || type.kind === "number" || type.kind === "dynamic";

/** A text on the command line is easily mistaken for a value. */
function howToWrite(name: string, type: Type): string {
  if (type.kind === "bool") return `${name} is a bool: true or false.`;
  const sample = type.kind === "map" || type.kind === "object" ? '{ key = "text" }' : '["text", "text"]';
  return `${name} is no text, so that its value is written as in HCL: ${sample}.`;
}

function adding(hint: string, report: Reporter): Reporter {
  return {
    get errors() {
      return report.errors;
    },
    report: (diagnostic) => report.report({ ...diagnostic, detail: `${diagnostic.detail} ${hint}` }),
  };
}

function literalText(text: string, label: string): { value: Value; range: SourceRange } {
  return { value: stringValue(text), range: { file: sourceFile(label, text), start: 0, end: text.length } };
}

const placeIn = ({ expr, file }: Pick<Thunk, "expr" | "file">, { place }: ConversionError): SourceRange =>
  rangeOf(partOf(expr, place), file);

const reasonOf = ({ path, message }: ConversionError): string => `${pathText(path)}${message}`;
