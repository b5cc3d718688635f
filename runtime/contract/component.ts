import type { Reporter } from "../../lang/diagnostics/diagnostic.js";
import type { RemoteCall } from "../../lang/functions/host.js";
import type { BodySpec, Decoded } from "../../lang/template/ir.js";
import type { Type } from "../../lang/types/type.js";
import type { Value } from "../../lang/values/value.js";
import type { OptionSchemaJson } from "../../schemas/dialect.js";
import type { CheckContext, OptionSchema, Options } from "../../schemas/options.js";
import type { Artifact } from "./artifact.js";
import type { UndoTable } from "./cleanup.js";
import type { Communicator } from "./communicator.js";
import type { Json } from "./json.js";
import type { Clock, RunContext } from "./run-context.js";

/** What preparing a component needs beside its options. */
export interface PrepareContext extends CheckContext {
  /** `packer_build_name`: the source's own label (not its local name). */
  readonly buildName: string;
  /** `packer_builder_type`. */
  readonly builderType: string;
  readonly force: boolean;
  /** Relative paths in options start here (the working directory). */
  readonly cwd: string;
  /** A variable of the environment; for what runs, not for what is checked. */
  readonly env: (name: string) => string | undefined;
  /** `validate` or `build`: a check that is stricter than Packer's warns in the first and is an error in the second. */
  readonly purpose: "validate" | "build";
  /** `-local`: the endpoint that stands in for AWS. */
  readonly localEndpoint?: string;
}

/** What every registered component is once its option type has been closed over by a `define…` function. */
export interface Component<P> {
  readonly type: string;
  readonly summary: string;
  readonly spec: BodySpec;
  /** The schema of its options, descriptions and defaults among it. */
  readonly options: OptionSchemaJson;
  /** Undefined after an error, which has been reported. Does no I/O but reading local files that options name. */
  prepare(decoded: Decoded, context: PrepareContext, report: Reporter): P | undefined;
}

export interface PreparedBuilder {
  /** Which communicator provisioners will meet, so that `validate` can tell that they can't work. */
  readonly communicator: Communicator["kind"];
  /** As {@link BuilderDefinition.stepless}. */
  readonly stepless: boolean;
  build(run: RunContext, provision: Provision): Promise<Artifact | undefined>;
  /** What `build` would do, for `pkrts plan`; absent where there is nothing to say. Makes no call that writes. */
  plan?(run: RunContext): Promise<BuilderPlan>;
}

export interface BuilderPlan {
  /** In the order in which it would happen. */
  readonly notes: readonly PlanNote[];
  /** IAM actions that the build needs (`ec2:CreateVolume`), sorted. */
  readonly permissions: readonly string[];
}
export interface PlanNote {
  /** `find` is what the build starts from; everything else it would do. */
  readonly change: "find" | "create" | "copy" | "change" | "deregister" | "delete";
  /** `AMI`, `snapshot`, `volume`, `account` … */
  readonly kind: string;
  /** Id, or the name that it would get. */
  readonly name: string;
  readonly region?: string;
  /** `encrypted with alias/x`, `temporary` … */
  readonly detail?: string;
}

/** The builder calls it once the machine is up. `generated` are the `build.X` values. */
export type Provision = (communicator: Communicator, generated: GeneratedData) => Promise<void>;
export type GeneratedData = Readonly<Record<string, Json>>;

export interface PreparedProvisioner {
  provision(communicator: Communicator, generated: GeneratedData, run: RunContext): Promise<void>;
}

export interface PreparedPostProcessor {
  process(input: Artifact, run: RunContext): Promise<Processed>;
}
export interface Processed {
  /** Undefined: the chain ends here, with nothing. */
  readonly artifact: Artifact | undefined;
  /** Whether the input artifact stays: `no` and `default` can be overruled by keep_input_artifact, `required` can't. */
  readonly keepInput: "no" | "default" | "required";
}

export interface PreparedDataSource {
  /** An option is not known yet: there is nothing to ask for. */
  readonly waits: boolean;
  /** An object of the outputs. Throws {@link RunError} when it can't be had. */
  read(reading: Reading): Promise<Value>;
}
/** What a data source may use while it asks. */
export interface Reading {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** No output may show `text` from now on. */
  hide(text: string): void;
  /** A warning at the data source's block. */
  warn(text: string): void;
}

export interface Builder extends Component<PreparedBuilder> {
  /** Names and types that the builder adds to `build.`. */
  readonly exports: ReadonlyMap<string, Type>;
  readonly undo: UndoTable;
}
export interface Provisioner extends Component<PreparedProvisioner> {
  readonly needsMachine: boolean;
}
export type PostProcessor = Component<PreparedPostProcessor>;
export interface DataSource extends Component<PreparedDataSource> {
  readonly outputs: ReadonlyMap<string, Type>;
}

export interface Kinds {
  readonly builder: Builder;
  readonly provisioner: Provisioner;
  readonly "post-processor": PostProcessor;
  readonly "data-source": DataSource;
}
export type Kind = keyof Kinds;

/** What stands behind a function of the language that asks a service. Throws {@link RunError}, never with a secret in it. */
export type RemoteFunction = (args: readonly (string | null)[], asking: RemoteAsking) => Promise<string>;
export interface RemoteAsking {
  readonly env: (name: string) => string | undefined;
  readonly signal: AbortSignal;
  /** No output may show `text` from now on. The answer itself is hidden anyway. */
  hide(text: string): void;
}

export interface Registry {
  /** Undefined: no such component. */
  load<K extends Kind>(kind: K, type: string): Promise<Kinds[K] | undefined>;
  /** Sorted; feeds "did you mean". */
  types(kind: Kind): readonly string[];
  /** A type that Packer has and pkrts does not: why, for a clear message. */
  unsupported(kind: Kind, type: string): string | undefined;
  remoteFunction(name: RemoteCall["name"]): Promise<RemoteFunction>;
}

interface Definition<C> {
  readonly type: string;
  readonly summary: string;
  readonly schema: OptionSchema<C>;
  /** Rules between options that a schema can't say. Errors it reports make the component unprepared. */
  check?(options: Options<C>, context: PrepareContext, report: Reporter): void;
}

export interface BuilderDefinition<C> extends Definition<C> {
  readonly exports: ReadonlyMap<string, Type>;
  readonly undo: UndoTable;
  /** It is no sequence of steps: neither -debug, -on-error nor the error-cleanup-provisioner apply (cli-runtime §6.7). */
  readonly stepless?: boolean;
  communicator(options: C): Communicator["kind"];
  build(options: C, context: PrepareContext, run: RunContext, provision: Provision): Promise<Artifact | undefined>;
  plan?(options: C, context: PrepareContext, run: RunContext): Promise<BuilderPlan>;
}
export interface ProvisionerDefinition<C> extends Definition<C> {
  /** It works on the machine that is built, and so on none where the builder has no communicator. */
  readonly needsMachine?: boolean;
  provision(options: C, context: PrepareContext, machine: Machine, run: RunContext): Promise<void>;
}
export interface Machine {
  readonly communicator: Communicator;
  readonly generated: GeneratedData;
}
export interface PostProcessorDefinition<C> extends Definition<C> {
  process(options: C, context: PrepareContext, input: Artifact, run: RunContext): Promise<Processed>;
}
export interface DataSourceDefinition<C> extends Definition<C> {
  readonly outputs: ReadonlyMap<string, Type>;
  read(options: C, context: PrepareContext, reading: Reading): Promise<Value>;
}

export function defineBuilder<C>(definition: BuilderDefinition<C>): Builder {
  const { exports, undo } = definition;
  const plan = definition.plan?.bind(definition);
  return {
    ...component(definition, (options, context) => ({
      communicator: definition.communicator(options),
      stepless: definition.stepless ?? false,
      build: (run, provision) => definition.build(options, context, run, provision),
      ...(plan === undefined ? {} : { plan: (run: RunContext) => plan(options, context, run) }),
    })),
    exports,
    undo,
  };
}

export function defineProvisioner<C>(definition: ProvisionerDefinition<C>): Provisioner {
  return {
    ...component(definition, (options, context) => ({
      provision: (communicator, generated, run) =>
        definition.provision(options, context, { communicator, generated }, run),
    })),
    needsMachine: definition.needsMachine ?? false,
  };
}

export function definePostProcessor<C>(definition: PostProcessorDefinition<C>): PostProcessor {
  return component(definition, (options, context) => ({
    process: (input, run) => definition.process(options, context, input, run),
  }));
}

export function defineDataSource<C>(definition: DataSourceDefinition<C>): DataSource {
  return {
    ...component(definition, (options, context, { unknown }) => ({
      waits: unknown.length > 0,
      read: (reading) => definition.read(options, context, reading),
    })),
    outputs: definition.outputs,
  };
}

function component<C, P>(
  definition: Definition<C>,
  make: (options: C, context: PrepareContext, all: Options<C>) => P,
): Component<P> {
  const { type, summary, schema } = definition;
  return {
    type,
    summary,
    spec: schema.spec,
    options: schema.json,
    prepare(decoded, context, report) {
      const before = report.errors;
      const options = schema.check(decoded, context, report);
      definition.check?.(options, context, report);
      return report.errors > before ? undefined : make(options.value, context, options);
    },
  };
}
