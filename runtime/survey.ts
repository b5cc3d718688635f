// What is in a template, as far as it can be told without preparing a component: for `inspect` and `console`.

import { collectDiagnostics } from "../lang/diagnostics/collect.js";
import type { Diagnostic, Reporter } from "../lang/diagnostics/diagnostic.js";
import { type Known, templateContext } from "../lang/template/contexts.js";
import { evaluateTemplate } from "../lang/template/evaluate-template.js";
import { expandBuild } from "../lang/template/expand-build.js";
import type { ExpandedBuild, Template } from "../lang/template/ir.js";
import { UNKNOWN } from "../lang/values/value.js";
import { type EngineOptions, readTemplate } from "./engine.js";
import { PACKER_VERSION } from "./product.js";

export interface Survey {
  readonly template: Template;
  /** Of HCL templates. Variables that nobody set, and data sources, are unknown in it. */
  readonly known: Known | undefined;
  readonly builds: readonly ExpandedBuild[];
}

export interface Surveyed {
  /** Undefined when the template could not be read. */
  readonly survey: Survey | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Mistakes in values leave unknowns: there is something to show all the same. */
export async function surveyTemplate(path: string, options: EngineOptions): Promise<Surveyed> {
  const report = collectDiagnostics();
  const read = readTemplate(path, { ...options, unsetIsUnknown: true }, report);
  const survey = read === undefined ? undefined : await surveyOf(read, report);
  return { survey, diagnostics: report.diagnostics };
}

async function surveyOf(
  { template, host, inputs, sound }: NonNullable<ReturnType<typeof readTemplate>>,
  report: Reporter,
): Promise<Survey | undefined> {
  if (template.legacy !== undefined) return { template, known: undefined, builds: [template.legacy.build] };
  if (!sound || inputs === undefined || "texts" in inputs) return undefined;
  const world = { host, packerVersion: PACKER_VERSION, readData: () => Promise.resolve(UNKNOWN) };
  const known = await evaluateTemplate(template, inputs.values, world, report);
  const contextFor = (build: Parameters<Parameters<typeof expandBuild>[1]>[0]) => templateContext(known, { build });
  return { template, known, builds: template.builds.map((decl) => expandBuild(decl, contextFor, report)) };
}
