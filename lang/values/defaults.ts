import type { Type } from "../types/type.js";
import type { Value } from "./value.js";

/** A declared type and what `optional(T, default)` attributes in it default to. */
export interface TypeWithDefaults {
  readonly type: Type;
  readonly defaults?: Defaults;
}

/** Defaults of one level, and of the types inside it: by attribute name, `*` for a collection's elements, or a tuple's index. */
export interface Defaults {
  readonly values: ReadonlyMap<string, Value>;
  readonly children: ReadonlyMap<string, Defaults>;
}
