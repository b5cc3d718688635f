import { STRING } from "../types/type.js";
import { encodeJson, JsonError } from "../values/json.js";
import { isWhollyKnown } from "../values/marks.js";
import { stringValue, unknownOf } from "../values/value.js";
import { allowing, any, defineValueFunc } from "./define.js";
import { type Func, FunctionError } from "./func.js";

// biome-ignore format: table
const conversions: readonly Func[] = [
  defineValueFunc("jsonencode", "Encodes a value as JSON.", [allowing(any("val"), "null", "unknown", "dynamic")], STRING, ([value]) => jsonOf(value)),
];

function jsonOf(value: Parameters<typeof encodeJson>[0] | undefined): ReturnType<Func["impl"]> {
  if (value === undefined || !isWhollyKnown(value)) return unknownOf(STRING, { notNull: true });
  try {
    return stringValue(encodeJson(value));
  } catch (error) {
    if (error instanceof JsonError) throw new FunctionError(error.message);
    throw error;
  }
}

/** Every function of the language that gets its arguments evaluated, by name. */
export const FUNCTIONS: ReadonlyMap<string, Func> = new Map(conversions.map((func) => [func.name, func]));
