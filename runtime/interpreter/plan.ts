// Template + inputs → Plan: everything evaluated, every component prepared, every mistake told. Nothing is run.

import { failedInitialize, noBuilds, optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import {
  missingBuild,
  missingPlugins,
  unknownComponent,
  unknownSource,
} from "../../lang/diagnostics/catalog/template.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { suggestion } from "../../lang/diagnostics/did-you-mean.js";
import type { FunctionHost } from "../../lang/functions/host.js";
import type { SourceRange } from "../../lang/source/source-file.js";
import { type Known, templateContext } from "../../lang/template/contexts.js";
import { evaluateTemplate, sensitiveTexts } from "../../lang/template/evaluate-template.js";
import { expandBuild } from "../../lang/template/expand-build.js";
import type {
  ComponentUse,
  ExpandedBuild,
  PostProcessorUse,
  ProvisionerUse,
  RequiredPlugin,
  SourceRef,
  Template,
} from "../../lang/template/ir.js";
import { parseConstraints, satisfies } from "../../lang/template/version-constraint.js";
import { objectOf } from "../../lang/types/type.js";
import { unknownOf, type Value } from "../../lang/values/value.js";
import type { Builder, Kind, Registry } from "../contract/component.js";
import { type BuildScope, ComponentPlanner } from "./plan-component.js";
import {
  isFor,
  type Plan,
  type PlannedBuild,
  type PlannedPostProcessor,
  type PlannedProvisioner,
} from "./plan-types.js";
import { pointingAt, preparedLegacy } from "./prepare.js";
import { type Selection, selectNames } from "./select.js";

export interface PlanOptions {
  readonly host: FunctionHost;
  readonly packerVersion: string;
  readonly registry: Registry;
  readonly selection: Selection;
  readonly purpose: "validate" | "build";
  readonly force: boolean;
  readonly evaluateDataSources: boolean;
  readonly localEndpoint?: string;
  readonly signal: AbortSignal;
}

/** Of HCL templates the variables' values; of legacy ones their texts. */
export type Inputs = { readonly values: ReadonlyMap<string, Value> } | { readonly texts: ReadonlyMap<string, string> };

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

  constructor(template: Template, inputs: Inputs, options: PlanOptions, report: Reporter) {
    this.#template = template;
    this.#inputs = inputs;
    this.#options = options;
    this.#report = report;
  }

  async plan(): Promise<Plan> {
    this.#checkPlugins(this.#template.requiredPlugins);
    const known = "values" in this.#inputs ? await this.#evaluate(this.#inputs.values) : undefined;
    const expanded = this.#expandedBuilds(known);
    const chosen = this.#select(expanded);
    this.#blocked ||= this.#report.errors > 0;
    const builds: PlannedBuild[] = [];
    for (const { build, source, label } of chosen) {
      const before = this.#report.errors;
      const planned = await this.#planBuild(build, source, label, known);
      if (planned !== undefined && this.#report.errors === before) builds.push(planned);
    }
    const secrets =
      known === undefined
        ? this.#legacySecrets()
        : sensitiveTexts([...known.variables.values(), ...known.locals.values()]);
    return { template: this.#template, known, builds, runnable: !this.#blocked && builds.length > 0, secrets };
  }

  #legacySecrets(): readonly string[] {
    const { legacy } = this.#template;
    if (legacy === undefined || !("texts" in this.#inputs)) return [];
    const { texts } = this.#inputs;
    return [...legacy.sensitive].map((name) => texts.get(name) ?? "").filter((text) => text !== "");
  }

  #evaluate(variables: ReadonlyMap<string, Value>): Promise<Known> {
    const { host, packerVersion } = this.#options;
    const world = {
      host,
      packerVersion,
      readData: (use: ComponentUse, context: ReturnType<typeof templateContext>) => this.#readData(use, context),
    };
    return evaluateTemplate(this.#template, variables, world, this.#report);
  }

  async #readData(use: ComponentUse, context: ReturnType<typeof templateContext>): Promise<Value | undefined> {
    const component = await this.#load("data-source", use.type, use.range);
    if (component === undefined) return undefined;
    const planner = new ComponentPlanner(this.#options, this.#template, {
      context: () => context,
      buildName: "",
      builderType: "",
    });
    const report = pointingAt(this.#report, use.range);
    const prepared = planner.prepare(component, use, undefined, undefined, report);
    if (prepared === undefined) return undefined;
    const unread = unknownOf(objectOf(component.outputs));
    if (this.#options.purpose === "validate" && !this.#options.evaluateDataSources) return unread;
    return prepared.read(this.#options.signal);
  }

  #checkPlugins(plugins: readonly RequiredPlugin[]): void {
    const missing = plugins.filter(({ source, version }) => {
      const builtIn = BUILT_IN_PLUGINS[source.split("/").at(-1) ?? ""];
      return builtIn === undefined || !satisfies(builtIn, parseConstraints(version) ?? []);
    });
    const [first] = missing;
    if (first === undefined) return;
    const list = missing.map(({ source, version }) => `* ${source} ${version}`).join("\n");
    this.#report.report(at(missingPlugins(list), first.range));
  }

  // ─── builds ────────────────────────────────────────────────────────────────

  #expandedBuilds(known: Known | undefined): readonly ExpandedBuild[] {
    const { builds, legacy } = this.#template;
    if (legacy !== undefined) return [legacy.build];
    if (known === undefined) return [];
    if (builds.length === 0) this.#report.report(at(missingBuild(), undefined));
    return builds.map((decl) => expandBuild(decl, (build) => templateContext(known, { build }), this.#report));
  }

  /** The builds that -only and -except leave, of all build blocks together. */
  #select(
    expanded: readonly ExpandedBuild[],
  ): readonly { readonly build: ExpandedBuild; readonly source: SourceRef; readonly label: string }[] {
    const legacy = this.#template.legacy !== undefined;
    const all = expanded.flatMap((build) =>
      build.sources.map((source) => ({ build, source, label: labelOf(build.name, source, legacy) })),
    );
    const nameOf = ({ source, label }: { readonly source: SourceRef; readonly label: string }): string =>
      legacy ? source.localName : label;
    const processors = expanded.flatMap(({ chains }) =>
      chains.flat().map(({ name, type }) => (name === "" ? type : name)),
    );
    const names = [...new Set(all.map(nameOf))];
    const chosen = selectNames(names, processors, this.#options.selection, !legacy, this.#report);
    if (chosen.size === 0 && names.length > 0 && this.#options.purpose === "build") {
      this.#report.report(at(noBuilds(names.join(", ")), undefined));
    }
    return all.filter((each) => chosen.has(nameOf(each)));
  }

  async #planBuild(
    build: ExpandedBuild,
    source: SourceRef,
    label: string,
    known: Known | undefined,
  ): Promise<PlannedBuild | undefined> {
    const builder = await this.#load("builder", source.type, source.range, label);
    const use = this.#template.sources.get(`${source.type}.${source.name}`);
    if (builder !== undefined && use === undefined) this.#refuseSource(source);
    if (builder === undefined || use === undefined) return undefined;
    const scope = this.#scopeFor(build, source, builder, label, known);
    const planner = new ComponentPlanner(this.#options, this.#template, scope, this.#texts());
    const prepared = this.#prepareBuilder(planner, builder, withOverlay(use, source), source, label);
    if (prepared === undefined) return undefined;
    const names = this.#template.legacy === undefined ? [`${source.type}.${source.localName}`] : [source.name];
    const place = { source, names, label, communicator: prepared.communicator };
    const provisioners = await this.#provisioners(planner, build.provisioners, place);
    const cleanup = build.errorCleanup === undefined ? [] : [build.errorCleanup];
    const errorCleanup = await this.#provisioners(planner, cleanup, place);
    const chains = await Promise.all(build.chains.map((chain) => this.#chain(planner, chain, place)));
    return {
      label,
      buildName: scope.buildName,
      builderType: source.type,
      builder: prepared,
      component: builder,
      provisioners,
      errorCleanup: errorCleanup[0],
      chains: chains.filter((chain) => chain.length > 0),
    };
  }

  #texts(): ReadonlyMap<string, string> {
    return "texts" in this.#inputs ? this.#inputs.texts : new Map();
  }

  #scopeFor(
    build: ExpandedBuild,
    source: SourceRef,
    builder: Builder,
    label: string,
    known: Known | undefined,
  ): BuildScope {
    const place = { type: source.type, name: source.localName };
    return {
      buildName: this.#template.legacy === undefined ? source.name : source.localName,
      builderType: source.type,
      label,
      builder,
      hclName: build.name,
      ...(known === undefined
        ? {}
        : {
            context: (values) =>
              templateContext(known, { source: place, ...(values === undefined ? {} : { build: values }) }),
          }),
    };
  }

  #prepareBuilder(planner: ComponentPlanner, builder: Builder, use: ComponentUse, source: SourceRef, label: string) {
    if (this.#template.legacy !== undefined) {
      return preparedLegacy(
        label,
        use.range,
        (report) => planner.prepare(builder, use, undefined, undefined, report),
        this.#report,
      );
    }
    return planner.prepare(builder, use, undefined, undefined, pointingAt(this.#report, use.range ?? source.range));
  }

  #refuseSource({ type, name, range }: SourceRef): void {
    this.#blocked = true;
    const known = [...this.#template.sources.keys()];
    const hint = suggestion(`${type}.${name}`, known);
    const list = known.length === 0 ? "There are no source blocks." : `Known: ${known.join(", ")}.`;
    this.#report.report(at(unknownSource(`${type}.${name}`, `${list}${hint}`), range));
  }

  async #provisioners(
    planner: ComponentPlanner,
    uses: readonly ProvisionerUse[],
    { source, names, label, communicator }: Place & { readonly communicator: string },
  ): Promise<readonly PlannedProvisioner[]> {
    const planned: PlannedProvisioner[] = [];
    for (const use of uses) {
      const component = await this.#load("provisioner", use.type, use.range, label);
      if (component === undefined || !isFor(use.filter, names)) continue;
      const override = use.override.get(this.#template.legacy === undefined ? source.localName : source.name);
      const bound = planner.block("provisioner", component, use, override, this.#report);
      if (bound === undefined) continue;
      if (component.needsMachine && communicator === "none") this.#refuseMachineless(use, source);
      const { pauseBefore, timeout, maxRetries, continueOnError } = use;
      planned.push({ ...bound, pauseBefore, timeout, maxRetries, continueOnError });
    }
    return planned;
  }

  /** Packer's file builder lets it "succeed" without running, its null builder fails after five minutes. */
  #refuseMachineless({ type, range }: ComponentUse, source: SourceRef): void {
    const wording = this.#options.purpose === "build" ? optionProblem : optionDoubt;
    const text = `${type} has no machine to work on: ${source.type}.${source.localName} has no communicator; shell-local runs on this machine`;
    this.#report.report(at(wording(text), range));
  }

  /** Up to the post-processor that -except names. */
  async #chain(
    planner: ComponentPlanner,
    uses: readonly PostProcessorUse[],
    { names, label }: Place,
  ): Promise<readonly PlannedPostProcessor[]> {
    const planned: PlannedPostProcessor[] = [];
    for (const use of uses) {
      if (this.#isExcepted(use)) break;
      const component = await this.#load("post-processor", use.type, use.range, label);
      if (component === undefined || !isFor(use.filter, names)) continue;
      const bound = planner.block("post-processor", component, use, undefined, this.#report);
      if (bound !== undefined) planned.push({ ...bound, keepInputArtifact: use.keepInputArtifact });
    }
    return planned;
  }

  #isExcepted({ name, type }: PostProcessorUse): boolean {
    const own = name === "" ? type : name;
    return (
      selectNames(
        [own],
        [],
        { only: [], except: this.#options.selection.except },
        this.#template.legacy === undefined,
        SILENT,
      ).size === 0
    );
  }

  /** `label` is of the build that asks. */
  async #load<K extends Kind>(kind: K, type: string, range: SourceRange, label = "") {
    const { registry } = this.#options;
    const component = await registry.load(kind, type);
    if (component === undefined) {
      const legacy = this.#template.legacy !== undefined;
      // Of a legacy template each build is told that it can't be, and the others run.
      this.#blocked ||= !legacy;
      const hint = hintFor(registry, kind, type);
      const wording = legacy
        ? failedInitialize(label, kind, type, hint)
        : unknownComponent(HCL_NAMES[kind] ?? kind, type, hint);
      this.#report.report(at(wording, range));
    }
    return component;
  }
}

/** Of one build: its source, the names that `only` and `except` may use for it, and how it is called. */
interface Place {
  readonly source: SourceRef;
  readonly names: readonly string[];
  readonly label: string;
}

const HCL_NAMES: Readonly<Partial<Record<Kind, string>>> = { builder: "source", "data-source": "data" };

function hintFor(registry: Registry, kind: Kind, type: string): string {
  const why = registry.unsupported(kind, type);
  if (why !== undefined) return `pkrts knows it, but does not support it: ${why}.`;
  return `There are: ${registry.types(kind).join(", ")}.${suggestion(type, registry.types(kind))}`;
}

/** The plugins whose components are built in, at the versions that they behave like. */
const BUILT_IN_PLUGINS: Readonly<Record<string, string>> = { amazon: "1.8.2", ansible: "1.1.4" };

const SILENT: Reporter = { errors: 0, report: () => undefined };

/** HCL2: `BUILD.TYPE.NAME`; legacy JSON: the name, with the type before it when it is another. */
function labelOf(buildName: string, { type, name, localName }: SourceRef, legacy: boolean): string {
  if (legacy) return name === type ? localName : `${type}.${localName}`;
  return buildName === "" ? `${type}.${localName}` : `${buildName}.${type}.${localName}`;
}

function withOverlay(use: ComponentUse, { overrides }: SourceRef): ComponentUse {
  if (overrides === undefined || use.body.dialect !== "hcl2") return use;
  return { ...use, body: { ...use.body, overlay: overrides } };
}
