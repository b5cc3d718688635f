// The engine as a library. A mistake in a template is a diagnostic, never a throw.

import { homedir } from "node:os";
import { collectDiagnostics } from "../lang/diagnostics/collect.js";
import { type PublicDiagnostic, toPublicDiagnostic } from "../lang/diagnostics/render-json.js";
import type { EvalContext } from "../lang/eval/context.js";
import { evaluateAttributesText, evaluateExpressionText } from "../lang/eval/library.js";
import { languageFunctions } from "../lang/eval/special-forms.js";
import { format } from "../lang/fmt/format.js";
import type { Body } from "../lang/syntax/ast.js";
import { parseFile } from "../lang/syntax/parse.js";
import type { Template } from "../lang/template/ir.js";
import { fromPlain } from "../lang/values/plain.js";
import type { OnError } from "./build/build-steps.js";
import { runPlan } from "./build/run-plan.js";
import { builtins, localEc2 } from "./builtins.js";
import { RunError } from "./contract/errors.js";
import type { RunEvent } from "./contract/events.js";
import { type Prepared, prepareTemplate } from "./engine.js";
import { DEFAULTS, type EngineOptions } from "./engine-options.js";
import { functionHost, type HostWorld } from "./interpreter/host.js";
import type { Plan } from "./interpreter/plan-types.js";
import { stateDir } from "./state-dir.js";
import { systemClock } from "./system/clock.js";
import { maskDiagnostic, maskEvent } from "./ui/fan-out.js";
import { storeOf } from "./ui/secrets.js";

export interface EvaluateOptions {
  /** Where file(), templatefile(), fileexists() and fileset() start; the working directory unless given. */
  readonly baseDir?: string;
  /** Plain data, by the names that the expression may use. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface TemplateOptions {
  /** Values as -var gives them: text. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly varFiles?: readonly string[];
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface BuildOptions extends TemplateOptions {
  readonly force?: boolean;
  /** Builds at once; 0 is all. */
  readonly parallel?: number;
  readonly onError?: OnError;
  /** Build in the embedded EC2. */
  readonly local?: boolean;
}

/** A template that could not be built; the diagnostics say why. */
export class TemplateError extends RunError {
  override readonly name = "TemplateError";
  readonly diagnostics: readonly PublicDiagnostic[];

  constructor(diagnostics: readonly PublicDiagnostic[]) {
    super(diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n"));
    this.diagnostics = diagnostics;
  }
}

const processWorld = (): HostWorld => ({
  cwd: process.cwd(),
  home: process.env["HOME"] ?? homedir(),
  env: process.env,
  startedAt: new Date(),
});

function evaluationContext({ baseDir = ".", variables = {} }: EvaluateOptions): EvalContext {
  const values = Object.entries(variables).map(([name, data]) => [name, fromPlain(data)] as const);
  return { variables: new Map(values), functions: languageFunctions(), host: functionHost(processWorld(), baseDir) };
}

/** `json` is what jsonencode() prints, `type` the exact type: both only where there is a value that JSON can hold. */
export function evaluateExpression(text: string, options: EvaluateOptions = {}) {
  const { diagnostics, ...value } = evaluateExpressionText(text, evaluationContext(options));
  return { ...value, diagnostics: diagnostics.map(toPublicDiagnostic) };
}

/** The attributes of a text such as `a = 1`, each evaluated for itself. */
export function evaluateAttributes(text: string, options: EvaluateOptions = {}) {
  const { attributes, diagnostics } = evaluateAttributesText(text, evaluationContext(options));
  return { attributes, diagnostics: diagnostics.map(toPublicDiagnostic) };
}

/** The syntax tree of a native-syntax file; usable, as far as it goes, after mistakes too. */
export function parseHcl(text: string | Uint8Array, filename: string): { body: Body; diagnostics: PublicDiagnostic[] } {
  const report = collectDiagnostics();
  const { body } = parseFile(filename, text, report);
  return { body: body as Body, diagnostics: report.diagnostics.map(toPublicDiagnostic) };
}

/** The canonical format; a text that does not parse stays as it is. */
export function formatHcl(text: string, filename = "<text>"): { text: string; diagnostics: PublicDiagnostic[] } {
  const report = collectDiagnostics();
  return { text: format(text, filename, report), diagnostics: report.diagnostics.map(toPublicDiagnostic) };
}

/** Reads a template without evaluating it. */
export async function loadTemplate(
  path: string,
  options: TemplateOptions = {},
): Promise<{ template: Template | undefined; diagnostics: PublicDiagnostic[] }> {
  const { template, diagnostics } = await prepareTemplate(path, { ...engineOptions(options), syntaxOnly: true });
  return { template, diagnostics: diagnostics.map(toPublicDiagnostic) };
}

/** Everything that `pkrts validate` checks. `plan` only when a build could begin. */
export async function validate(
  path: string,
  options: TemplateOptions = {},
): Promise<{ plan?: Plan; diagnostics: PublicDiagnostic[] }> {
  const prepared = await prepareTemplate(path, engineOptions(options));
  const { plan, ok } = prepared;
  return { ...(ok && plan !== undefined ? { plan } : {}), diagnostics: withoutSecrets(prepared) };
}

/**
 * Runs the builds and tells their events; the last is the summary. Throws {@link TemplateError} before anything is made.
 * They are as the command prints them: what is sensitive stands in none of them.
 * Who stops reading cancels the builds, and goes on when all that they made is taken down.
 */
export async function* build(path: string, options: BuildOptions = {}): AsyncIterable<RunEvent> {
  if (options.local !== true) {
    yield* buildAt(path, options, undefined);
    return;
  }
  const { openLocalEc2, defaultStateDir } = await localEc2();
  const server = await (await openLocalEc2({ stateDir: defaultStateDir(process.env) })).listen({});
  try {
    yield* buildAt(path, options, server.url);
  } finally {
    await server.close();
  }
}

async function* buildAt(
  path: string,
  options: BuildOptions,
  localEndpoint: string | undefined,
): AsyncIterable<RunEvent> {
  const { force = false, parallel = 0, onError = "cleanup", signal = new AbortController().signal } = options;
  const purpose = { purpose: "build", force, evaluateDataSources: true } as const;
  const local = localEndpoint === undefined ? {} : { localEndpoint };
  const prepared = await prepareTemplate(path, { ...engineOptions(options), ...purpose, ...local });
  const { plan, ok } = prepared;
  if (!ok || plan === undefined) throw new TemplateError(withoutSecrets(prepared));
  const secrets = storeOf(plan.secrets);
  const run = (each: AbortSignal): AsyncIterable<RunEvent> =>
    runPlan(plan, {
      stateDir: stateDir(processWorld()),
      parallel,
      force,
      onError,
      signal: each,
      clock: systemClock,
      hide: (text) => void secrets.add(text),
    });
  for await (const event of supervised(run, signal)) yield maskEvent(event, secrets);
}

/** A run that ends with its reading: one that nobody sees any more must not go on, nor outlive the embedded EC2. */
async function* supervised(
  run: (signal: AbortSignal) => AsyncIterable<RunEvent>,
  signal: AbortSignal,
): AsyncIterable<RunEvent> {
  const left = new AbortController();
  const events = run(AbortSignal.any([signal, left.signal]))[Symbol.asyncIterator]();
  try {
    for (let next = await events.next(); next.done !== true; next = await events.next()) yield next.value;
  } finally {
    left.abort();
    while ((await events.next()).done !== true);
  }
}

/** Who reads them has no plan, which alone knows what is secret, when something is wrong. */
function withoutSecrets({ diagnostics, plan }: Prepared): PublicDiagnostic[] {
  const secrets = storeOf(plan?.secrets ?? []);
  return diagnostics.map((diagnostic) => toPublicDiagnostic(maskDiagnostic(diagnostic, secrets)));
}

function engineOptions({
  variables = {},
  varFiles = [],
  only = [],
  except = [],
  signal,
}: TemplateOptions): EngineOptions {
  return {
    ...DEFAULTS,
    world: processWorld(),
    registry: builtins,
    variables: new Map(Object.entries(variables)),
    varFiles,
    only,
    except,
    signal: signal ?? new AbortController().signal,
  };
}
