// A path → the files of a template → Template. Which files, in which order: Packer's rules.

import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  configNotFound,
  failedToOpen,
  failedToRead,
  fileTooLarge,
  noConfigFile,
  pathNotFound,
  unsupportedCoreVersion,
  varFileFormat,
} from "../../lang/diagnostics/catalog/template.js";
import { at, type Reporter, type Wording } from "../../lang/diagnostics/diagnostic.js";
import { parseJsonFile } from "../../lang/json/index.js";
import { loadLegacy } from "../../lang/legacy/index.js";
import type { SyntaxFile } from "../../lang/syntax/ast.js";
import { parseFile } from "../../lang/syntax/parse.js";
import type { Template } from "../../lang/template/ir.js";
import { lowerFiles } from "../../lang/template/lower.js";
import { parseConstraints, satisfies } from "../../lang/template/version-constraint.js";
import { systemReason } from "../system/system-error.js";

export interface LoadOptions {
  readonly cwd: string;
  /** The version that `required_version` is held against. */
  readonly packerVersion: string;
  /** Legacy templates need no builders then. */
  readonly syntaxOnly?: boolean;
  /** Of a template on standard input. */
  readonly stdin?: string;
  /** What standard input holds. */
  readonly stdinDialect?: "json" | "hcl2";
  /** Files as an editor has them, by absolute path: they are read instead of what is on disk. */
  readonly openFiles?: ReadonlyMap<string, string>;
}

/** The template, and the variable files that were found beside it. */
export interface Loaded {
  readonly template: Template;
  readonly autoFiles: readonly SyntaxFile[];
}

/** What an empty path stands for, as in Packer (cli-runtime §1.1). */
const BUILT_IN = JSON.stringify({ builders: [{ type: "null", communicator: "none" }] });

/** Undefined after a mistake that leaves nothing to go on with. Mistakes are reported, all of them. */
export function loadTemplate(path: string, options: LoadOptions, report: Reporter): Loaded | undefined {
  if (path === "-") return loadStdin(options, report);
  if (path === "") return loadStdin({ ...options, stdin: BUILT_IN, stdinDialect: "json" }, report);
  const kind = kindOf(path, options.cwd, report);
  if (kind === undefined) return undefined;
  if (kind === "directory") return loadDirectory(path, options, report);
  if (isConfig(path)) return lowered([readSyntax(path, options, report)], dirname(path), [], options, report);
  return loadJson(path, options, report);
}

function kindOf(path: string, cwd: string, report: Reporter): "directory" | "file" | undefined {
  try {
    return statSync(absolute(path, cwd)).isDirectory() ? "directory" : "file";
  } catch (error) {
    const why = `stat ${path}: ${systemReason(error)}`;
    report.report(at(isConfig(path) ? configNotFound(path, why) : pathNotFound(path, why), undefined));
    return undefined;
  }
}

const absolute = (path: string, cwd: string): string => (path.startsWith("/") ? path : join(cwd, path));
const isConfig = (path: string): boolean => path.endsWith(".pkr.hcl") || path.endsWith(".pkr.json");

function loadStdin(options: LoadOptions, report: Reporter): Loaded | undefined {
  const text = options.stdin ?? "";
  if (options.stdinDialect === "hcl2") return lowered([parseFile("<stdin>", text, report)], ".", [], options, report);
  return { template: loadLegacy("<stdin>", text, legacyOptions("<stdin>", options), report), autoFiles: [] };
}

function loadJson(path: string, options: LoadOptions, report: Reporter): Loaded | undefined {
  const text = readBytes(path, options.cwd, report);
  return text === undefined
    ? undefined
    : { template: loadLegacy(path, text, legacyOptions(path, options), report), autoFiles: [] };
}

const legacyOptions = (path: string, { cwd, packerVersion, syntaxOnly }: LoadOptions) => ({
  baseDir: dirname(absolute(path, cwd)),
  packerVersion,
  syntaxOnly: syntaxOnly ?? false,
});

function loadDirectory(path: string, options: LoadOptions, report: Reporter): Loaded | undefined {
  const names = fileNames(path, options, report);
  if (names === undefined) return undefined;
  const named = (suffix: string): readonly string[] =>
    names.filter((name) => name.endsWith(suffix)).map((name) => join(path, name));
  const configs = [...named(".pkr.hcl"), ...named(".pkr.json")];
  if (configs.length === 0) {
    report.report(at(noConfigFile(path), undefined));
    return undefined;
  }
  const files = configs.map((file) => readSyntax(file, options, report));
  const auto = [...named(".auto.pkrvars.hcl"), ...named(".auto.pkrvars.json")];
  return lowered(files, path, auto, options, report);
}

/** Names of the files of a folder, links to files and what an editor has yet to save among them, in the order of their bytes. */
function fileNames(path: string, { openFiles, cwd }: LoadOptions, report: Reporter): readonly string[] | undefined {
  const folder = absolute(path, cwd);
  const open = [...(openFiles?.keys() ?? [])].filter((file) => dirname(file) === folder).map((file) => basename(file));
  try {
    const saved = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name);
    return [...new Set([...saved, ...open])].sort();
  } catch (error) {
    report.report(at(failedToRead(path, systemReason(error)), undefined));
    return open.length === 0 ? undefined : open;
  }
}

function lowered(
  files: readonly (SyntaxFile | undefined)[],
  baseDir: string,
  auto: readonly string[],
  options: LoadOptions,
  report: Reporter,
): Loaded | undefined {
  if (report.errors > 0) return undefined;
  const template = lowerFiles(
    files.filter((file) => file !== undefined),
    baseDir,
    report,
  );
  checkVersions(template, options.packerVersion, report);
  const autoFiles = auto.map((file) => readSyntax(file, options, report)).filter((file) => file !== undefined);
  return { template, autoFiles };
}

function checkVersions({ requiredVersions }: Template, version: string, report: Reporter): void {
  for (const { text, range } of requiredVersions) {
    if (!satisfies(version, parseConstraints(text) ?? []))
      report.report(at(unsupportedCoreVersion(text, version), range));
  }
}

/** Variable files named with -var-file. */
export function readVarFiles(paths: readonly string[], cwd: string, report: Reporter): readonly SyntaxFile[] {
  return paths.flatMap((path) => {
    if (!path.endsWith(".hcl") && !path.endsWith(".json")) {
      report.report(at(varFileFormat(basename(path)), undefined));
      return [];
    }
    const file = readSyntax(path, { cwd }, report);
    return file === undefined ? [] : [file];
  });
}

/** Undefined when it can't be read, which is reported. */
export function readBytes(
  path: string,
  cwd: string,
  report: Reporter,
  unreadable: (path: string, why: string) => Wording = failedToRead,
): Uint8Array | undefined {
  try {
    const bytes = readUpTo(absolute(path, cwd), LARGEST_FILE);
    if (bytes === undefined) report.report(at(fileTooLarge(path, LARGEST_FILE), undefined));
    return bytes;
  } catch (error) {
    report.report(at(unreadable(path, systemReason(error)), undefined));
    return undefined;
  }
}

const LARGEST_FILE = 10 * 1024 * 1024;
const PIECE = 64 * 1024;

/** Undefined when there is more. Pipes and devices are read as well, and some have no end. */
function readUpTo(path: string, most: number): Uint8Array | undefined {
  const file = openSync(path, "r");
  try {
    const pieces: Uint8Array[] = [];
    // A file is of one piece; what has no size is read on.
    let room = Math.min(fstatSync(file).size, most) + 1;
    for (let size = 0; size <= most; room = PIECE) {
      const piece = Buffer.allocUnsafe(room);
      const length = readSync(file, piece);
      if (length === 0) return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
      pieces.push(piece.subarray(0, length));
      size += length;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

function readSyntax(
  path: string,
  { cwd, openFiles }: Pick<LoadOptions, "cwd" | "openFiles">,
  report: Reporter,
): SyntaxFile | undefined {
  const isJson = path.endsWith(".json");
  const unreadable = isJson ? failedToOpen : failedToRead;
  const bytes = openFiles?.get(absolute(path, cwd)) ?? readBytes(path, cwd, report, unreadable);
  if (bytes === undefined) return undefined;
  return isJson ? parseJsonFile(path, bytes, report) : parseFile(path, bytes, report, { mayReadLater: true });
}

export const environmentVariables = (env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith("PKR_VAR_") && value !== undefined ? [[name.slice("PKR_VAR_".length), value] as const] : [],
    ),
  );
