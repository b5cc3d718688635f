// Template + inputs → Plan: everything evaluated, every component prepared, every mistake told. Nothing is run.

import { noBuilds } from "../../lang/diagnostics/catalog/options.js";
import { missingBuild, missingPlugins } from "../../lang/diagnostics/catalog/template.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import type { EvalContext } from "../../lang/eval/context.js";
import type { LegacyValues } from "../../lang/legacy/index.js";
import { type Known, templateContext } from "../../lang/template/contexts.js";
import { evaluateTemplate, secretsOf, type TemplateWorld } from "../../lang/template/evaluate-template.js";
import { expandBuild } from "../../lang/template/expand-build.js";
import type { ComponentUse, ExpandedBuild, RequiredPlugin, SourceRef, Template } from "../../lang/template/ir.js";
import { checkRegistries } from "../../lang/template/registry.js";
import type { Value } from "../../lang/values/value.js";
import { isBuiltIn } from "./built-in-plugins.js";
import { readDataSource } from "./data-sources.js";
import { type BuildPlannerOptions, type BuildWorld, type Choice, planBuild } from "./plan-build.js";
import type { Plan, PlannedBuild } from "./plan-types.js";
import { selectNames } from "./select.js";

export interface PlanOptions extends Omit<BuildPlannerOptions, "hide"> {
  readonly evaluateDataSources: boolean;
  readonly signal: AbortSignal;
}

/** Of HCL templates the variables' values; of legacy ones their texts. */
export type Inputs = { readonly values: ReadonlyMap<string, Value> } | LegacyValues;

/** Always a plan of the builds that could be prepared; `report.errors` says whether something was wrong. */
export async function makePlan(
  template: Template,
  inputs: Inputs,
  options: PlanOptions,
  report: Reporter,
): Promise<Plan> {
  const planner = new Planner(template, inputs, options, report);
  return planner.plan();
}

class Planner {
  readonly #template: Template;
  readonly #inputs: Inputs;
  readonly #options: PlanOptions;
  readonly #report: Reporter;
  /** Whether something is wrong that is no matter of one build alone. */
  #blocked = false;
  readonly #hidden = new Set<string>();
  readonly #listeners: ((text: string) => void)[] = [];
  readonly #hide = (text: string): void => {
    this.#hidden.add(text);
    for (const listen of this.#listeners) listen(text);
  };

  constructor(template: Template, inputs: Inputs, options: PlanOptions, report: Reporter) {
    this.#template = template;
    this.#inputs = inputs;
    this.#options = options;
    this.#report = report;
  }

  async plan(): Promise<Plan> {
    this.#checkPlugins(this.#template.requiredPlugins);
    const known = "values" in this.#inputs ? await this.#evaluate(this.#inputs.values) : undefined;
    const { remote } = this.#options;
    const expanded = await remote.settled((own) => this.#expandedBuilds(known, own), this.#report);
    const chosen = this.#select(expanded);
    this.#blocked ||= this.#report.errors > 0;
    const builds: PlannedBuild[] = [];
    const world = this.#world(known);
    for (const choice of chosen) {
      const before = this.#report.errors;
      const planned = await planBuild(choice, world);
      if (planned !== undefined && this.#report.errors === before) builds.push(planned);
    }
    const secrets = known === undefined ? this.#legacySecrets() : secretsOf(known);
    const runnable = !this.#blocked && builds.length > 0;
    return {
      template: this.#template,
      known,
      builds,
      runnable,
      secrets: [...secrets, ...this.#hidden, ...remote.secrets()],
      onSecret: (listen) => void this.#listeners.push(listen),
    };
  }

  #world(known: Known | undefined): BuildWorld {
    const ofLegacy = "texts" in this.#inputs ? { values: this.#inputs } : {};
    const block = (): void => {
      this.#blocked = true;
    };
    const options = { ...this.#options, hide: this.#hide };
    return { template: this.#template, known, ...ofLegacy, options, report: this.#report, block };
  }

  #legacySecrets(): readonly string[] {
    const { legacy } = this.#template;
    if (legacy === undefined || !("texts" in this.#inputs)) return [];
    const { texts } = this.#inputs;
    return [...legacy.sensitive].map((name) => texts.get(name) ?? "").filter((text) => text !== "");
  }

  #evaluate(variables: ReadonlyMap<string, Value>): Promise<Known> {
    const { host, packerVersion, remote } = this.#options;
    const world: TemplateWorld = {
      host,
      packerVersion,
      settled: (body, report) => remote.settled(body, report),
      readData: (use: ComponentUse, context: EvalContext) =>
        readDataSource(use, context, this.#template, { ...this.#options, hide: this.#hide }, this.#report),
    };
    return evaluateTemplate(this.#template, variables, world, this.#report);
  }

  #checkPlugins(plugins: readonly RequiredPlugin[]): void {
    const missing = plugins.filter((plugin) => !isBuiltIn(plugin));
    const [first] = missing;
    if (first === undefined) return;
    const list = missing.map(({ source, version }) => `* ${source} ${version}`).join("\n");
    this.#report.report(at(missingPlugins(list), first.range));
  }

  // ─── builds ────────────────────────────────────────────────────────────────

  #expandedBuilds(known: Known | undefined, report: Reporter): readonly ExpandedBuild[] {
    const { builds, registries, legacy, unreadable } = this.#template;
    if (legacy !== undefined) return [legacy.build];
    if (known === undefined) return [];
    if (builds.length === 0 && !unreadable.has("build.*")) report.report(at(missingBuild(), undefined));
    checkRegistries(registries, templateContext(known), report);
    return builds.map((decl) => expandBuild(decl, (build) => templateContext(known, { build }), report));
  }

  /** The builds that -only and -except leave, of all build blocks together. */
  #select(expanded: readonly ExpandedBuild[]): readonly Choice[] {
    const legacy = this.#template.legacy !== undefined;
    const all = expanded.flatMap((build) =>
      build.sources.map((source) => ({ build, source, label: labelOf(build.name, source, legacy) })),
    );
    const nameOf = ({ source, label }: (typeof all)[number]): string => (legacy ? source.localName : label);
    const processors = expanded.flatMap(({ chains }) =>
      chains.flat().map(({ name, type }) => (name === "" ? type : name)),
    );
    const names = [...new Set(all.map(nameOf))];
    const chosen = selectNames(names, processors, this.#options.selection, !legacy, this.#report);
    const isTold = names.length === 0 && this.#report.errors > 0;
    if (chosen.size === 0 && !isTold && this.#options.purpose === "build")
      this.#report.report(at(noBuilds(names.join(", ")), names.length === 0 ? expanded[0]?.range : undefined));
    // A mistake left these without sources; there may be more in them.
    const rest = expanded.filter(({ sources }) => sources.length === 0 && this.#report.errors > 0);
    return [
      ...all.filter((each) => chosen.has(nameOf(each))),
      ...rest.map((build) => ({ build, source: undefined, label: build.name })),
    ];
  }
}

/** HCL2: `BUILD.TYPE.NAME`; legacy JSON: the name, with the type before it when it is another. */
function labelOf(buildName: string, { type, name, localName }: SourceRef, legacy: boolean): string {
  if (legacy) return name === type ? localName : `${type}.${localName}`;
  return buildName === "" ? `${type}.${localName}` : `${buildName}.${type}.${localName}`;
}
