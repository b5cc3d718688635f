// What is known of the name under the cursor, as Markdown.

import { languageFunctions } from "../../lang/eval/special-forms.js";
import type { Template, VariableDecl } from "../../lang/template/ir.js";
import { typeText } from "../../lang/types/describe.js";
import type { OptionSchemaJson } from "../../schemas/dialect.js";
import { optionType, type Surroundings } from "./completion.js";
import type { BlockHeader, Cursor } from "./cursor.js";
import { sourceNamed } from "./definition.js";
import { signatureOf } from "./signature.js";
import { bodyWords, KIND_OF_BLOCK, type Vocabulary } from "./vocabulary.js";

export function hoverAt({ spot, word, blocks }: Cursor, { template, vocabulary }: Surroundings): string | undefined {
  switch (spot.kind) {
    case "item":
      return ofItem(word, blocks, vocabulary);
    case "label":
      return ofComponent(spot.block, word, vocabulary) ?? ofSource(word, template);
    case "text":
      return ofSource(word, template);
    case "expression":
      return spot.path.length === 0 ? ofFunction(word) : ofMember([...spot.path, word], template, vocabulary);
    case "nothing":
      return undefined;
  }
}

const code = (text: string): string => `\`\`\`hcl\n${text}\n\`\`\``;
const paragraphs = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== "").join("\n\n");

function ofItem(name: string, blocks: readonly BlockHeader[], vocabulary: Vocabulary): string | undefined {
  const words = bodyWords(blocks, vocabulary);
  const option = words?.options.get(name);
  if (option !== undefined) return ofOption(name, option);
  const block = words?.blocks.get(name);
  return block === undefined ? undefined : paragraphs(code(`${name} { … }`), block.description);
}

function ofOption(name: string, schema: OptionSchemaJson): string {
  const { description, deprecated, default: fallback } = schema;
  return paragraphs(
    code(`${name}: ${optionType(schema)}`),
    description,
    fallback === undefined ? undefined : `Default: \`${JSON.stringify(fallback)}\``,
    deprecated === true ? "Deprecated." : undefined,
  );
}

function ofComponent(block: string, type: string, vocabulary: Vocabulary): string | undefined {
  const kind = KIND_OF_BLOCK[block];
  const words = kind === undefined ? undefined : vocabulary[kind].get(type);
  return words === undefined ? undefined : paragraphs(code(`${block} ${JSON.stringify(type)}`), words.summary);
}

function ofSource(text: string, template: Template): string | undefined {
  const range = sourceNamed(text, template);
  return range === undefined ? undefined : code(range.file.text.slice(range.start, range.end));
}

function ofFunction(name: string): string | undefined {
  const func = languageFunctions().get(name);
  return func === undefined ? undefined : paragraphs(code(signatureOf(func)), func.description);
}

function ofMember(path: readonly string[], template: Template, vocabulary: Vocabulary): string | undefined {
  const [root, second = "", third = "", fourth = ""] = path;
  if (root === "var") return ofVariable(template.variables.get(second));
  if (root === "local") return ofLocal(second, template);
  if (root === "build") return ofExport(path.join("."), second, vocabulary.builder);
  if (root !== "data") return undefined;
  const declared = template.data.has(`${second}.${third}`);
  return declared && fourth !== "" ? ofExport(path.join("."), fourth, vocabulary["data-source"]) : undefined;
}

function ofVariable(variable: VariableDecl | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const { name, type, description, fallback, sensitive } = variable;
  const value = fallback === undefined ? undefined : fallback.file.text.slice(fallback.expr.start, fallback.expr.end);
  const shown = sensitive ? "sensitive" : value === undefined ? "no default" : `default ${value}`;
  return paragraphs(
    code(`var.${name}: ${type === undefined ? "any" : typeText(type.type)}`),
    description,
    `\`${shown}\``,
  );
}

function ofLocal(name: string, template: Template): string | undefined {
  const local = template.locals.get(name);
  if (local === undefined) return undefined;
  const { expr, file } = local.value;
  return code(
    local.sensitive ? `local.${name} (sensitive)` : `local.${name} = ${file.text.slice(expr.start, expr.end)}`,
  );
}

function ofExport(path: string, name: string, components: Vocabulary["builder"]): string | undefined {
  for (const { exports } of components.values()) {
    const type = exports.get(name);
    if (type !== undefined) return code(`${path}: ${typeText(type)}`);
  }
  return undefined;
}
