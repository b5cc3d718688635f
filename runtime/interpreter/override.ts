import type { Decoded } from "../../lang/template/ir.js";
import { asEntries, asItems, isKnown, objectValue, tupleValue, type Value } from "../../lang/values/value.js";

/** Options laid over others: single values replace, maps merge by key, lists by index (language: override and merge). */
export function withOverride(decoded: Decoded, override: Value): Decoded {
  return { ...decoded, value: merged(decoded.value, override) };
}

const isMap = (value: Value): boolean => isKnown(value) && (value.type.kind === "object" || value.type.kind === "map");
const isList = (value: Value): boolean => isKnown(value) && ["list", "tuple", "set"].includes(value.type.kind);

function merged(base: Value, over: Value): Value {
  if (isMap(base) && isMap(over)) {
    const members = new Map(asEntries(base));
    for (const [name, value] of asEntries(over)) {
      const own = members.get(name);
      members.set(name, own === undefined ? value : merged(own, value));
    }
    return objectValue(members);
  }
  if (!isList(base) || !isList(over)) return over;
  const items = [...asItems(base)];
  asItems(over).forEach((value, i) => {
    items[i] = value;
  });
  return tupleValue(items);
}
