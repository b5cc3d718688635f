// Files → Template: what is declared where. Nothing is evaluated but literals.

import { duplicateData, duplicateSource } from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { closest } from "../diagnostics/did-you-mean.js";
import type { SourceFile } from "../source/source-file.js";
import type { Block, Body, JsonBody, SyntaxFile } from "../syntax/ast.js";
import { ROOT } from "./blocks.js";
import { type ContentBlock, contentOf, placeText } from "./body-content.js";
import type {
  BuildDecl,
  ComponentUse,
  LocalDecl,
  RequiredPlugin,
  Template,
  VariableDecl,
  VersionConstraint,
} from "./ir.js";
import { lowerPacker } from "./lower-packer.js";
import { lowerLocal, lowerLocals, lowerVariable, lowerVariables } from "./lower-variable.js";

/** All files of a folder are one template. Mistakes are reported in the order of the files. */
export function lowerFiles(files: readonly SyntaxFile[], baseDir: string, report: Reporter): Template {
  const lowering = new Lowering(report);
  for (const { body, source } of files) {
    for (const block of contentOf(body, source, ROOT, report).blocks) lowering.take(block);
    lowering.recover(body, source);
  }
  return lowering.template(files, baseDir);
}

/** How expressions call what a block declares, where that is not the block's type. */
const ROOTS: Readonly<Record<string, string>> = { variable: "var", variables: "var", locals: "local" };

class Lowering {
  readonly #report: Reporter;
  readonly #versions: VersionConstraint[] = [];
  readonly #plugins = new Map<string, RequiredPlugin>();
  readonly #variables = new Map<string, VariableDecl>();
  readonly #locals = new Map<string, LocalDecl>();
  readonly #data = new Map<string, ComponentUse>();
  readonly #sources = new Map<string, ComponentUse>();
  readonly #builds: BuildDecl[] = [];
  readonly #registries: BuildDecl[] = [];
  readonly #unreadable = new Set<string>();

  constructor(report: Reporter) {
    this.#report = report;
  }

  take(block: ContentBlock): void {
    switch (block.type) {
      case "packer":
        lowerPacker(block, this.#versions, this.#plugins, this.#report);
        break;
      case "variable":
        lowerVariable(block, this.#variables, this.#report);
        break;
      case "variables":
        lowerVariables(block, this.#variables, this.#report);
        break;
      case "local":
        lowerLocal(block, this.#locals, this.#report);
        if (!this.#locals.has(block.labels[0]?.text ?? "")) this.#unreadable.add(`local.${block.labels[0]?.text}`);
        break;
      case "locals":
        lowerLocals(block, this.#locals, this.#report);
        break;
      case "data":
        this.#component(block, this.#data, duplicateData);
        break;
      case "source":
        this.#component(block, this.#sources, duplicateSource);
        break;
      case "build":
        this.#builds.push({ file: block.file, body: block.body, range: block.range });
        break;
      case "hcp_packer_registry":
        this.#registries.push({ file: block.file, body: block.body, range: block.range });
        break;
    }
  }

  /** What {@link contentOf} refused is taken for what it was meant to be, so that its uses are no further mistakes. */
  recover(body: Body, file: SourceFile): void {
    if (body.kind === "JsonBody") return this.#recoverJson(body);
    for (const item of body.items) if (item.kind === "Block") this.#recoverBlock(item, file);
  }

  /** Of a property with another name than any block type, what it declares can't be told. */
  #recoverJson({ objects }: JsonBody): void {
    for (const { name } of objects.flatMap(({ properties }) => properties)) {
      const meant = ROOT.blocks.has(name.text) ? undefined : closest(name.text, [...ROOT.blocks.keys()]);
      if (meant !== undefined) this.#unreadable.add(`${ROOTS[meant] ?? meant}.*`);
    }
  }

  #recoverBlock({ type, labels, body, start, end }: Block, file: SourceFile): void {
    const known = ROOT.blocks.has(type.text);
    const meant = known ? type.text : closest(type.text, [...ROOT.blocks.keys()]);
    if (meant === undefined) return;
    const fits = ROOT.blocks.get(meant)?.length === labels.length;
    if (!fits) this.#unreadable.add(`${ROOTS[meant] ?? meant}.*`);
    else if (!known)
      this.take({ type: meant, labels, body, file, range: { file, start, end: labels.at(-1)?.end ?? end } });
  }

  #component(
    { labels, file, body, range }: ContentBlock,
    declared: Map<string, ComponentUse>,
    twice: typeof duplicateSource,
  ): void {
    const [type = "", name = ""] = labels.map(({ text }) => text);
    const key = `${type}.${name}`;
    const other = declared.get(key);
    if (other === undefined) declared.set(key, { type, name, body: { dialect: "hcl2", file, body }, range });
    else this.#report.report(at(twice(key, placeText(other.range)), range));
  }

  template(files: readonly SyntaxFile[], baseDir: string): Template {
    return {
      dialect: "hcl2",
      baseDir,
      description: "",
      files,
      requiredVersions: this.#versions,
      requiredPlugins: [...this.#plugins.values()],
      variables: this.#variables,
      locals: this.#locals,
      data: this.#data,
      sources: this.#sources,
      builds: this.#builds,
      registries: this.#registries,
      unreadable: this.#unreadable,
    };
  }
}
