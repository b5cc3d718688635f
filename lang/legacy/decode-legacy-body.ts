import { invariant } from "../invariant.js";
import type { SourceRange } from "../source/source-file.js";
import type { JsonNode, JsonObjectNode } from "../syntax/ast.js";
import type { Decoded, LegacyBody } from "../template/ir.js";
import { STRING } from "../types/type.js";
import { parseNumber } from "../values/number.js";
import { boolValue, known, NULL, numberValue, objectValue, tupleValue, type Value } from "../values/value.js";

/** The options of a legacy component as a value, exactly as written: weak typing comes later. */
export function decodeLegacyBody({ file, object }: LegacyBody): Decoded {
  return {
    value: valueFrom(object),
    rangeOf(pointer): SourceRange {
      const { start, end } = nodeAt(object, pointer);
      return { file, start, end };
    },
  };
}

function valueFrom(node: JsonNode): Value {
  switch (node.kind) {
    case "object":
      return objectValue(node.properties.map(({ name, value }) => [name.text, valueFrom(value)] as const));
    case "array":
      return tupleValue(node.items.map(valueFrom));
    case "string":
      // Not composed, as HCL2's strings are: here no text passes through that language.
      return known(STRING, node.text);
    case "number":
      return jsonNumber(node.text);
    case "bool":
      return boolValue(node.value);
    case "null":
      return NULL;
  }
}

function jsonNumber(text: string): Value {
  const number = parseNumber(text);
  invariant(number !== undefined, `the reader let ${text} pass as a number`);
  return numberValue(number);
}

/** What a JSON pointer leads to, or the last node on the way that exists. */
function nodeAt(object: JsonObjectNode, pointer: string): JsonNode {
  let node: JsonNode = object;
  for (const step of pointer.split("/").slice(1)) {
    const child = childOf(node, step.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (child === undefined) break;
    node = child;
  }
  return node;
}

function childOf(node: JsonNode, step: string): JsonNode | undefined {
  if (node.kind === "array") return node.items[Number(step)];
  if (node.kind !== "object") return undefined;
  const { properties } = node;
  // Option names match in any letter case.
  const named =
    properties.find(({ name }) => name.text === step) ??
    properties.find(({ name }) => name.text.toLowerCase() === step.toLowerCase());
  return named?.value;
}
