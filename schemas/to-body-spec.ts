import { invariant } from "../lang/invariant.js";
import type { AttributeSpec, BlockSpec, BodySpec } from "../lang/template/ir.js";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, STRING, type Type } from "../lang/types/type.js";
import type { OptionSchemaJson } from "./dialect.js";

/** What HCL may write for a schema: arguments and nested blocks. */
export function toBodySpec({ properties = {} }: OptionSchemaJson): BodySpec {
  const attributes = new Map<string, AttributeSpec>();
  const blocks = new Map<string, BlockSpec>();
  for (const [name, schema] of Object.entries(properties)) {
    if (schema.hcl === "block") blocks.set(name, blockSpec(schema));
    else attributes.set(name, { type: typeOf(schema), required: false, sensitive: schema.sensitive ?? false });
  }
  return { attributes, blocks };
}

function blockSpec(schema: OptionSchemaJson): BlockSpec {
  const repeats = schema.type === "array";
  const inner = repeats ? schema.items : schema;
  invariant(inner?.type === "object", "a block's schema is an object, or an array of them");
  return { spec: toBodySpec(inner), repeats };
}

function typeOf(schema: OptionSchemaJson): Type {
  switch (schema.type) {
    case "string":
      return STRING;
    case "boolean":
      return BOOL;
    case "integer":
    case "number":
      return NUMBER;
    case "array":
      return listOf(schema.items === undefined ? DYNAMIC : typeOf(schema.items));
    case "object":
      return mapOf(typeof schema.additionalProperties === "object" ? typeOf(schema.additionalProperties) : DYNAMIC);
  }
}
