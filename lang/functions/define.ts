// What a function table is made of: parameters, and rows.

import { DYNAMIC, NUMBER, STRING, type Type } from "../types/type.js";
import type { Allowance, Func, Param } from "./func.js";

export const str = (name: string): Param => ({ name, type: STRING });
export const num = (name: string): Param => ({ name, type: NUMBER });
export const any = (name: string): Param => ({ name, type: DYNAMIC });
export const typed = (name: string, type: Type): Param => ({ name, type });

/** The same parameter, letting nulls, unknowns, untyped unknowns or marked values through to the function. */
export const allowing = (param: Param, ...allow: Allowance[]): Param => ({
  ...param,
  allow: [...(param.allow ?? []), ...allow],
});

/** A row of a function table; the result type may depend on the arguments. */
export const defineValueFunc = (
  name: string,
  description: string,
  params: readonly Param[],
  returns: Func["returns"],
  impl: Func["impl"],
): Func => ({ name, description, params, returns, impl });

/** As {@link defineValueFunc}, with any number of further arguments. */
export const defineVariadicFunc = (
  name: string,
  description: string,
  params: readonly Param[],
  variadic: Param,
  returns: Func["returns"],
  impl: Func["impl"],
): Func => ({ name, description, params, variadic, returns, impl });
