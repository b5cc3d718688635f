// What may stand in each body of a template: the blocks of the language, and the options of the components in them.

import * as shapes from "../../lang/template/blocks.js";
import type { Type } from "../../lang/types/type.js";
import type { OptionSchemaJson } from "../../schemas/dialect.js";
import * as documented from "../../schemas/template-blocks.js";
import type { Kind, Registry } from "../contract/component.js";
import type { BlockHeader } from "./cursor.js";

export interface BlockWords {
  readonly description: string;
  /** What its labels mean, in order: `["type", "name"]`. */
  readonly labels: readonly string[];
  /** Its options, where it is a component's. */
  readonly options?: OptionSchemaJson;
}

/** What a body admits, by name. */
export interface BodyWords {
  readonly options: ReadonlyMap<string, OptionSchemaJson>;
  readonly blocks: ReadonlyMap<string, BlockWords>;
}

export interface ComponentWords {
  readonly summary: string;
  readonly options: OptionSchemaJson;
  /** What expressions can ask it for: a builder's `build.X`, a data source's attributes. */
  readonly exports: ReadonlyMap<string, Type>;
}

export type Vocabulary = { readonly [K in Kind]: ReadonlyMap<string, ComponentWords> };

/** Loads every component: a language server needs them all. */
export async function loadVocabulary(registry: Registry): Promise<Vocabulary> {
  const of = async (kind: Kind): Promise<ReadonlyMap<string, ComponentWords>> =>
    new Map(
      await Promise.all(registry.types(kind).map(async (type) => [type, await wordsOf(registry, kind, type)] as const)),
    );
  return {
    builder: await of("builder"),
    provisioner: await of("provisioner"),
    "post-processor": await of("post-processor"),
    "data-source": await of("data-source"),
  };
}

async function wordsOf(registry: Registry, kind: Kind, type: string): Promise<ComponentWords> {
  const component = await registry.load(kind, type);
  if (component === undefined) throw new Error(`${kind} ${type} is listed and can't be loaded`);
  const { summary, options } = component;
  const exports = "exports" in component ? component.exports : "outputs" in component ? component.outputs : new Map();
  return { summary, options, exports };
}

/** Which kind of component a block's first label names. */
export const KIND_OF_BLOCK: Readonly<Record<string, Kind>> = {
  source: "builder",
  data: "data-source",
  provisioner: "provisioner",
  "error-cleanup-provisioner": "provisioner",
  "post-processor": "post-processor",
};

/** What the body inside these blocks admits; undefined where nobody knows. */
export function bodyWords(blocks: readonly BlockHeader[], vocabulary: Vocabulary): BodyWords | undefined {
  let words: BodyWords | undefined = languageBody(shapes.ROOT, {});
  let isDynamic = false;
  for (const [depth, header] of blocks.entries()) {
    if (isDynamic && header.type === "content") {
      isDynamic = false;
      continue;
    }
    const around: BodyWords | undefined = words;
    isDynamic = header.type === "dynamic";
    words = isDynamic
      ? around && dynamicTarget(header, blocks[depth + 1], around, vocabulary)
      : around && inside(header, depth, around, vocabulary);
  }
  return words;
}

/** `dynamic "tag" { content { … } }`: in the dynamic block its own arguments, in content the tag's. */
function dynamicTarget(
  { labels }: BlockHeader,
  next: BlockHeader | undefined,
  around: BodyWords,
  vocabulary: Vocabulary,
): BodyWords | undefined {
  const [target = ""] = labels;
  if (next?.type !== "content") return DYNAMIC;
  return inside({ type: target, labels: next.labels }, 1, around, vocabulary);
}

const DYNAMIC: BodyWords = {
  options: new Map<string, OptionSchemaJson>([
    ["for_each", { type: "array", description: "A block is made for each element." }],
    [
      "iterator",
      { type: "string", description: "The name under which content sees the element; the block's type, unless given." },
    ],
    ["labels", { type: "array", items: { type: "string" }, description: "Labels of the blocks." }],
  ]),
  blocks: new Map([["content", { description: "What each block holds.", labels: [] }]]),
};

function inside(header: BlockHeader, depth: number, around: BodyWords, vocabulary: Vocabulary): BodyWords | undefined {
  const own = around.blocks.get(header.type);
  if (own?.options !== undefined) return optionBody(own.options);
  const top = depth === 0 ? topBlock(header, vocabulary) : undefined;
  return top ?? buildBlock(header, vocabulary);
}

function topBlock(header: BlockHeader, vocabulary: Vocabulary): BodyWords | undefined {
  switch (header.type) {
    case "packer":
      return languageBody(shapes.PACKER, documented.PACKER_BLOCK.properties);
    case "variable":
      return languageBody(shapes.VARIABLE, documented.VARIABLE_BLOCK.properties);
    case "local":
      return languageBody(shapes.LOCAL, documented.LOCAL_BLOCK.properties);
    case "build":
      return languageBody(shapes.BUILD, documented.BUILD_BLOCK.properties);
    case "source":
    case "data":
      return componentBody(header, header.labels[0], vocabulary, {});
    default:
      return undefined;
  }
}

function buildBlock(header: BlockHeader, vocabulary: Vocabulary): BodyWords | undefined {
  const [label] = header.labels;
  switch (header.type) {
    case "validation":
      return languageBody(shapes.VALIDATION, documented.VALIDATION_BLOCK.properties);
    case "post-processors":
      return languageBody(shapes.POST_PROCESSORS, {});
    // `source "source.null.a"` in a build: the builder's options once more, and a name.
    case "source":
      return componentBody(header, label?.split(".").at(-2), vocabulary, { name: NESTED_NAME });
    case "provisioner":
    case "error-cleanup-provisioner":
      return componentBody(header, label, vocabulary, documented.PROVISIONER_META_OPTIONS.properties);
    case "post-processor":
      return componentBody(header, label, vocabulary, documented.POST_PROCESSOR_META_OPTIONS.properties);
    default:
      return undefined;
  }
}

const NESTED_NAME: OptionSchemaJson = {
  type: "string",
  description: "What the build is called; the source's name, unless given.",
};

function componentBody(
  { type }: BlockHeader,
  component: string | undefined,
  vocabulary: Vocabulary,
  shared: Readonly<Record<string, OptionSchemaJson>>,
): BodyWords | undefined {
  const kind = KIND_OF_BLOCK[type];
  const words = kind === undefined ? undefined : vocabulary[kind].get(component ?? "");
  if (words === undefined) return undefined;
  return optionBody({ ...words.options, properties: { ...words.options.properties, ...shared } });
}

function optionBody({ properties = {}, items }: OptionSchemaJson): BodyWords {
  const all = Object.entries(items?.properties ?? properties);
  const isBlock = ([, schema]: readonly [string, OptionSchemaJson]): boolean => schema.hcl === "block";
  const blocks = all
    .filter(isBlock)
    .map(([name, options]) => [name, { description: options.description ?? "", labels: [], options }] as const);
  const repeats = blocks.length > 0 ? [["dynamic", DYNAMIC_BLOCK] as const] : [];
  return {
    options: new Map(all.filter((entry) => !isBlock(entry))),
    blocks: new Map<string, BlockWords>([...blocks, ...repeats]),
  };
}

const DYNAMIC_BLOCK: BlockWords = { description: documented.BLOCK_DESCRIPTIONS["dynamic"] ?? "", labels: ["type"] };

function languageBody(
  { blocks }: (typeof shapes)["ROOT"],
  properties: Readonly<Record<string, OptionSchemaJson>>,
): BodyWords {
  const described = [...blocks].map(
    ([name, labels]) => [name, { description: documented.BLOCK_DESCRIPTIONS[name] ?? "", labels }] as const,
  );
  return { options: new Map(Object.entries(properties)), blocks: new Map(described) };
}
