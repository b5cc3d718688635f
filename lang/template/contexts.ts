// Which names exist where (language: what exists where).

import type { EvalContext } from "../eval/context.js";
import { languageFunctions } from "../eval/special-forms.js";
import type { FunctionHost } from "../functions/host.js";
import { STRING } from "../types/type.js";
import { objectValue, stringValue, type Value } from "../values/value.js";
import { type Known, type Place, templateNames } from "./template-names.js";

export type { Known, Place };

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

/** Locals, builds, and the bodies of components. */
export const templateContext = (known: Known, place: Place = {}): EvalContext => ({
  variables: templateNames(known, place),
  functions: languageFunctions(),
  host: known.host,
});
