// Paths and settings → Template and Plan: what the commands and the library share.

import { collectDiagnostics } from "../lang/diagnostics/collect.js";
import type { Diagnostic } from "../lang/diagnostics/diagnostic.js";
import { legacyVariables, resolveLegacy } from "../lang/legacy/index.js";
import { sourceFile } from "../lang/source/source-file.js";
import { collectInputs } from "../lang/template/inputs.js";
import type { Template } from "../lang/template/ir.js";
import type { Registry } from "./contract/component.js";
import { functionHost, type HostWorld } from "./interpreter/host.js";
import { environmentVariables, type Loaded, loadTemplate, readBytes, readVarFiles } from "./interpreter/load.js";
import { type Inputs, makePlan } from "./interpreter/plan.js";
import type { Plan } from "./interpreter/plan-types.js";
import { PACKER_VERSION } from "./product.js";

export interface EngineOptions {
  readonly world: HostWorld;
  readonly registry: Registry;
  readonly variables: ReadonlyMap<string, string>;
  readonly varFiles: readonly string[];
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly purpose: "validate" | "build";
  readonly force: boolean;
  readonly warnUndeclared: boolean;
  readonly evaluateDataSources: boolean;
  readonly syntaxOnly: boolean;
  readonly unsetIsUnknown: boolean;
  readonly stdin?: string;
  readonly stdinDialect?: "json" | "hcl2";
  readonly localEndpoint?: string;
  readonly signal: AbortSignal;
}

export interface Prepared {
  readonly template: Template | undefined;
  readonly plan: Plan | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether nothing stands in the way of a run. */
  readonly ok: boolean;
}

/** Reads a template and plans it; everything that is wrong with it is among the diagnostics. */
export async function prepareTemplate(path: string, options: EngineOptions): Promise<Prepared> {
  const report = collectDiagnostics();
  const { world, syntaxOnly, stdin, stdinDialect } = options;
  const loadOptions = {
    cwd: world.cwd,
    packerVersion: PACKER_VERSION,
    syntaxOnly,
    ...(stdin === undefined ? {} : { stdin }),
    ...(stdinDialect === undefined ? {} : { stdinDialect }),
  };
  const loaded = loadTemplate(path, loadOptions, report);
  const done = (template: Template | undefined, plan?: Plan): Prepared => ({
    template,
    plan,
    diagnostics: report.diagnostics,
    ok: report.errors === 0,
  });
  if (loaded === undefined || report.errors > 0) return done(loaded?.template);
  const host = functionHost(world, loaded.template.baseDir);
  const inputs = inputsOf(loaded, options, host, report);
  if (syntaxOnly) return done(loaded.template);
  // What a legacy template's variables say decides what the rest of it is.
  if ("texts" in inputs && report.errors > 0) return done(loaded.template);
  const template = "texts" in inputs ? resolveLegacy(loaded.template, inputs.texts, host, report) : loaded.template;
  const { registry, purpose, force, evaluateDataSources, localEndpoint, signal, only, except } = options;
  const planOptions = {
    host,
    packerVersion: PACKER_VERSION,
    registry,
    selection: { only, except },
    purpose,
    force,
    evaluateDataSources,
    signal,
    ...(localEndpoint === undefined ? {} : { localEndpoint }),
  };
  return done(template, await makePlan(template, inputs, planOptions, report));
}

function inputsOf(
  { template, autoFiles }: Loaded,
  options: EngineOptions,
  host: ReturnType<typeof functionHost>,
  report: ReturnType<typeof collectDiagnostics>,
): Inputs {
  const { world, variables, varFiles, warnUndeclared, unsetIsUnknown } = options;
  const flags = [...variables];
  if (template.legacy !== undefined) {
    const files = varFiles.flatMap((path) => {
      const bytes = readBytes(path, world.cwd, report);
      return bytes === undefined ? [] : [sourceFile(path, Buffer.from(bytes).toString("utf8"))];
    });
    return { texts: legacyVariables(template, { varFiles: files, flags }, host, report) };
  }
  const given = {
    env: environmentVariables(world.env),
    files: [...autoFiles, ...readVarFiles(varFiles, world.cwd, report)],
    flags,
  };
  return { values: collectInputs(template, given, { host, warnUndeclared, unsetIsUnknown }, report) };
}
