import type { Type } from "../types/type.js";
import type { Value } from "../values/value.js";
import type { FunctionHost } from "./host.js";

/** What a parameter lets through to the implementation; everything else the protocol (call.ts) has dealt with. */
export type Allowance = "null" | "unknown" | "dynamic" | "marked";

export interface Param {
  readonly name: string;
  /** DYNAMIC takes any type as it comes. */
  readonly type: Type;
  readonly allow?: readonly Allowance[];
}

/** A function of the language. */
export interface Func {
  readonly name: string;
  /** One sentence; `docs/` and hovers print it. */
  readonly description: string;
  readonly params: readonly Param[];
  readonly variadic?: Param;
  /** The type of the result, from the arguments' types where it depends on them. May throw {@link ArgError} or {@link FunctionError}. */
  readonly returns: Type | ((args: readonly Value[]) => Type);
  /** Gets arguments of the parameters' types. Throws {@link ArgError} or {@link FunctionError} for the user's mistakes. */
  readonly impl: (args: readonly Value[], host: FunctionHost) => Value;
}

/** The mistake is in one argument: diagnostics point there. */
export class ArgError extends Error {
  override readonly name = "ArgError";
  readonly index: number;

  constructor(index: number, message: string) {
    super(message);
    this.index = index;
  }
}

/** The call as a whole can't be carried out; where one argument is to blame, its `index` says where to point. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  readonly index: number | undefined;

  constructor(message: string, index?: number) {
    super(message);
    this.index = index;
  }
}

/** Where the original refuses the call as a whole, a mistake in an argument is one of the call: summaries stay the same. */
export function ofCall<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw error instanceof ArgError ? new FunctionError(error.message) : error;
  }
}
