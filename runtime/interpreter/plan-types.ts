import type { Known } from "../../lang/template/contexts.js";
import type { OnlyExcept, Template } from "../../lang/template/ir.js";
import type {
  Builder,
  GeneratedData,
  PreparedBuilder,
  PreparedPostProcessor,
  PreparedProvisioner,
} from "../contract/component.js";

/** A component of a build, prepared. */
export interface Planned<P> {
  readonly type: string;
  /** "" where none was given. */
  readonly name: string;
  readonly prepared: P;
  /** Prepared anew where it mentions `build.*`, else what was planned. `hide` is told of what services say then. Throws a RunError with the diagnostics' texts. */
  bind(generated: GeneratedData, hide: (secret: string) => void): Promise<P>;
}

export interface PlannedProvisioner extends Planned<PreparedProvisioner> {
  /** Milliseconds. */
  readonly pauseBefore: number;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly maxRetries: number;
  readonly continueOnError: boolean;
}

export interface PlannedPostProcessor extends Planned<PreparedPostProcessor> {
  readonly keepInputArtifact: boolean | undefined;
}

export interface PlannedBuild {
  /** What is printed, and what -only matches. */
  readonly label: string;
  /** `packer_build_name`: the source's own name. */
  readonly buildName: string;
  readonly builderType: string;
  readonly builder: PreparedBuilder;
  readonly component: Builder;
  readonly provisioners: readonly PlannedProvisioner[];
  readonly errorCleanup: PlannedProvisioner | undefined;
  readonly chains: readonly (readonly PlannedPostProcessor[])[];
}

export interface Plan {
  readonly template: Template;
  /** Of HCL templates. */
  readonly known: Known | undefined;
  /** Those that are ready; a build that could not be prepared is told of, and is not among them. */
  readonly builds: readonly PlannedBuild[];
  /** Whether these may be run though another could not be prepared: nothing is wrong with the template as a whole. */
  readonly runnable: boolean;
  /** Texts that no output may show. */
  readonly secrets: readonly string[];
  /** `listen` hears of those that come up while the builds run: what their options are rendered to. */
  onSecret(listen: (secret: string) => void): void;
}

/** Whether a component is for a build: `only` and `except` name builds exactly. */
export function isFor({ only, except }: OnlyExcept, names: readonly string[]): boolean {
  if (only.length > 0) return names.some((name) => only.includes(name));
  return !names.some((name) => except.includes(name));
}
