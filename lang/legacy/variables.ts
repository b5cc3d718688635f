import * as wording from "../diagnostics/catalog/legacy.js";
import { hidingSource } from "../diagnostics/collect.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { FunctionHost } from "../functions/host.js";
import { packerFunctions, VARIABLE_NOT_SET } from "../interpolate/functions.js";
import { goTemplates } from "../interpolate/go-template.js";
import { TemplateFailure, type TemplateRenderer } from "../interpolate/renderer.js";
import { type JsonSyntaxError, jsonSyntaxError } from "../json/json-syntax-error.js";
import { readJson } from "../json/read-json.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { JsonProperty } from "../syntax/ast.js";
import type { Template } from "../template/ir.js";
import { rangeOf } from "./fields.js";
import { keepFields, type LegacyValues, usesVariables } from "./waiting-parts.js";

/** What the command line gives; the shape of an HCL2 template's inputs has it too. */
export interface LegacyGiven {
  readonly varFiles: readonly SourceFile[];
  readonly flags: readonly (readonly [name: string, text: string])[];
}

export interface Text {
  readonly name: string;
  readonly value: string;
  readonly range?: SourceRange;
  /** What is wrong with it is told without its text. */
  readonly sensitive: boolean;
}

/** Variables that use others are rendered again until this many passes are over. */
const MAX_PASSES = 100;

/**
 * The variables of a legacy template, rendered: its own values, then the files', then the flags', the last one winning.
 * Reports required variables that have no value, and values that can't be rendered (spec: language.md §8.3).
 */
export function legacyVariables(
  template: Template,
  given: LegacyGiven,
  host: FunctionHost,
  report: Reporter,
): LegacyValues {
  const declared = template.legacy?.variables ?? new Map<string, { value: string | null; range: SourceRange }>();
  const sensitive = template.legacy?.sensitive ?? new Set<string>();
  const fromOutside = givenTexts(given, report);
  const texts = new Map<string, Text>();
  for (const [name, { value, range }] of declared) {
    if (value === null && !fromOutside.has(name)) report.report(at(wording.variableNotSet(name), range));
    texts.set(name, { name, value: value ?? "", range, sensitive: sensitive.has(name) });
  }
  for (const [name, text] of fromOutside) texts.set(name, { ...text, sensitive: sensitive.has(name) });
  return renderAll(texts, fromOutside, { host, templateDir: template.baseDir }, report);
}

/** What the command line gives, as text: one of two values for a variable is the later one. Reports what is no text. */
export function givenTexts({ varFiles, flags }: LegacyGiven, report: Reporter): ReadonlyMap<string, Text> {
  const given = new Map<string, Text>();
  for (const file of varFiles) for (const text of readVarFile(file, report)) given.set(text.name, text);
  for (const [name, value] of flags) given.set(name, { name, value, sensitive: false });
  return given;
}

function readVarFile(source: SourceFile, report: Reporter): readonly Text[] {
  const problem = jsonSyntaxError(source.text);
  if (problem !== undefined) {
    const { offset } = problem;
    const words = wording.varFileNotJson(source.path, readerMessage(problem, source.text));
    report.report(at(words, { file: source, start: offset, end: Math.min(offset + 1, source.text.length) }));
    return [];
  }
  const { root, file } = readJson(source.path, source.text, report);
  if (root?.kind === "object")
    return root.properties.map((property) => varFileText(file, property, report)).filter((text) => text !== undefined);
  if (root !== undefined && root.kind !== "null")
    report.report(at(wording.varFileNotObject(source.path, root.kind), rangeOf(file, root)));
  return [];
}

/** Of Go's decoder of streams, to which a text that ends is a stream that ends. */
function readerMessage({ message, offset }: JsonSyntaxError, text: string): string {
  if (offset < text.length) return message;
  return text.trim() === "" ? "EOF" : "unexpected EOF";
}

function varFileText(file: SourceFile, { name, value }: JsonProperty, report: Reporter): Text | undefined {
  const range = rangeOf(file, value);
  if (value.kind === "string") return { name: name.text, value: value.text, range, sensitive: false };
  // Go's decoder leaves "" where a null stands for a string.
  if (value.kind === "null") return { name: name.text, value: "", range, sensitive: false };
  report.report(at(wording.varFileNotStrings(file.path, value.kind), range));
  return undefined;
}

// ─── rendering ───────────────────────────────────────────────────────────────

/** What functions see of the world. */
interface Surroundings {
  readonly host: FunctionHost;
  /** Absolute. */
  readonly templateDir: string;
}

interface Passes {
  readonly renderer: TemplateRenderer;
  /** What `user` reads: nothing until the first value is rendered, then also values that still wait. */
  visible: ReadonlyMap<string, string>;
  readonly values: Map<string, string>;
  readonly fields: Set<string>;
  readonly report: Reporter;
  /** The last variable that referred to one without a value. */
  failed: { readonly text: Text; readonly failure: TemplateFailure } | undefined;
  changed: boolean;
  stopped: boolean;
}

function renderAll(
  texts: ReadonlyMap<string, Text>,
  given: ReadonlyMap<string, Text>,
  surroundings: Surroundings,
  report: Reporter,
): LegacyValues {
  const values = new Map([...given].map(([name, { value }]) => [name, value]));
  const passes: Passes = {
    // One for all passes, for it parses each text once.
    renderer: rendererOf(surroundings, { get: (name) => passes.visible.get(name) }),
    visible: new Map(),
    values,
    fields: new Set(),
    report,
    failed: undefined,
    changed: false,
    stopped: false,
  };
  let waiting = [...texts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (let pass = 0; pass < MAX_PASSES && waiting.length > 0 && !passes.stopped; pass += 1)
    waiting = renderPass(passes, waiting);
  if (!passes.stopped) reportUndefined(passes);
  for (const name of texts.keys()) if (!values.has(name)) values.set(name, "");
  return { texts: values, fields: passes.fields };
}

const rendererOf = (
  { host, templateDir }: Surroundings,
  user: Pick<ReadonlyMap<string, string>, "get">,
): TemplateRenderer =>
  goTemplates({ functions: packerFunctions({ dialect: "legacy-json", host, templateDir, user, inVariables: true }) });

/** The variables that another pass must render again: those that failed, and those that use others. */
function renderPass(passes: Passes, waiting: readonly Text[]): Text[] {
  passes.changed = false;
  passes.failed = undefined;
  const { visible } = passes;
  const before = new Map(passes.values);
  const again = waiting.filter((text) => !passes.stopped && renderOne(passes, text));
  // Packer goes on to its hundredth pass; once nothing moves, nothing will.
  const settled =
    before.size === passes.values.size && [...before].every(([name, value]) => passes.values.get(name) === value);
  return settled && passes.visible === visible ? [] : again;
}

/** True when it must be rendered again. */
function renderOne(passes: Passes, text: Text): boolean {
  try {
    const rendered = passes.renderer.render(keepFields(text.value, (field) => passes.fields.add(field)));
    passes.values.set(text.name, rendered);
    passes.visible = passes.values;
    passes.changed = true;
    return usesVariables(text.value);
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    return noteFailure(passes, text, error);
  }
}

function noteFailure(passes: Passes, text: Text, failure: TemplateFailure): boolean {
  if (failure.message.includes(VARIABLE_NOT_SET)) {
    passes.failed = { text, failure };
    return true;
  }
  const { name, range, sensitive } = text;
  const words = wording.variableFailed(name, sensitive ? "it is no Go template" : failure.message);
  reportOf(passes, text).report(at(words, range));
  passes.stopped = true;
  return false;
}

/** As in Packer, a variable that refers to none goes unnoticed where another one was rendered in the same pass: a warning here. */
function reportUndefined(passes: Passes): void {
  const { failed, changed } = passes;
  if (failed === undefined) return;
  const { text, failure } = failed;
  const words = changed
    ? wording.variableMasked(text.name, failure.message)
    : wording.variableUndefined(text.name, text.sensitive ? "<sensitive>" : text.value, failure.message);
  reportOf(passes, text).report(at(words, text.range));
}

const reportOf = ({ report }: Passes, { sensitive }: Text): Reporter => (sensitive ? hidingSource(report) : report);
