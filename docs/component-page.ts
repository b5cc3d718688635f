import { typeText } from "../lang/types/describe.js";
import type { Kind } from "../runtime/contract/component.js";
import { optionType } from "../runtime/language-server/completion.js";
import type { ComponentWords } from "../runtime/language-server/vocabulary.js";
import type { OptionSchemaJson } from "../schemas/dialect.js";
import { POST_PROCESSOR_META_OPTIONS, PROVISIONER_META_OPTIONS } from "../schemas/template-blocks.js";
import { table } from "./markdown.js";

export interface ComponentFacts {
  readonly kind: Kind;
  readonly type: string;
  readonly words: ComponentWords;
  /** A whole template. */
  readonly example: string;
}

/** A page: what it is for, an example, every option, and what expressions can ask it for. */
export function componentPage({ kind, type, words, example }: ComponentFacts): string {
  const { options, summary, exports } = words;
  const parts = [
    `# ${type} (${kind.replace("-", " ")})`,
    options.description ?? summary,
    `\`\`\`hcl\n${example.trimEnd()}\n\`\`\``,
    "## Options",
    ...optionTables(options, "##"),
    ...sharedOptions(kind),
    ...exported(kind, exports),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The options of a body, then those of its blocks, each under a heading of its own. */
function optionTables({ properties = {} }: OptionSchemaJson, level: string): readonly string[] {
  const all = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
  const isBlock = ([, { hcl }]: readonly [string, OptionSchemaJson]): boolean => hcl === "block";
  const options = all.filter((entry) => !isBlock(entry));
  const rows = options.map(([name, schema]) => [`\`${name}\``, optionType(schema), defaultOf(schema), remarks(schema)]);
  return [
    rows.length === 0 ? "None." : table(["option", "type", "default", ""], rows),
    ...all
      .filter(isBlock)
      .flatMap(([name, schema]) => [
        `${level}# \`${name}\` block`,
        `${schema.description ?? ""}${schema.type === "array" ? " May be repeated." : ""}`,
        ...optionTables(schema.items ?? schema, `${level}#`),
      ]),
  ];
}

function defaultOf({ default: fallback }: OptionSchemaJson): string {
  return fallback === undefined ? "" : `\`${JSON.stringify(fallback)}\``;
}

function remarks({ description = "", sensitive, deprecated }: OptionSchemaJson): string {
  return [description, sensitive === true ? "Never shown." : "", deprecated === true ? "Deprecated." : ""]
    .filter((part) => part !== "")
    .join(" ");
}

function sharedOptions(kind: Kind): readonly string[] {
  if (kind === "provisioner")
    return ["## Options of every provisioner", ...optionTables(PROVISIONER_META_OPTIONS, "##")];
  if (kind === "post-processor")
    return ["## Options of every post-processor", ...optionTables(POST_PROCESSOR_META_OPTIONS, "##")];
  return [];
}

function exported(kind: Kind, exports: ComponentWords["exports"]): readonly string[] {
  if (exports.size === 0) return [];
  const prefix = kind === "builder" ? "build." : "data.TYPE.NAME.";
  const rows = [...exports].map(([name, type]) => [`\`${prefix}${name}\``, `\`${typeText(type)}\``]);
  return ["## What expressions can ask", table(["name", "type"], rows)];
}
