// One build of the plan: its builder, provisioners and post-processors, each prepared. All are looked at, also when one is wrong.

import { failedInitialize, optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { unknownSource } from "../../lang/diagnostics/catalog/template.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { someOf, suggestion } from "../../lang/diagnostics/did-you-mean.js";
import type { LegacyValues } from "../../lang/legacy/index.js";
import type { SourceRange } from "../../lang/source/source-file.js";
import { type Known, templateContext } from "../../lang/template/contexts.js";
import type {
  ComponentUse,
  ExpandedBuild,
  PostProcessorUse,
  ProvisionerUse,
  SourceRef,
  Template,
} from "../../lang/template/ir.js";
import type { Builder, Kind, PreparedBuilder, Registry } from "../contract/component.js";
import { hintFor, loadComponent } from "./load-component.js";
import { type BuildScope, type ComponentOptions, ComponentPlanner } from "./plan-component.js";
import { isFor, type PlannedBuild, type PlannedPostProcessor, type PlannedProvisioner } from "./plan-types.js";
import { pointingAt, preparedLegacy } from "./prepare.js";
import { type Selection, selectNames } from "./select.js";

export interface BuildPlannerOptions extends ComponentOptions {
  readonly registry: Registry;
  readonly selection: Selection;
}

/** What the builds of one template share. */
export interface BuildWorld {
  readonly template: Template;
  /** Of HCL templates. */
  readonly known: Known | undefined;
  /** Of legacy templates: the values of their variables. */
  readonly values?: LegacyValues;
  readonly options: BuildPlannerOptions;
  readonly report: Reporter;
  /** Called for what is wrong with more than one build alone: none will run. */
  block(): void;
}

/** A build block and one of its sources; without a source, where a mistake left none, the rest is looked at all the same. */
export interface Choice {
  readonly build: ExpandedBuild;
  readonly source: SourceRef | undefined;
  readonly label: string;
}

/** Undefined when something in it is wrong, which is reported. */
export async function planBuild(choice: Choice, world: BuildWorld): Promise<PlannedBuild | undefined> {
  const { source, label } = choice;
  const component =
    source === undefined ? undefined : await loadFor("builder", source.type, source.range, label, world);
  const scope = scopeFor(choice, component, world);
  const planner = new ComponentPlanner(world.options, world.template, scope, world.values);
  const builder =
    source === undefined || component === undefined
      ? undefined
      : await prepareBuilder(planner, component, source, label, world);
  const parts = await new Parts(choice, planner, builder?.communicator, world).plan();
  if (builder === undefined || component === undefined || source === undefined) return undefined;
  return { label, buildName: scope.buildName, builderType: source.type, builder, component, ...parts };
}

function scopeFor({ build, source, label }: Choice, builder: Builder | undefined, world: BuildWorld): BuildScope {
  const { known, template } = world;
  const place = source === undefined ? {} : { source: { type: source.type, name: source.localName } };
  return {
    buildName: (template.legacy === undefined ? source?.name : source?.localName) ?? "",
    builderType: source?.type ?? "",
    label,
    ...(builder === undefined ? {} : { builder }),
    hclName: build.name,
    ...(known === undefined
      ? {}
      : {
          // Which names `build` has is for the builder to say.
          context: (values) =>
            templateContext(known, {
              ...place,
              ...(values === undefined ? {} : { build: builder === undefined ? "unknown" : values }),
            }),
        }),
  };
}

function prepareBuilder(
  planner: ComponentPlanner,
  builder: Builder,
  source: SourceRef,
  label: string,
  { template, options, report, block }: BuildWorld,
): Promise<PreparedBuilder | undefined> {
  const declared = template.sources.get(`${source.type}.${source.name}`);
  if (declared === undefined) {
    block();
    refuseSource(source, template, report);
    return Promise.resolve(undefined);
  }
  const use = withOverlay(declared, source);
  const prepare = (own: Reporter): PreparedBuilder | undefined =>
    planner.prepare(builder, use, undefined, undefined, own);
  return options.remote.settled(
    (own) =>
      template.legacy === undefined
        ? prepare(pointingAt(own, use.range))
        : preparedLegacy(label, use.range, prepare, own),
    report,
  );
}

function withOverlay(use: ComponentUse, { overrides }: SourceRef): ComponentUse {
  if (overrides === undefined || use.body.dialect !== "hcl2") return use;
  return { ...use, body: { ...use.body, overlay: overrides } };
}

function refuseSource({ type, name, range }: SourceRef, { sources, unreadable }: Template, report: Reporter): void {
  if (unreadable.has("source.*")) return;
  const known = [...sources.keys()];
  const hint = suggestion(`${type}.${name}`, known);
  const list = known.length === 0 ? "There are no source blocks." : `Known: [${someOf(known)}].`;
  report.report(at(unknownSource(`${type}.${name}`, `${list}${hint}`), range));
}

/** Provisioners and post-processors of one build. */
class Parts {
  readonly #choice: Choice;
  readonly #planner: ComponentPlanner;
  /** Which the builder gives; undefined where it could not be prepared. */
  readonly #communicator: PreparedBuilder["communicator"] | undefined;
  readonly #world: BuildWorld;
  /** The names that `only` and `except` may use for this build. */
  readonly #names: readonly string[];

  constructor(
    choice: Choice,
    planner: ComponentPlanner,
    communicator: PreparedBuilder["communicator"] | undefined,
    world: BuildWorld,
  ) {
    this.#choice = choice;
    this.#planner = planner;
    this.#communicator = communicator;
    this.#world = world;
    const { source } = choice;
    const hclNames = source === undefined ? [] : [`${source.type}.${source.localName}`];
    this.#names = world.template.legacy === undefined ? hclNames : [source?.name ?? ""];
  }

  async plan(): Promise<Pick<PlannedBuild, "provisioners" | "errorCleanup" | "chains">> {
    const { provisioners, errorCleanup, chains } = this.#choice.build;
    const planned = await this.#provisioners(provisioners);
    const cleanup = errorCleanup === undefined ? [] : await this.#provisioners([errorCleanup]);
    const plannedChains: (readonly PlannedPostProcessor[])[] = [];
    for (const chain of chains) plannedChains.push(await this.#chain(chain));
    return {
      provisioners: planned,
      errorCleanup: cleanup[0],
      chains: plannedChains.filter((chain) => chain.length > 0),
    };
  }

  async #provisioners(uses: readonly ProvisionerUse[]): Promise<readonly PlannedProvisioner[]> {
    const { source, label } = this.#choice;
    const { report, template, options } = this.#world;
    const planned: PlannedProvisioner[] = [];
    for (const use of uses) {
      const component = await loadFor("provisioner", use.type, use.range, label, this.#world);
      if (component === undefined || !isFor(use.filter, this.#names)) continue;
      const override = use.override.get((template.legacy === undefined ? source?.localName : source?.name) ?? "");
      const bound = await options.remote.settled(
        (own) => this.#planner.block("provisioner", component, use, override, own),
        report,
      );
      if (bound === undefined) continue;
      if (component.needsMachine && this.#communicator === "none") this.#refuseMachineless(use);
      const { pauseBefore, timeout, maxRetries, continueOnError } = use;
      planned.push({ ...bound, pauseBefore, timeout, maxRetries, continueOnError });
    }
    return planned;
  }

  /** Packer's file builder lets it "succeed" without running, its null builder fails after five minutes. */
  #refuseMachineless({ type, range }: ComponentUse): void {
    const { source } = this.#choice;
    const { options, report } = this.#world;
    const wording = options.purpose === "build" ? optionProblem : optionDoubt;
    const text = `${type} has no machine to work on: ${source?.type}.${source?.localName} has no communicator; shell-local runs on this machine`;
    report.report(at(wording(text), range));
  }

  /** Up to the post-processor that -except names. */
  async #chain(uses: readonly PostProcessorUse[]): Promise<readonly PlannedPostProcessor[]> {
    const { report, options } = this.#world;
    const planned: PlannedPostProcessor[] = [];
    for (const use of uses) {
      if (isExcepted(use, this.#world)) break;
      const component = await loadFor("post-processor", use.type, use.range, this.#choice.label, this.#world);
      if (component === undefined || !isFor(use.filter, this.#names)) continue;
      const bound = await options.remote.settled(
        (own) => this.#planner.block("post-processor", component, use, undefined, own),
        report,
      );
      if (bound !== undefined) planned.push({ ...bound, keepInputArtifact: use.keepInputArtifact });
    }
    return planned;
  }
}

function isExcepted({ name, type }: PostProcessorUse, { options, template }: BuildWorld): boolean {
  const own = name === "" ? type : name;
  const selection = { only: [], except: options.selection.except };
  return selectNames([own], [], selection, template.legacy === undefined, SILENT).size === 0;
}

const SILENT: Reporter = { errors: 0, report: () => undefined };

/** `label` is of the build that asks. */
async function loadFor<K extends Kind>(
  kind: K,
  type: string,
  range: SourceRange,
  label: string,
  { options, template, report, block }: BuildWorld,
) {
  if (template.legacy === undefined) {
    const component = await loadComponent(options.registry, kind, type, range, report);
    if (component === undefined) block();
    return component;
  }
  const component = await options.registry.load(kind, type);
  // Of a legacy template each build is told that it can't be, and the others run.
  if (component === undefined)
    report.report(at(failedInitialize(label, kind, type, hintFor(options.registry, kind, type)), range));
  return component;
}
