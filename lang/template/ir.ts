// The typed intermediate representation: what a template says, before anything is evaluated.

import type { Names } from "../eval/context.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { Body, Expr, JsonObjectNode, SyntaxFile } from "../syntax/ast.js";
import type { Reference } from "../syntax/references.js";
import type { Type } from "../types/type.js";
import type { TypeWithDefaults } from "../values/defaults.js";
import type { Value } from "../values/value.js";

/** An expression that waits for its context. */
export interface Thunk {
  readonly expr: Expr;
  readonly file: SourceFile;
  readonly refs: readonly Reference[];
}

export type Dialect = "hcl2" | "legacy-json";

/** A body of HCL (native or JSON), or the option object of a legacy JSON template. */
export type ComponentBody = HclBody | LegacyBody;
export interface HclBody {
  readonly dialect: "hcl2";
  readonly file: SourceFile;
  readonly body: Body;
  /** A build's nested `source` block: merged with `body`; the same argument in both is an error. */
  readonly overlay?: Overlay;
}
export interface Overlay {
  readonly file: SourceFile;
  readonly body: Body;
  /** Iterator values of the `dynamic` block that generated it: the source that it lies on does not see them. */
  readonly scope?: DynamicScope;
}
export interface LegacyBody {
  readonly dialect: "legacy-json";
  readonly file: SourceFile;
  /** The component's object without its meta keys. */
  readonly object: JsonObjectNode;
}

export interface VariableDecl {
  readonly name: string;
  /** Undefined: not declared; the value keeps the type of the default (language.md §2.4). */
  readonly type?: TypeWithDefaults;
  readonly fallback?: Thunk;
  readonly description: string;
  readonly sensitive: boolean;
  readonly validations: readonly ValidationRule[];
  readonly range: SourceRange;
  /** Declared in a `variables` block, or in a legacy template. */
  readonly origin: "variable" | "variables" | "legacy";
}
export interface ValidationRule {
  readonly condition: Thunk;
  readonly message: string;
  readonly range: SourceRange;
}
export interface LocalDecl {
  readonly name: string;
  readonly value: Thunk;
  readonly sensitive: boolean;
  readonly range: SourceRange;
}

/** The use of a component: a source, a data source, and the base of provisioners and post-processors. */
export interface ComponentUse {
  readonly type: string;
  /** "" where none was given. */
  readonly name: string;
  readonly body: ComponentBody;
  /** Of the block's header. */
  readonly range: SourceRange;
  /** Iterator values of the `dynamic` blocks that generated it. */
  readonly scope?: DynamicScope;
}
/** Values bound by enclosing `dynamic` blocks. */
export interface DynamicScope {
  readonly variables: Names;
}

export interface OnlyExcept {
  readonly only: readonly string[];
  readonly except: readonly string[];
}
export interface ProvisionerUse extends ComponentUse {
  readonly filter: OnlyExcept;
  /** Milliseconds. */
  readonly pauseBefore: number;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly maxRetries: number;
  /** Of a legacy template, where it may be a Go template: `maxRetries` holds once legacy/resolve.ts has rendered it. */
  readonly maxRetriesText?: { readonly text: string; readonly range: SourceRange };
  readonly continueOnError: boolean;
  /** Source's local name → options laid over the body's. */
  readonly override: ReadonlyMap<string, OverrideOptions>;
}
export type OverrideOptions =
  | { readonly value: Value; readonly range: SourceRange }
  | { readonly object: JsonObjectNode; readonly file: SourceFile };
export interface PostProcessorUse extends ComponentUse {
  readonly filter: OnlyExcept;
  readonly keepInputArtifact?: boolean;
}

/** A `build` block, or a registry block, as written. Its meta arguments and `dynamic` blocks wait for variables and locals: expand-build.ts makes an {@link ExpandedBuild} of it. */
export interface BuildDecl {
  readonly file: SourceFile;
  readonly body: Body;
  readonly range: SourceRange;
}

export interface SourceRef {
  readonly type: string;
  readonly name: string;
  /** What the build is called: the `name` of a nested source block, else the source's. */
  readonly localName: string;
  readonly overrides?: Overlay;
  readonly range: SourceRange;
}
/** A build whose meta arguments are evaluated and whose `dynamic` blocks are expanded; component bodies still wait. */
export interface ExpandedBuild {
  readonly name: string;
  readonly description: string;
  readonly sources: readonly SourceRef[];
  readonly provisioners: readonly ProvisionerUse[];
  readonly errorCleanup?: ProvisionerUse;
  readonly chains: readonly (readonly PostProcessorUse[])[];
  readonly range: SourceRange;
}

export interface RequiredPlugin {
  readonly name: string;
  readonly source: string;
  readonly version: string;
  readonly range: SourceRange;
}
export interface VersionConstraint {
  readonly text: string;
  readonly range: SourceRange;
}

export interface Template {
  readonly dialect: Dialect;
  /** As typed: `path.root`. */
  readonly baseDir: string;
  readonly description: string;
  readonly files: readonly SyntaxFile[];
  readonly requiredVersions: readonly VersionConstraint[];
  readonly requiredPlugins: readonly RequiredPlugin[];
  readonly variables: ReadonlyMap<string, VariableDecl>;
  readonly locals: ReadonlyMap<string, LocalDecl>;
  /** Key `TYPE.NAME`. */
  readonly data: ReadonlyMap<string, ComponentUse>;
  /** Key `TYPE.NAME`. */
  readonly sources: ReadonlyMap<string, ComponentUse>;
  readonly builds: readonly BuildDecl[];
  /** `hcp_packer_registry` blocks beside the builds. */
  readonly registries: readonly BuildDecl[];
  /** `local.a`, or `var.*`, `local.*`, `data.*`, `source.*`: declared, but so that a mistake hides what. Their uses are no mistakes. */
  readonly unreadable: ReadonlySet<string>;
  /** Of a legacy JSON template, whose builds need no HCL expansion. */
  readonly legacy?: LegacyTemplate;
}

/** The parts of a legacy JSON template that have no HCL form: everything is rendered with Go templates later. */
export interface LegacyTemplate {
  readonly file: SourceFile;
  readonly variables: ReadonlyMap<string, { readonly value: string | null; readonly range: SourceRange }>;
  readonly sensitive: ReadonlySet<string>;
  readonly minVersion?: VersionConstraint;
  /** One per builder; `sources` hold exactly one reference each. */
  readonly build: ExpandedBuild;
}

/** What a component's options may hold, as HCL sees it. */
export interface BodySpec {
  readonly attributes: ReadonlyMap<string, AttributeSpec>;
  readonly blocks: ReadonlyMap<string, BlockSpec>;
}
export interface AttributeSpec {
  readonly type: Type;
  readonly required: boolean;
  readonly sensitive: boolean;
}
export interface BlockSpec {
  readonly spec: BodySpec;
  readonly repeats: boolean;
}

/** A body that met its spec: an object value with a member per argument and block given, and where each came from. */
export interface Decoded {
  readonly value: Value;
  /** JSON pointer (`/tag/0/key`) → where it was written; falls back to the nearest parent's place. */
  rangeOf(pointer: string): SourceRange | undefined;
}
