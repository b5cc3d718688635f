// What could be typed at the cursor.

import { languageFunctions } from "../../lang/eval/special-forms.js";
import type { Template } from "../../lang/template/ir.js";
import { typeText } from "../../lang/types/describe.js";
import type { Type } from "../../lang/types/type.js";
import type { OptionSchemaJson } from "../../schemas/dialect.js";
import type { BlockHeader, Cursor } from "./cursor.js";
import { signatureOf } from "./signature.js";
import { type BlockWords, bodyWords, KIND_OF_BLOCK, type Vocabulary } from "./vocabulary.js";

export interface Completion {
  readonly label: string;
  readonly kind: "option" | "block" | "function" | "variable" | "value" | "component" | "reference";
  /** On the label's line: a type, a signature. */
  readonly detail?: string;
  readonly documentation?: string;
  /** With `$1` where the cursor goes. The label, unless given. */
  readonly snippet?: string;
}

export interface Surroundings {
  readonly template: Template;
  readonly vocabulary: Vocabulary;
}

/** Everything that fits; which of it begins with the cursor's word is the editor's to filter. */
export function completionsAt(cursor: Cursor, { template, vocabulary }: Surroundings): readonly Completion[] {
  const { spot, blocks } = cursor;
  switch (spot.kind) {
    case "item":
      return items(blocks, vocabulary);
    case "label":
      return labels(spot.block, spot.labels.length, blocks, { template, vocabulary });
    case "expression":
      return expression(spot.attribute, spot.path, blocks, { template, vocabulary });
    case "text":
      return texts(spot.attribute, template);
    case "nothing":
      return [];
  }
}

function items(blocks: readonly BlockHeader[], vocabulary: Vocabulary): readonly Completion[] {
  const words = bodyWords(blocks, vocabulary);
  if (words === undefined) return [];
  return [
    ...[...words.options]
      .filter(([, { deprecated }]) => deprecated !== true)
      .map(([name, schema]) => option(name, schema)),
    ...[...words.blocks].map(([name, block]) => blockCompletion(name, block)),
  ];
}

const option = (name: string, schema: OptionSchemaJson): Completion => ({
  label: name,
  kind: "option",
  detail: optionType(schema),
  documentation: schema.description ?? "",
  snippet: `${name} = ${valueSnippet(schema)}`,
});

function valueSnippet({ type, items: inner }: OptionSchemaJson): string {
  if (type === "string") return '"$1"';
  if (type === "array") return inner?.type === "string" ? '["$1"]' : "[$1]";
  return type === "object" ? "{\n  $1\n}" : "$1";
}

/** `list of string`, as messages say it. */
export function optionType({ type, items: inner, additionalProperties }: OptionSchemaJson): string {
  if (type === "array") return inner === undefined ? "list" : `list of ${optionType(inner)}`;
  if (type === "object")
    return typeof additionalProperties === "object" ? `map of ${optionType(additionalProperties)}` : "object";
  return type === "integer" ? "number" : type === "boolean" ? "bool" : (type ?? "any");
}

function blockCompletion(name: string, { description, labels: names }: BlockWords): Completion {
  const header = [name, ...names.map((_, i) => `"$${i + 1}"`)].join(" ");
  return { label: name, kind: "block", documentation: description, snippet: `${header} {\n  $${names.length + 1}\n}` };
}

function labels(
  block: string,
  index: number,
  blocks: readonly BlockHeader[],
  { template, vocabulary }: Surroundings,
): readonly Completion[] {
  if (index > 0) return [];
  if (block === "source" && blocks.length > 0) return sourceReferences(template);
  if (block === "dynamic") return nested(blocks, vocabulary);
  const kind = KIND_OF_BLOCK[block];
  if (kind === undefined) return [];
  return [...vocabulary[kind]].map(([label, { summary }]) => ({ label, kind: "component", documentation: summary }));
}

const nested = (blocks: readonly BlockHeader[], vocabulary: Vocabulary): readonly Completion[] =>
  [...(bodyWords(blocks, vocabulary)?.blocks ?? [])]
    .filter(([name]) => name !== "dynamic")
    .map(([label, { description }]) => ({ label, kind: "block", documentation: description }));

const sourceReferences = ({ sources }: Template): readonly Completion[] =>
  [...sources.keys()].map((key) => ({ label: `source.${key}`, kind: "reference" }));

/** Strings that name something: sources, and the builds that only and except choose from. */
function texts(attribute: string | undefined, template: Template): readonly Completion[] {
  if (attribute === "sources") return sourceReferences(template);
  if (attribute !== "only" && attribute !== "except") return [];
  return [...template.sources.keys()].map((label) => ({ label, kind: "reference" }));
}

function expression(
  attribute: string | undefined,
  path: readonly string[],
  blocks: readonly BlockHeader[],
  { template, vocabulary }: Surroundings,
): readonly Completion[] {
  if (path.length > 0) return members(path, template, vocabulary);
  const schema = attribute === undefined ? undefined : bodyWords(blocks, vocabulary)?.options.get(attribute);
  const values = schema?.type === "boolean" ? ["true", "false"] : [];
  return [...values.map((label): Completion => ({ label, kind: "value" })), ...roots(template), ...functions()];
}

/** The first names of traversals. */
function roots(template: Template): readonly Completion[] {
  const variable = (label: string, documentation: string): Completion => ({ label, kind: "variable", documentation });
  return [
    ...(template.variables.size > 0 ? [variable("var", "The input variables.")] : []),
    ...(template.locals.size > 0 ? [variable("local", "The locals.")] : []),
    ...(template.data.size > 0 ? [variable("data", "The data sources.")] : []),
    variable("build", "What the builder knows of the machine and the image."),
    variable("source", "The source that is built: its type and name."),
    variable("path", "path.root: the template's folder; path.cwd: the working directory."),
    variable("packer", "packer.version"),
  ];
}

const functions = (): readonly Completion[] =>
  [...languageFunctions().values()].map((func) => ({
    label: func.name,
    kind: "function",
    detail: signatureOf(func),
    documentation: func.description,
    snippet: `${func.name}($1)`,
  }));

function members(path: readonly string[], template: Template, vocabulary: Vocabulary): readonly Completion[] {
  const [root, type, name] = path;
  if (path.length === 1) return firstMembers(root ?? "", template, vocabulary);
  if (root !== "data") return [];
  if (path.length === 2) return dataNames(template, type ?? "");
  return name === undefined || path.length > 3 ? [] : typed(vocabulary["data-source"].get(type ?? "")?.exports);
}

function firstMembers(root: string, template: Template, vocabulary: Vocabulary): readonly Completion[] {
  switch (root) {
    case "var":
      return [...template.variables.values()].map(({ name, description, type }) => ({
        label: name,
        kind: "variable",
        documentation: description,
        ...(type === undefined ? {} : { detail: typeText(type.type) }),
      }));
    case "local":
      return [...template.locals.keys()].map((label) => ({ label, kind: "variable" }));
    case "data":
      return [...new Set([...template.data.values()].map(({ type }) => type))].map((label) => ({
        label,
        kind: "variable",
      }));
    case "build":
      return usedBuilders(template).flatMap((type) => typed(vocabulary.builder.get(type)?.exports));
    case "source":
      return ["type", "name"].map((label) => ({ label, kind: "variable" }));
    case "path":
      return ["root", "cwd"].map((label) => ({ label, kind: "variable" }));
    case "packer":
      return [{ label: "version", kind: "variable" }];
    default:
      return [];
  }
}

const usedBuilders = ({ sources }: Template): readonly string[] => [
  ...new Set([...sources.values()].map(({ type }) => type)),
];

const dataNames = ({ data }: Template, type: string): readonly Completion[] =>
  [...data.values()].filter((use) => use.type === type).map(({ name }) => ({ label: name, kind: "variable" }));

const typed = (names: ReadonlyMap<string, Type> | undefined): readonly Completion[] =>
  [...(names ?? [])].map(([label, type]) => ({ label, kind: "variable", detail: typeText(type) }));
