import type { Registry } from "./contract/component.js";
import type { HostWorld } from "./interpreter/host.js";
import type { RemoteCalls } from "./interpreter/remote-calls.js";

/** How a template is read and planned. */
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
  /** What services have answered already: two readings of one template then ask once. */
  readonly remote?: RemoteCalls;
  /** Files as an editor has them, by absolute path: they are read instead of what is on disk. */
  readonly openFiles?: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/** What `validate` says unless told otherwise: nothing is asked, and everything is looked at. */
export const DEFAULTS = {
  variables: new Map(),
  varFiles: [],
  only: [],
  except: [],
  purpose: "validate",
  force: false,
  warnUndeclared: true,
  evaluateDataSources: false,
  syntaxOnly: false,
  unsetIsUnknown: false,
} as const satisfies Partial<EngineOptions>;
