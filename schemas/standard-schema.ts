// The schemas of this folder for programs that know the standard only: editors, generators, validators.

import type { OptionSchemaJson } from "./dialect.js";

/** JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/**
 * The same schema without the keywords of ours: a sensitive option is `writeOnly`, and what HCL writes as blocks is what
 * `.pkr.json` files hold. With `templates`, any value in it may also be a text such as `"${var.size}"`, as in a `.pkr.json`.
 */
export function standardSchema(schema: OptionSchemaJson, templates = false): JsonSchema {
  // The standard's `duration` is another one than Go's.
  const {
    hcl: _hcl,
    late: _late,
    format: _format,
    goType: _goType,
    goName: _goName,
    sensitive,
    items,
    properties,
    additionalProperties,
    ...rest
  } = schema;
  const inner = templates ? templateOption : (each: OptionSchemaJson): JsonSchema => standardSchema(each);
  return {
    ...rest,
    ...(sensitive === true ? { writeOnly: true } : {}),
    ...(items === undefined ? {} : { items: inner(items) }),
    ...(properties === undefined ? {} : { properties: mapped(properties, inner) }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "object" ? inner(additionalProperties) : additionalProperties,
        }),
  };
}

/** An option as a `.pkr.json` may hold it. */
export const templateOption = (schema: OptionSchemaJson): JsonSchema =>
  orTemplate(standardSchema(schema, true), schema.hcl === "block");

/** A text in place of a value; blocks are objects or arrays of them. */
function orTemplate(schema: JsonSchema, block: boolean): JsonSchema {
  if (schema["type"] === "string") return schema;
  if (block && schema["type"] === "array") return { anyOf: [schema, schema["items"]] };
  if (block) return { anyOf: [schema, { type: "array", items: schema }] };
  const { description, ...rest } = schema;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: "string" }] };
}

const mapped = <V, R>(record: Readonly<Record<string, V>>, change: (value: V) => R): Readonly<Record<string, R>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
