// Paths and settings → Template and Plan: what the commands and the library share.

import { varFileUnreadable } from "../lang/diagnostics/catalog/legacy.js";
import { collectDiagnostics, inFileOrder } from "../lang/diagnostics/collect.js";
import type { Diagnostic, Reporter } from "../lang/diagnostics/diagnostic.js";
import type { FunctionHost } from "../lang/functions/host.js";
import {
  givenTexts,
  type LegacyGiven,
  type LegacyValues,
  legacyVariables,
  resolveLegacy,
} from "../lang/legacy/index.js";
import { sourceFile } from "../lang/source/source-file.js";
import { collectInputs } from "../lang/template/inputs.js";
import type { Template } from "../lang/template/ir.js";
import type { EngineOptions } from "./engine-options.js";
import { functionHost } from "./interpreter/host.js";
import { environmentVariables, type Loaded, loadTemplate, readBytes, readVarFiles } from "./interpreter/load.js";
import { type Inputs, makePlan, type PlanOptions } from "./interpreter/plan.js";
import type { Plan } from "./interpreter/plan-types.js";
import { RemoteCalls, type Settling, UNASKED } from "./interpreter/remote-calls.js";
import { PACKER_VERSION } from "./product.js";

export interface Prepared {
  readonly template: Template | undefined;
  readonly plan: Plan | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether nothing stands in the way of a run. */
  readonly ok: boolean;
}

/** A template as read, with what its variables were given. */
export interface ReadTemplate {
  readonly template: Template;
  readonly host: FunctionHost;
  readonly remote: Settling;
  /** Undefined when mistakes in them leave nothing to go on with. */
  readonly inputs: Inputs | undefined;
  /** Whether the files say nothing wrong, and the values given can be values of their variables. */
  readonly sound: boolean;
}

/** The first half of everything: files → template, flags and files and environment → inputs. Undefined after syntax errors. */
export async function readTemplate(
  path: string,
  options: EngineOptions,
  report: Reporter,
): Promise<ReadTemplate | undefined> {
  const { world, syntaxOnly, stdin, stdinDialect, openFiles } = options;
  const loadOptions = {
    cwd: world.cwd,
    packerVersion: PACKER_VERSION,
    syntaxOnly,
    ...(stdin === undefined ? {} : { stdin }),
    ...(stdinDialect === undefined ? {} : { stdinDialect }),
    ...(openFiles === undefined ? {} : { openFiles }),
  };
  const loaded = loadTemplate(path, loadOptions, report);
  if (loaded === undefined) return undefined;
  const { host, remote } = servicesOf(options, loaded.template.baseDir);
  const { template } = loaded;
  // What a legacy template's frame and variables say decides what the rest of it is.
  if (template.legacy !== undefined && report.errors > 0)
    return { template, host, remote, inputs: undefined, sound: false };
  const inputs = await remote.settled((own) => inputsOf(loaded, options, host, own), report);
  const isLost = "texts" in inputs && report.errors > 0;
  return { template, host, remote, inputs: isLost ? undefined : inputs, sound: report.errors === 0 };
}

/** `validate` asks no service: what one would say is unknown. */
function servicesOf(
  options: EngineOptions,
  baseDir: string,
): { readonly host: FunctionHost; readonly remote: Settling } {
  const { world, purpose, registry, signal } = options;
  const host = functionHost(world, baseDir);
  if (purpose === "validate") return { host, remote: UNASKED };
  const remote = options.remote ?? new RemoteCalls({ registry, env: host.env, signal });
  return { host: remote.on(host), remote };
}

/** Reads a template and plans it; everything that is wrong with it is among the diagnostics. */
export async function prepareTemplate(path: string, options: EngineOptions): Promise<Prepared> {
  const report = collectDiagnostics();
  const read = await readTemplate(path, options, report);
  const done = (template: Template | undefined, plan?: Plan): Prepared => ({
    template,
    plan,
    diagnostics: inFileOrder(report.diagnostics, template?.files.map(({ source }) => source) ?? []),
    ok: report.errors === 0,
  });
  if (read?.inputs === undefined || options.syntaxOnly) return done(read?.template);
  const { host, remote, inputs } = read;
  const template = "texts" in inputs ? resolveLegacy(read.template, inputs.texts, host, report) : read.template;
  return done(template, await makePlan(template, inputs, planOptions(options, host, remote), report));
}

function planOptions(options: EngineOptions, host: FunctionHost, remote: Settling): PlanOptions {
  const { registry, purpose, force, evaluateDataSources, localEndpoint, signal, only, except } = options;
  return {
    host,
    remote,
    packerVersion: PACKER_VERSION,
    registry,
    selection: { only, except },
    purpose,
    force,
    evaluateDataSources,
    signal,
    ...(localEndpoint === undefined ? {} : { localEndpoint }),
  };
}

/** The variables of a legacy template, rendered; "" for one that has no value, which is reported. */
export function legacyValues(
  template: Template,
  options: EngineOptions,
  host: FunctionHost,
  report: Reporter,
): LegacyValues {
  return legacyVariables(template, legacyGiven(options, report), host, report);
}

function legacyGiven({ world, variables, varFiles }: EngineOptions, report: Reporter): LegacyGiven {
  const files = varFiles.flatMap((path) => {
    const bytes = readBytes(path, world.cwd, report, varFileUnreadable);
    return bytes === undefined ? [] : [sourceFile(path, Buffer.from(bytes).toString("utf8"))];
  });
  return { varFiles: files, flags: [...variables] };
}

function inputsOf(
  { template, autoFiles }: Loaded,
  options: EngineOptions,
  host: FunctionHost,
  report: Reporter,
): Inputs {
  const { world, variables, varFiles, warnUndeclared, unsetIsUnknown, syntaxOnly } = options;
  const flags = [...variables];
  if (template.legacy !== undefined) return legacyInputs(template, options, host, report);
  const given = {
    env: environmentVariables(world.env),
    files: [...autoFiles, ...readVarFiles(varFiles, world.cwd, report)],
    flags,
  };
  const inputOptions = { host, warnUndeclared, unsetIsUnknown, unchecked: syntaxOnly };
  return { values: collectInputs(template, given, inputOptions, report) };
}

const NO_VALUES: LegacyValues = { texts: new Map(), fields: new Set() };

function legacyInputs(template: Template, options: EngineOptions, host: FunctionHost, report: Reporter): LegacyValues {
  // Where unset variables are fine, nothing of a legacy template is rendered either.
  if (options.unsetIsUnknown) return NO_VALUES;
  if (!options.syntaxOnly) return legacyValues(template, options, host, report);
  givenTexts(legacyGiven(options, report), report);
  return NO_VALUES;
}
