// Which names exist where (language: what exists where).

import type { EvalContext } from "../eval/context.js";
import { languageFunctions } from "../eval/special-forms.js";
import type { FunctionHost } from "../functions/host.js";
import { STRING } from "../types/type.js";
import { objectValue, stringValue, unknownOf, type Value } from "../values/value.js";

/** What is evaluated so far, and the world that functions ask. */
export interface Known {
  readonly host: FunctionHost;
  /** As typed. */
  readonly baseDir: string;
  readonly packerVersion: string;
  readonly variables: ReadonlyMap<string, Value>;
  readonly locals: ReadonlyMap<string, Value>;
  /** TYPE → NAME → value. */
  readonly data: ReadonlyMap<string, ReadonlyMap<string, Value>>;
}

/** Nothing but literals: versions, descriptions, labels. */
export const literalContext = (host: FunctionHost): EvalContext => ({
  variables: undefined,
  functions: undefined,
  host,
});

/** Defaults of variables: no names, and `env` as the only function. */
export function defaultContext(host: FunctionHost): EvalContext {
  const env = {
    name: "env",
    description: "The value of an environment variable, or an empty string.",
    params: [{ name: "key", type: STRING }],
    returns: STRING,
    impl: ([name]: readonly Value[]) =>
      stringValue((name?.state === "known" ? host.env(String(name.raw)) : undefined) ?? ""),
  };
  return { variables: undefined, functions: new Map([["env", env]]), host };
}

/** A validation's condition sees its own variable. */
export const validationContext = (host: FunctionHost, name: string, value: Value): EvalContext => ({
  variables: new Map([["var", objectValue({ [name]: value })]]),
  functions: languageFunctions(),
  host: { ...host, baseDir: "" },
});

/** What `source` and `build` are in a place. */
export interface Place {
  /** Unknown outside a source's own builds. */
  readonly source?: { readonly type: string; readonly name: string };
  readonly build?: ReadonlyMap<string, Value>;
}

/** Locals, builds, and the bodies of components. */
export function templateContext(known: Known, place: Place = {}): EvalContext {
  const { host, variables, locals, data, baseDir, packerVersion } = known;
  const source = place.source ?? { type: undefined, name: undefined };
  const text = (value: string | undefined): Value => (value === undefined ? unknownOf(STRING) : stringValue(value));
  return {
    variables: new Map<string, Value>([
      ["var", objectValue(variables)],
      ["local", objectValue(locals)],
      ["data", objectValue([...data].map(([type, named]) => [type, objectValue(named)] as const))],
      ["path", objectValue({ root: stringValue(baseDir.replaceAll("\\", "/")), cwd: stringValue(host.cwd) })],
      [
        "packer",
        objectValue({
          version: stringValue(packerVersion),
          iterationID: unknownOf(STRING),
          versionFingerprint: unknownOf(STRING),
        }),
      ],
      ["source", objectValue({ type: text(source.type), name: text(source.name) })],
      ["build", objectValue(place.build ?? new Map())],
    ]),
    functions: languageFunctions(),
    host,
  };
}
