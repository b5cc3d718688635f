// The JSON Schema of a whole `.pkr.json` file: the blocks of the language around the options of every component.

import type { OptionSchemaJson } from "./dialect.js";
import { DIALECT, type JsonSchema, standardSchema, templateOption } from "./standard-schema.js";
import {
  BLOCK_DESCRIPTIONS,
  BUILD_BLOCK,
  LOCAL_BLOCK,
  PACKER_BLOCK,
  POST_PROCESSOR_META_OPTIONS,
  PROVISIONER_META_OPTIONS,
  VALIDATION_BLOCK,
  VARIABLE_BLOCK,
} from "./template-blocks.js";

/** The options of each component, by type. */
export interface ComponentSchemas {
  readonly builders: Readonly<Record<string, OptionSchemaJson>>;
  readonly provisioners: Readonly<Record<string, OptionSchemaJson>>;
  readonly postProcessors: Readonly<Record<string, OptionSchemaJson>>;
  readonly dataSources: Readonly<Record<string, OptionSchemaJson>>;
}

type Properties = Readonly<Record<string, JsonSchema>>;
type Schemas = Readonly<Record<string, OptionSchemaJson>>;

/** Where HCL has one block or several, HCL-JSON has an object or an array of them. */
export function templateSchema({ builders, provisioners, postProcessors, dataSources }: ComponentSchemas): JsonSchema {
  return {
    $schema: DIALECT,
    title: "A Packer template as HCL-JSON (.pkr.json)",
    ...body({
      packer: oneOrMore(body({ ...own(PACKER_BLOCK), required_plugins: SOME })),
      variable: described("variable", oneOrMore(anyName(ref("variable")))),
      variables: described("variables", SOME),
      locals: described("locals", SOME),
      local: described("local", oneOrMore(anyName(ref("local")))),
      source: described("source", oneOrMore(types("source", builders, anyName))),
      data: described("data", oneOrMore(types("data", dataSources, anyName))),
      build: described("build", oneOrMore(ref("build"))),
    }),
    $defs: {
      variable: body({ ...own(VARIABLE_BLOCK), validation: oneOrMore(body(own(VALIDATION_BLOCK))) }),
      local: body(own(LOCAL_BLOCK)),
      build: build(),
      provisioner: types("provisioner", provisioners),
      "post-processor": types("post-processor", postProcessors),
      ...definitions("source", builders),
      ...definitions("data", dataSources),
      ...definitions("provisioner", provisioners, PROVISIONER_META_OPTIONS),
      ...definitions("post-processor", postProcessors, POST_PROCESSOR_META_OPTIONS),
    },
  };
}

function build(): JsonSchema {
  const postProcessors = oneOrMore(ref("post-processor"));
  return body({
    ...own(BUILD_BLOCK),
    source: SOME,
    provisioner: described("provisioner", oneOrMore(ref("provisioner"))),
    "error-cleanup-provisioner": described("error-cleanup-provisioner", oneOrMore(ref("provisioner"))),
    "post-processor": described("post-processor", postProcessors),
    "post-processors": described("post-processors", oneOrMore(body({ "post-processor": postProcessors }))),
    dynamic: SOME,
    hcp_packer_registry: SOME,
  });
}

/** A block or several, of which the schema says no more. */
const SOME: JsonSchema = { type: ["object", "array"] };

const own = ({ properties = {} }: OptionSchemaJson): Properties =>
  Object.fromEntries(Object.entries(properties).map(([name, option]) => [name, templateOption(option)]));

/** `//` is a comment of HCL-JSON. */
const body = (properties: Properties): JsonSchema => ({
  type: "object",
  properties: { "//": {}, ...properties },
  additionalProperties: false,
});

const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const oneOrMore = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "array", items: schema }] });
const anyName = (schema: JsonSchema): JsonSchema => ({ type: "object", additionalProperties: oneOrMore(schema) });
const described = (block: string, schema: JsonSchema): JsonSchema => ({
  description: BLOCK_DESCRIPTIONS[block] ?? "",
  ...schema,
});

/** Type → options; `within`: what lies between the two. */
const types = (kind: string, schemas: Schemas, within = (schema: JsonSchema): JsonSchema => schema): JsonSchema => ({
  type: "object",
  properties: Object.fromEntries(Object.keys(schemas).map((type) => [type, oneOrMore(within(ref(`${kind}.${type}`)))])),
});

/** The options of each type, those that every one of its kind has among them. */
const definitions = (kind: string, schemas: Schemas, shared?: OptionSchemaJson): Properties =>
  Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => {
      const properties = { ...schema.properties, ...shared?.properties };
      const { $id: _id, ...options } = standardSchema({ ...schema, properties }, true);
      const everything = { ...(options["properties"] as Properties), dynamic: SOME, "//": {} };
      return [`${kind}.${type}`, { ...options, properties: everything }];
    }),
  );
