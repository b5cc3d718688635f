import type { Type } from "../types/type.js";
import { canConvert, type Safety } from "./conversion.js";
import { unifyTypes } from "./unify-types.js";

/**
 * The type that all of `types` can become; undefined when there is none.
 * "unsafe" admits conversions that may fail for some values (string → number, map → object).
 */
export const unify = (types: readonly Type[], safety: Safety = "unsafe"): Type | undefined =>
  unifyTypes(types, (from, to) => canConvert(from, to, safety));
