// JSON values as Go's decoder names and prints them: the errors of legacy templates quote both.

import { formatFloat } from "../interpolate/go-float.js";
import type { JsonNode } from "../syntax/ast.js";

const TYPES: Readonly<Record<JsonNode["kind"], string>> = {
  object: "map[string]interface {}",
  array: "[]interface {}",
  string: "string",
  number: "float64",
  bool: "bool",
  null: "<nil>",
};
const KINDS: Readonly<Record<JsonNode["kind"], string>> = {
  object: "map",
  array: "slice",
  string: "string",
  number: "float64",
  bool: "bool",
  null: "invalid",
};

export const goType = (node: JsonNode): string => TYPES[node.kind];
export const goKind = (node: JsonNode): string => KINDS[node.kind];

/** %v of the decoded value. */
export function goValueText(node: JsonNode): string {
  switch (node.kind) {
    case "object": {
      const pairs = node.properties.map(({ name, value }) => [name.text, goValueText(value)] as const);
      return `map[${pairs
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map((pair) => pair.join(":"))
        .join(" ")}]`;
    }
    case "array":
      return `[${node.items.map(goValueText).join(" ")}]`;
    case "null":
      return "<nil>";
    case "bool":
      return String(node.value);
    case "number":
      return numberText(Number(node.text));
    case "string":
      return node.text;
  }
}

const numberText = (value: number): string => (value < 0 ? "-" : "") + formatFloat(value, { verb: "g" });
