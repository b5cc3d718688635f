import { hasMarks } from "./marks.js";
import { fromDouble, parseNumber, toDouble } from "./number.js";
import {
  asBool,
  asEntries,
  asItems,
  asNumber,
  asString,
  boolValue,
  NULL,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  type Value,
} from "./value.js";

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** JSON-like data as a value: arrays are tuples, records objects, `undefined` properties are left out, anything else is refused with a TypeError. */
export function fromPlain(data: unknown): Value {
  if (data === null || data === undefined) return NULL;
  if (typeof data === "string") return stringValue(data);
  if (typeof data === "boolean") return boolValue(data);
  if (typeof data === "bigint" || Number.isSafeInteger(data)) {
    return numberValue(parseNumber(String(data)) ?? fromDouble(Number(data)));
  }
  if (typeof data === "number" && !Number.isNaN(data)) return numberValue(fromDouble(data));
  if (Array.isArray(data)) return tupleValue(data.map(fromPlain));
  if (typeof data !== "object") throw new TypeError(`${typeof data} is not a value of the language`);
  const entries = Object.entries(data).filter(([, each]) => each !== undefined);
  return objectValue(entries.map(([name, each]) => [name, fromPlain(each)]));
}

/** The value as JSON-like data, numbers as float64; throws a TypeError on what is unknown or marked: deal with those first. */
export function toPlain(value: Value): Plain {
  if (hasMarks(value)) throw new TypeError("a sensitive value was not unmarked");
  return plainOf(value);
}

function plainOf(value: Value): Plain {
  if (value.state === "unknown") throw new TypeError("the value is not known yet");
  if (value.state === "null") return null;
  switch (value.type.kind) {
    case "string":
      return asString(value);
    case "bool":
      return asBool(value);
    case "number":
      return toDouble(asNumber(value));
    case "map":
    case "object":
      return Object.fromEntries([...asEntries(value)].map(([key, child]) => [key, plainOf(child)]));
    default:
      return asItems(value).map(plainOf);
  }
}
