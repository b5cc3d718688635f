// Builders, provisioners and post-processors of a legacy template: meta keys read, options left as they are.

import { malformed } from "../diagnostics/catalog/legacy.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import type { JsonNode, JsonObjectNode } from "../syntax/ast.js";
import type { ComponentUse, LegacyBody, OverrideOptions, PostProcessorUse, ProvisionerUse } from "../template/ir.js";
import {
  boolField,
  durationField,
  type Fields,
  objectField,
  propertyOf,
  rangeOf,
  stringField,
  stringsField,
  withoutKeys,
} from "./fields.js";
import { goKind } from "./go-json.js";

interface Context {
  readonly file: SourceFile;
  readonly report: Reporter;
}

const BUILDER_KEYS = new Set(["name", "type"]);
const PROVISIONER_KEYS = new Set(["type", "only", "except", "override", "pause_before", "max_retries", "timeout"]);
const POST_PROCESSOR_KEYS = new Set(["type", "name", "only", "except", "keep_input_artifact"]);

function complain({ file, report }: Context, node: JsonNode, where: string, what: string): undefined {
  report.report(at(malformed(where, what), rangeOf(file, node)));
  return undefined;
}

/** A null stands for an empty object. */
function asObject(context: Context, node: JsonNode, where: string): JsonObjectNode | undefined {
  if (node.kind === "object") return node;
  if (node.kind === "null") return emptyObject(node);
  return complain(context, node, where, `'' expected a map, got '${goKind(node)}'`);
}

const emptyObject = ({ start, end }: JsonNode): JsonObjectNode => ({ kind: "object", start, end, properties: [] });
const bodyOf = ({ file }: Context, object: JsonObjectNode, keys: ReadonlySet<string>): LegacyBody => ({
  dialect: "legacy-json",
  file,
  object: withoutKeys(object, keys),
});

/** In the order of the template; what has no type or a name that is taken is reported and left out. */
export function readBuilders(context: Context, nodes: readonly JsonNode[]): readonly ComponentUse[] {
  const builders: ComponentUse[] = [];
  nodes.forEach((node, index) => {
    const where = `builder ${index + 1}: `;
    const builder = readBuilder(context, node, where);
    if (builder === undefined) return;
    if (builders.some(({ name }) => name === builder.name))
      complain(context, node, where, `builder with name '${builder.name}' already exists`);
    else builders.push(builder);
  });
  return builders;
}

function readBuilder(context: Context, node: JsonNode, where: string): ComponentUse | undefined {
  const object = asObject(context, node, where);
  if (object === undefined) return undefined;
  const before = context.report.errors;
  const fields: Fields = { ...context, object, where, weak: true };
  const type = stringField(fields, "type", "Type");
  const name = stringField(fields, "name", "Name");
  if (context.report.errors > before) return undefined;
  if (type === undefined || type === "") return complain(context, node, where, "missing 'type'");
  return { type, name: name || type, body: bodyOf(context, object, BUILDER_KEYS), range: rangeOf(context.file, node) };
}

export function readProvisioners(context: Context, nodes: readonly JsonNode[]): readonly ProvisionerUse[] {
  return nodes
    .map((node, index) => readProvisioner(context, node, `provisioner ${index + 1}: `))
    .filter((use) => use !== undefined);
}

/** `where` is how its errors start. */
export function readProvisioner(context: Context, node: JsonNode, where: string): ProvisionerUse | undefined {
  const object = asObject(context, node, `${where}Error decoding provisioner: `);
  if (object === undefined) return undefined;
  const before = context.report.errors;
  const fields: Fields = { ...context, object, where: `${where}Error decoding provisioner: `, weak: true };
  const type = stringField(fields, "type", "Type");
  const timeout = durationField(fields, "timeout");
  const use = {
    name: "",
    body: bodyOf(context, object, PROVISIONER_KEYS),
    range: rangeOf(context.file, node),
    filter: filterOf(fields, "only", "except"),
    pauseBefore: durationField(fields, "pause_before") ?? 0,
    ...(timeout === undefined ? {} : { timeout }),
    ...retriesOf(fields),
    continueOnError: false,
    override: overridesOf(fields),
  };
  if (context.report.errors > before) return undefined;
  return type ? { type, ...use } : complain(context, node, where, "Provisioner missing 'type'");
}

const filterOf = (fields: Fields, only: string, except: string) => ({
  only: stringsField(fields, "only", only),
  except: stringsField(fields, "except", except),
});

function retriesOf(fields: Fields): Pick<ProvisionerUse, "maxRetries" | "maxRetriesText"> {
  const node = propertyOf(fields.object, "max_retries")?.value;
  const text = stringField(fields, "max_retries", "max_retries");
  if (node === undefined || text === undefined || text === "") return { maxRetries: 0 };
  return { maxRetries: 0, maxRetriesText: { text, range: rangeOf(fields.file, node) } };
}

function overridesOf(fields: Fields): ReadonlyMap<string, OverrideOptions> {
  const overrides = new Map<string, OverrideOptions>();
  for (const { name, value } of objectField(fields, "override", "Override")?.properties ?? []) {
    const object = asObject(fields, value, `${fields.where}override '${name.text}': `);
    if (object !== undefined) overrides.set(name.text, { object, file: fields.file });
  }
  return overrides;
}

/** Each entry of the list is a chain: a type, an object, or an array of both. */
export function readChains(context: Context, nodes: readonly JsonNode[]): readonly (readonly PostProcessorUse[])[] {
  return nodes.map((node, index) => readChain(context, node, index + 1)).filter((chain) => chain.length > 0);
}

function readChain(context: Context, node: JsonNode, number: number): readonly PostProcessorUse[] {
  if (node.kind !== "string" && node.kind !== "object" && node.kind !== "array") {
    complain(context, node, `post-processor ${number}: `, "bad format");
    return [];
  }
  const items = node.kind === "array" ? node.items : [node];
  return items
    .map((item, index) => readPostProcessor(context, item, `post-processor ${number}.${index + 1}: `))
    .filter((use) => use !== undefined);
}

function readPostProcessor(context: Context, node: JsonNode, where: string): PostProcessorUse | undefined {
  if (node.kind === "string" && node.text !== "") return bareType(context, node, node.text);
  if (node.kind === "string") return complain(context, node, where, "type is required");
  if (node.kind === "array") return complain(context, node, where, "sequence not allowed to be nested in a sequence");
  if (node.kind !== "object") return complain(context, node, where, "unknown format");
  const before = context.report.errors;
  const fields: Fields = { ...context, object: node, where, weak: false };
  const type = stringField(fields, "type", "Type");
  const name = stringField(fields, "name", "Name");
  const filter = filterOf(fields, "Only", "Except");
  const keep = boolField(fields, "keep_input_artifact", "keep_input_artifact");
  if (context.report.errors > before) return undefined;
  if (type === undefined || type === "") return complain(context, node, where, "type is required");
  const use = {
    type,
    name: name || type,
    body: bodyOf(context, node, POST_PROCESSOR_KEYS),
    range: rangeOf(context.file, node),
    filter,
  };
  return keep === undefined ? use : { ...use, keepInputArtifact: keep };
}

function bareType(context: Context, node: JsonNode, type: string): PostProcessorUse {
  const body = bodyOf(context, emptyObject(node), POST_PROCESSOR_KEYS);
  return { type, name: type, body, range: rangeOf(context.file, node), filter: { only: [], except: [] } };
}
