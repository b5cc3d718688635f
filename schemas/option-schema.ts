// Decoded body → checked options: the pipeline that every component's options go through.

import {
  decodingProblem,
  deprecatedKey,
  failedTemplate,
  invalidTemplate,
  optionProblem,
  sensitiveTemplate,
  unknownKeys,
} from "../lang/diagnostics/catalog/options.js";
import { at, type Reporter, type Wording } from "../lang/diagnostics/diagnostic.js";
import { suggestion } from "../lang/diagnostics/did-you-mean.js";
import {
  placeInSource,
  TemplateFailure,
  type TemplateProblem,
  type TemplateRenderer,
} from "../lang/interpolate/index.js";
import { hasUnknown } from "../lang/interpolate/unknown-text.js";
import type { SourceRange } from "../lang/source/source-file.js";
import type { Decoded } from "../lang/template/ir.js";
import { parseGoDuration } from "../lang/values/go-duration.js";
import { fieldProblem } from "../lang/values/go-field.js";
import { isWhollyKnown, unmarkDeep } from "../lang/values/marks.js";
import { type Plain, toPlain } from "../lang/values/plain.js";
import { asEntries, asItems, type Value } from "../lang/values/value.js";
import { type OptionSchemaJson, propertyNamed } from "./dialect.js";
import type { CheckContext, OptionSchema, Options } from "./options.js";
import { toBodySpec } from "./to-body-spec.js";
import type { ValidationError, Validator } from "./validator.js";
import { weakDecode } from "./weak-decode.js";

/** Binds a schema, its generated validator and its generated type `C`. */
export function optionSchema<C>(id: string, schema: OptionSchemaJson, validate: Validator): OptionSchema<C> {
  return {
    id,
    spec: toBodySpec(schema),
    json: schema,
    check: (decoded, context, report) => new Check<C>(schema, validate, decoded, context, report).run(),
  };
}

type Late = boolean | "tried";

class Check<C> {
  readonly #schema: OptionSchemaJson;
  readonly #validate: Validator;
  readonly #decoded: Decoded;
  readonly #context: CheckContext;
  readonly #report: Reporter;
  readonly #unknown: string[] = [];
  /** Names of options with a sensitive value in them. */
  readonly #sensitive = new Set<string>();
  /** Names of those whose value came of something sensitive. */
  readonly #marked = new Set<string>();
  readonly #given = new Set<string>();
  readonly #refused: string[] = [];

  constructor(
    schema: OptionSchemaJson,
    validate: Validator,
    decoded: Decoded,
    context: CheckContext,
    report: Reporter,
  ) {
    this.#schema = schema;
    this.#validate = validate;
    this.#decoded = decoded;
    this.#context = context;
    this.#report = report;
  }

  run(): Options<C> {
    if (this.#context.dialect === "hcl2") this.#checkFields(this.#decoded.value, this.#schema, "");
    const plain = this.#knownPart(this.#decoded.value);
    const rendered = this.#withoutUnknown(this.#render(plain, this.#schema, "", false));
    const typed = weakDecode(rendered, this.#schema, ({ pointer, message }) =>
      this.#refuse(decodingProblem(message), pointer),
    );
    this.#dropEmpty(typed as Record<string, unknown>);
    this.#checkDurations(typed, this.#schema, "");
    if (this.#context.dialect === "legacy-json") this.#refuseUnknownKeys(typed);
    const usable = this.#withoutRefused(typed as Record<string, unknown>);
    if (!this.#validate(usable))
      for (const error of this.#validate.errors ?? []) this.#refuse(optionProblem(explain(error)), error.instancePath);
    return {
      // The validator has just said that it is one, defaults filled in.
      value: this.#withoutRefused(usable) as C,
      unknown: this.#unknown,
      isSensitive: (pointer) => this.#marked.has(pointer.slice(1)),
      given: (pointer) => this.#given.has(pointer),
      rangeOf: (pointer) => this.#decoded.rangeOf(pointer),
    };
  }

  /** Of what was converted already: a null inside of a list, a number of a field that holds whole ones. */
  #checkFields(value: Value, schema: OptionSchemaJson, pointer: string): void {
    if (value.state !== "known") return;
    if (schema.hcl === "block" && schema.type === "array" && schema.items !== undefined) {
      for (const [i, item] of asItems(value).entries())
        this.#checkFields(item, { hcl: "block", ...schema.items }, `${pointer}/${i}`);
    } else if (schema.hcl === "block" || pointer === "") {
      for (const [name, member] of asEntries(value)) {
        const inner = propertyNamed(schema, name);
        if (inner !== undefined) this.#checkFields(member, inner, `${pointer}/${name}`);
      }
    } else {
      const problem = fieldProblem(value, holdsIntegers(schema));
      if (problem !== undefined) this.#refuse(decodingProblem(problem), pointer);
    }
  }

  /** As in Go, where an empty text is no text: what has a default then gets it. An empty duration is a mistake. */
  #dropEmpty(typed: Record<string, unknown>): void {
    for (const [name, { default: fallback, format }] of Object.entries(this.#schema.properties ?? {})) {
      if (typed[name] !== "" || typeof fallback !== "string" || format === "duration") continue;
      delete typed[name];
      this.#given.delete(`/${name}`);
    }
  }

  /** What was refused counts as not known: what else is wrong with the options can still be told. */
  #withoutRefused(typed: Record<string, unknown>): Record<string, unknown> {
    const names = new Set(this.#refused.map((pointer) => pointer.split("/")[1] ?? ""));
    const waiting = [...names].map((name) => `/${name}`).filter((pointer) => !this.#unknown.includes(pointer));
    for (const pointer of waiting) this.#unknown.push(pointer);
    return Object.fromEntries(Object.entries(typed).filter(([name]) => !names.has(name)));
  }

  /** Options that are not wholly known wait; sensitive ones are as good as others, but must be hidden. */
  #knownPart(value: Value): Record<string, Plain> {
    const plain: [name: string, value: Plain][] = [];
    if (value.state !== "known") return {};
    for (const [name, member] of asEntries(value)) {
      if (member.state === "null") continue;
      this.#given.add(`/${name}`);
      const { value: bare, marks } = unmarkDeep(member);
      if (marks.size > 0) this.#marked.add(name);
      if (marks.size > 0 || propertyNamed(this.#schema, name)?.sensitive === true) this.#sensitive.add(name);
      if (isWhollyKnown(member)) plain.push([name, toPlain(bare)]);
      else this.#unknown.push(`/${name}`);
    }
    return Object.fromEntries(plain);
  }

  /** Of a legacy template, whose texts are only found to be unknown when they are rendered. */
  #withoutUnknown(rendered: Plain): Plain {
    if (this.#context.dialect !== "legacy-json") return rendered;
    const options = Object.entries(rendered as Readonly<Record<string, Plain>>);
    const unknown = new Set(options.filter(([, value]) => mentionsUnknown(value)).map(([name]) => name));
    for (const name of unknown) this.#unknown.push(`/${name}`);
    return Object.fromEntries(options.filter(([name]) => !unknown.has(name)));
  }

  #checkDurations(typed: unknown, { format, properties = {}, items }: OptionSchemaJson, pointer: string): void {
    if (typeof typed === "string" && format === "duration") {
      const parsed = parseGoDuration(typed);
      const name = pointer.slice(1).replaceAll("/", ".");
      if ("error" in parsed) this.#refuse(decodingProblem(`error decoding '${name}': time: ${parsed.error}`), pointer);
    } else if (Array.isArray(typed) && items !== undefined) {
      typed.forEach((item, i) => this.#checkDurations(item, items, `${pointer}/${i}`));
    } else if (typeof typed === "object" && typed !== null) {
      for (const [name, schema] of Object.entries(properties))
        this.#checkDurations((typed as Readonly<Record<string, unknown>>)[name], schema, `${pointer}/${name}`);
    }
  }

  #render(value: Plain, schema: OptionSchemaJson | undefined, pointer: string, late: Late): Plain {
    const waits = late || (schema?.late ?? false);
    if (typeof value === "string") return this.#renderText(value, pointer, waits);
    if (Array.isArray(value))
      return (value as readonly Plain[]).map((item, i) => this.#render(item, schema?.items, `${pointer}/${i}`, waits));
    if (value === null || typeof value !== "object") return value;
    const members = Object.entries(value as Readonly<Record<string, Plain>>).map(([name, member]) => {
      const inner = schema?.properties === undefined ? anyProperty(schema) : propertyOf(schema, name);
      const key = schema?.properties === undefined ? this.#renderText(name, pointer, waits) : name;
      return [key, this.#render(member, inner, `${pointer}/${name}`, waits)] as const;
    });
    return Object.fromEntries(members);
  }

  #renderText(text: string, pointer: string, late: Late): string {
    if (!text.includes("{{")) return text;
    const option = pointer.split("/")[1] ?? "";
    const { templates } = this.#context;
    const problem = templates.check(text);
    if (problem !== undefined) {
      this.#refuseTemplate(invalidTemplate(option, problem.message, text), pointer, text, problem);
      return text;
    }
    if (this.#marked.has(option)) this.#context.hideRendered(text);
    if (late === false) return this.#rendered(templates, text, option, pointer);
    const failure = late === "tried" ? templates.trial(text) : undefined;
    if (failure !== undefined)
      this.#refuseTemplate(failedTemplate(option, failure.message, text), pointer, text, failure);
    return text;
  }

  #rendered(templates: TemplateRenderer, text: string, option: string, pointer: string): string {
    try {
      return templates.render(text);
    } catch (error) {
      if (!(error instanceof TemplateFailure)) throw error;
      this.#refuseTemplate(failedTemplate(option, error.message, text), pointer, text, error.problem);
      return text;
    }
  }

  #refuseUnknownKeys(typed: unknown): void {
    const known = Object.keys(this.#schema.properties ?? {});
    for (const name of Object.keys(typed ?? {}).sort()) {
      if (known.includes(name) || name.startsWith("packer_")) continue;
      const old = this.#context.isFixed?.(name) ?? false;
      this.#refuse(old ? deprecatedKey(name) : unknownKeys(name, suggestion(name, known)), `/${name}`);
    }
  }

  #refuseTemplate(wording: Wording, pointer: string, text: string, problem: TemplateProblem): void {
    const option = pointer.split("/")[1] ?? "";
    if (this.#sensitive.has(option)) return this.#refuse(sensitiveTemplate(option), pointer);
    const range = this.#rangeOf(pointer);
    this.#refuse(wording, pointer, range && placeInSource(range, text, problem));
  }

  #refuse(wording: Wording, pointer: string, range = this.#rangeOf(pointer)): void {
    this.#refused.push(pointer);
    this.#report.report(at(wording, range));
  }

  #rangeOf(pointer: string): SourceRange | undefined {
    return this.#decoded.rangeOf(pointer);
  }
}

function mentionsUnknown(value: Plain): boolean {
  if (typeof value === "string") return hasUnknown(value);
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(([name, member]) => hasUnknown(name) || mentionsUnknown(member as Plain));
}

/** It is one, or a list or map of them. */
function holdsIntegers(schema: OptionSchemaJson): boolean {
  const inner = schema.items ?? anyProperty(schema);
  return schema.type === "integer" || (inner !== undefined && holdsIntegers(inner));
}

const anyProperty = (schema: OptionSchemaJson | undefined): OptionSchemaJson | undefined =>
  typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;

function propertyOf(schema: OptionSchemaJson, name: string): OptionSchemaJson | undefined {
  const { properties = {} } = schema;
  return (
    propertyNamed(schema, name) ??
    Object.entries(properties).find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1]
  );
}

function explain({ instancePath, message, keyword, params }: ValidationError): string {
  const name = instancePath.slice(1).replaceAll("/", ".");
  if (keyword === "additionalProperties") {
    const around = name.replace(/\.(\d+)(?=\.|$)/g, "[$1]");
    const key = String(params["additionalProperty"]);
    return `unknown configuration key: '"${around === "" ? key : `${around}.${key}`}"'`;
  }
  return `${name === "" ? "the options" : name} ${message ?? "are not valid"}`;
}
