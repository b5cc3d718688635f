import * as wording from "../diagnostics/catalog/legacy.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { jsonSyntaxError } from "../json/json-syntax-error.js";
import { warnOfEncoding } from "../json/parse-file.js";
import { readJson } from "../json/read-json.js";
import { type SourceFile, sourceFile } from "../source/source-file.js";
import type { JsonNode, JsonObjectNode } from "../syntax/ast.js";
import type { ComponentUse, ExpandedBuild, LegacyTemplate, SourceRef, Template, VariableDecl } from "../template/ir.js";
import { checkLegacy } from "./check-legacy.js";
import { readBuilders, readChains, readProvisioner, readProvisioners } from "./components.js";
import { type Fields, listField, objectField, propertyOf, rangeOf, stringField, stringsField } from "./fields.js";
import { goKind, goType, goValueText } from "./go-json.js";

export interface LegacyOptions {
  /** Only what `validate -syntax-only` and `inspect` need: no rules between the parts of the template. */
  readonly syntaxOnly?: boolean;
  /** As typed; else the folder part of the path. */
  readonly baseDir?: string;
  /** The version that `min_packer_version` is compared with. */
  readonly packerVersion?: string;
}

const ROOT_KEYS = [
  "description",
  "min_packer_version",
  "variables",
  "sensitive-variables",
  "builders",
  "provisioners",
  "error-cleanup-provisioner",
  "post-processors",
  "push",
  "comments",
];

/**
 * Reads a legacy JSON template (spec: language.md §8). Nothing is rendered yet: see variables.ts and resolve.ts.
 * After an error the template holds what could be read.
 */
export function loadLegacy(
  path: string,
  text: string | Uint8Array,
  options: LegacyOptions,
  report: Reporter,
): Template {
  const before = report.errors;
  const { file, root } = readLegacyRoot(path, text, report);
  const template = readTemplate(file, root ?? { kind: "object", start: 0, end: 0, properties: [] }, options, report);
  if (root !== undefined && report.errors === before && !options.syntaxOnly) {
    checkLegacy(template, options.packerVersion ?? "1.16.0", report);
  }
  return template;
}

/** The JSON object of a legacy template, whatever is in it; without a root after a mistake. */
export function readLegacyRoot(
  path: string,
  input: string | Uint8Array,
  report: Reporter,
): { file: SourceFile; root?: JsonObjectNode } {
  const text = typeof input === "string" ? input : new TextDecoder("utf-8", { ignoreBOM: true }).decode(input);
  const file = sourceFile(path, text);
  if (reportSyntax(file, isUtf16(input), report)) return { file };
  warnOfEncoding(input, file, report);
  const { root } = readJson(path, text, report);
  if (root === undefined) return { file };
  reportDuplicates(file, root, report);
  if (root.kind === "object") return { file, root };
  report.report(at(wording.rootNotMap(goKind(root)), rangeOf(file, root)));
  return { file };
}

/** By its byte order mark. */
const isUtf16 = (input: string | Uint8Array): boolean =>
  typeof input !== "string" && ((input[0] === 0xff && input[1] === 0xfe) || (input[0] === 0xfe && input[1] === 0xff));

function reportSyntax(file: SourceFile, utf16: boolean, report: Reporter): boolean {
  const problem = jsonSyntaxError(file.text);
  if (problem === undefined) return false;
  const start = problem.offset;
  const { line, column, byte } = file.positionAt(start);
  // Go counts the offset of what it has read, the bad character included.
  const ended = start >= file.text.length;
  const place = { line, column, offset: ended ? byte : byte + 1 };
  const words = wording.notJson(
    problem.message,
    place,
    excerpt(file.text, start, line),
    utf16 ? wording.utf16Hint : hintFor(file),
  );
  report.report(at(words, { file, start, end: Math.min(start + 1, file.text.length) }));
  return true;
}

function hintFor({ path, text }: SourceFile): string {
  if (text.startsWith("\ufeff")) return wording.byteOrderMarkHint;
  return path.endsWith(".hcl") ? wording.hclSuffixHint : "";
}

/** The line before and the line itself, numbered, with a caret under the place. */
function excerpt(text: string, offset: number, line: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const numbered = (number: number, content: string): string =>
    `${String(number).padStart(5)}: ${content.slice(0, 200)}\n`;
  const before = start === 0 ? "" : numbered(line - 1, text.slice(text.lastIndexOf("\n", start - 2) + 1, start - 1));
  const caret = offset - start < 200 ? `${" ".repeat(offset - start + 7)}^` : "";
  return before + numbered(line, text.slice(start, end < 0 ? text.length : end)) + caret;
}

function reportDuplicates(file: SourceFile, node: JsonNode, report: Reporter): void {
  if (node.kind === "array") for (const item of node.items) reportDuplicates(file, item, report);
  if (node.kind !== "object") return;
  const seen = new Set<string>();
  for (const { name, value } of node.properties) {
    if (seen.has(name.text)) report.report(at(wording.duplicateField(name.text), rangeOf(file, name)));
    seen.add(name.text);
    reportDuplicates(file, value, report);
  }
}

function readTemplate(file: SourceFile, object: JsonObjectNode, options: LegacyOptions, report: Reporter): Template {
  const root: Fields = { file, report, object, where: "", weak: false };
  reportUnknownKeys(root);
  checkIgnored(root);
  const builders = readBuilders(root, listField(root, "builders", "builders"));
  const legacy: LegacyTemplate = {
    file,
    variables: readVariables(root),
    sensitive: new Set(stringsField(root, "sensitive-variables", "sensitive-variables")),
    ...minVersionOf(root),
    build: readBuild(root, builders),
  };
  return {
    dialect: "legacy-json",
    baseDir: options.baseDir ?? folderOf(file.path),
    description: legacy.build.description,
    files: [
      { source: file, tokens: [], body: { kind: "JsonBody", start: object.start, end: object.end, objects: [object] } },
    ],
    requiredVersions: [],
    requiredPlugins: [],
    variables: declarations(legacy),
    locals: new Map(),
    data: new Map(),
    sources: new Map(builders.map((builder) => [`${builder.type}.${builder.name}`, builder])),
    builds: [],
    registries: [],
    unreadable: new Set(),
    legacy,
  };
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
}

function reportUnknownKeys({ file, report, object }: Fields): void {
  const known = new Set(ROOT_KEYS.map((key) => nameOf(object, key)));
  const unknown = object.properties.filter(({ name }) => !known.has(name.text));
  for (const { name, value } of unknown.sort((a, b) => (a.name.text < b.name.text ? -1 : 1))) {
    if (!name.text.startsWith("_")) report.report(at(wording.unknownRootKey(name.text), rangeOf(file, name)));
    else if (value.kind !== "string") report.report(at(wording.commentNotString(name.text), rangeOf(file, value)));
  }
}

/** The name under which a root key is written: letter case does not matter where the exact name is absent. */
function nameOf(object: JsonObjectNode, key: string): string | undefined {
  const names = object.properties.map(({ name }) => name.text);
  return names.find((name) => name === key) ?? names.find((name) => name.toLowerCase() === key.toLowerCase());
}

/** Keys whose shape Packer checks and whose content means nothing any more. */
function checkIgnored(root: Fields): void {
  objectField(root, "push", "Push");
  const comments = listField(root, "comments", "comments");
  comments.forEach((comment, index) => {
    const entries = comment.kind === "object" ? comment.properties : [];
    for (const { name } of entries)
      stringField({ ...root, object: comment as JsonObjectNode }, name.text, `Comments[${index}][${name.text}]`);
    if (comment.kind !== "object") {
      root.report.report(
        at(
          wording.malformed("", `'Comments[${index}]' expected a map, got '${goKind(comment)}'`),
          rangeOf(root.file, comment),
        ),
      );
    }
  });
}

function readVariables(root: Fields): LegacyTemplate["variables"] {
  const variables = new Map<string, { value: string | null; range: ReturnType<typeof rangeOf> }>();
  for (const { name, value } of objectField(root, "variables", "Variables")?.properties ?? []) {
    const range = rangeOf(root.file, value);
    if (value.kind === "string" || value.kind === "null")
      variables.set(name.text, { value: value.kind === "string" ? value.text : null, range });
    else root.report.report(at(wording.malformed(`variable ${name.text}: `, notAString(value)), range));
  }
  return variables;
}

const notAString = (node: JsonNode): string =>
  `'' expected type 'string', got unconvertible type '${goType(node)}', value: '${goValueText(node)}'`;

function readBuild(root: Fields, builders: readonly ComponentUse[]): ExpandedBuild {
  const { file, object } = root;
  const cleanup = propertyOf(object, "error-cleanup-provisioner")?.value;
  const errorCleanup = cleanup && readProvisioner(root, cleanup, "On Error Cleanup Provisioner error: ");
  return {
    name: "",
    description: stringField(root, "description", "Description") ?? "",
    sources: builders.map(sourceRef),
    provisioners: readProvisioners(root, listField(root, "provisioners", "Provisioners")),
    ...(errorCleanup === undefined ? {} : { errorCleanup: { ...errorCleanup, filter: { only: [], except: [] } } }),
    chains: readChains(root, listField(root, "post-processors", "post-processors")),
    range: rangeOf(file, object),
  };
}

const sourceRef = ({ type, name, range }: ComponentUse): SourceRef => ({ type, name, localName: name, range });

function declarations({ variables, sensitive }: LegacyTemplate): ReadonlyMap<string, VariableDecl> {
  const declare = (name: string, range: VariableDecl["range"]): VariableDecl => ({
    name,
    description: "",
    sensitive: sensitive.has(name),
    validations: [],
    range,
    origin: "legacy",
  });
  return new Map([...variables].map(([name, { range }]) => [name, declare(name, range)]));
}

function minVersionOf(root: Fields): Pick<LegacyTemplate, "minVersion"> {
  const node = propertyOf(root.object, "min_packer_version")?.value;
  const text = stringField(root, "min_packer_version", "min_packer_version");
  return node === undefined || text === undefined || text === ""
    ? {}
    : { minVersion: { text, range: rangeOf(root.file, node) } };
}
