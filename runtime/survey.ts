// What is in a template, as far as it can be told without preparing a build: for `inspect` and `console`.

import { collectDiagnostics } from "../lang/diagnostics/collect.js";
import type { Diagnostic, Reporter } from "../lang/diagnostics/diagnostic.js";
import type { FunctionHost } from "../lang/functions/host.js";
import { type Known, templateContext } from "../lang/template/contexts.js";
import { evaluateTemplate, secretsOf, type TemplateWorld } from "../lang/template/evaluate-template.js";
import { expandBuild } from "../lang/template/expand-build.js";
import type { ExpandedBuild, Template } from "../lang/template/ir.js";
import { type ReadTemplate, readTemplate } from "./engine.js";
import type { EngineOptions } from "./engine-options.js";
import { readDataSource } from "./interpreter/data-sources.js";
import type { Settling } from "./interpreter/remote-calls.js";
import { PACKER_VERSION } from "./product.js";

export interface Survey {
  readonly template: Template;
  /** Of HCL templates. Variables that nobody set are unknown in it, and what depends on them. */
  readonly known: Known | undefined;
  readonly builds: readonly ExpandedBuild[];
  readonly remote: Settling;
  readonly host: FunctionHost;
}

export interface Surveyed {
  /** Undefined when the template, or what its variables were given, could not be read. */
  readonly survey: Survey | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts that no output may show. */
  readonly secrets: readonly string[];
}

/**
 * What Packer finds when it parses a template leaves no survey: mistakes of syntax, frame and given values. Others leave unknowns,
 * for there is something to show all the same.
 */
export async function surveyTemplate(path: string, options: EngineOptions): Promise<Surveyed> {
  const report = collectDiagnostics();
  const read = await readTemplate(path, { ...options, purpose: "build", syntaxOnly: true }, report);
  const hidden = new Set<string>();
  const hide = (text: string): void => void hidden.add(text);
  const survey = read === undefined ? undefined : await surveyOf(read, options, hide, report);
  const known = survey?.known;
  const secrets = [...hidden, ...(read?.remote.secrets() ?? []), ...(known === undefined ? [] : secretsOf(known))];
  return { survey, diagnostics: report.diagnostics, secrets };
}

async function surveyOf(
  { template, host, remote, inputs, sound }: ReadTemplate,
  { registry, signal }: EngineOptions,
  hide: (text: string) => void,
  report: Reporter,
): Promise<Survey | undefined> {
  if (template.legacy !== undefined)
    // Packer parses such a template whole or not at all.
    return !sound ? undefined : { template, known: undefined, remote, host, builds: [template.legacy.build] };
  if (!sound || inputs === undefined || "texts" in inputs) return undefined;
  const packerVersion = PACKER_VERSION;
  const asked = { purpose: "build", force: false, evaluateDataSources: true } as const;
  const options = { ...asked, host, remote, packerVersion, registry, signal, hide };
  const readData: TemplateWorld["readData"] = (use, context) => readDataSource(use, context, template, options, report);
  const settled: TemplateWorld["settled"] = (body, own) => remote.settled(body, own);
  const world = { host, packerVersion, settled, readData };
  const known = await evaluateTemplate(template, inputs.values, world, report);
  const contextFor = (build: Parameters<Parameters<typeof expandBuild>[1]>[0]) => templateContext(known, { build });
  const expand = (own: Reporter): readonly ExpandedBuild[] =>
    template.builds.map((decl) => expandBuild(decl, contextFor, own));
  return { template, known, remote, host, builds: await remote.settled(expand, report) };
}
