import type { GoValue } from "./go-value.js";

/** What a parameter takes: one Go type, any interface{}, or a reflect.Value, which may even be no value. */
export type ParamType = "string" | "int" | "any" | "value";

/** A function that templates can call. */
export interface GoFunction {
  readonly name: string;
  readonly params: readonly ParamType[];
  /** The type of any further arguments. */
  readonly variadic?: ParamType;
  /** Gets arguments of the parameters' types. Throws {@link FunctionFailure} to stop the template. */
  readonly call: (args: readonly GoValue[]) => GoValue;
}

/** Why a function gave up; the template's error quotes it. */
export class FunctionFailure extends Error {
  override readonly name = "FunctionFailure";
}
