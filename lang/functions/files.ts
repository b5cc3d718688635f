import { BOOL, STRING, setOf } from "../types/type.js";
import { makeSet } from "../values/sets.js";
import { boolValue, stringValue, type Value } from "../values/value.js";
import { textOf } from "./arguments.js";
import { defineValueFunc, str } from "./define.js";
import { baseName, cleanPath, dirName, expandHome, resolveFrom } from "./file-path.js";
import { type Func, FunctionError } from "./func.js";
import { globFiles } from "./glob.js";
import type { FunctionHost } from "./host.js";

// biome-ignore format: table
export const files: readonly Func[] = [
  defineValueFunc("abspath", "The absolute path, seen from the working directory.", [str("path")], STRING, (args, host) => stringValue(resolveFrom(host.cwd, textOf(args, 0)))),
  defineValueFunc("basename", "The last name of a path.", [str("path")], STRING, (args) => stringValue(baseName(textOf(args, 0)))),
  defineValueFunc("dirname", "The path without its last name.", [str("path")], STRING, (args) => stringValue(dirName(textOf(args, 0)))),
  defineValueFunc("file", "The text of a file.", [str("path")], STRING, readText),
  defineValueFunc("filebase64", "The bytes of a file as base64; the path is seen from the working directory.", [str("path")], STRING, readBase64),
  defineValueFunc("fileexists", "Whether there is a file at a path.", [str("path")], BOOL, exists),
  defineValueFunc("fileset", "The files below a folder that match a pattern.", [str("path"), str("pattern")], setOf(STRING), fileSet),
  defineValueFunc("pathexpand", "The path with ~ replaced by the home folder.", [str("path")], STRING, (args, host) => stringValue(home(textOf(args, 0), host))),
];

function home(path: string, host: FunctionHost): string {
  const expanded = expandHome(path, host.home);
  if (expanded === undefined) throw new FunctionError(`failed to expand ~: cannot expand user-specific home dir`);
  return expanded;
}

/** Where a path of the template lies: from the template's folder, `~` expanded. */
export const templatePath = (path: string, host: FunctionHost): string => resolveFrom(host.baseDir, home(path, host));

/** The text of a file that a template names. Throws {@link FunctionError} for argument 0. */
export function readTemplateFile(path: string, host: FunctionHost): string {
  const bytes = readBytes(templatePath(path, host), host);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new FunctionError(
      `contents of ${path} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents`,
      0,
    );
  }
}

function readText(args: readonly Value[], host: FunctionHost): Value {
  return stringValue(readTemplateFile(textOf(args, 0), host));
}

function readBase64(args: readonly Value[], host: FunctionHost): Value {
  const bytes = readBytes(resolveFrom(host.cwd, textOf(args, 0)), host);
  return stringValue(Buffer.from(bytes).toString("base64"));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no file exists at",
  EISDIR: "this is a directory, not a file:",
  EACCES: "permission denied:",
  ENOTDIR: "a part of the path is not a directory:",
  ELOOP: "too many symbolic links:",
};

function readBytes(path: string, host: FunctionHost): Uint8Array {
  try {
    return host.readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new FunctionError(`${REASONS[code] ?? `can't be read (${code}):`} ${path}`, 0);
  }
}

function exists(args: readonly Value[], host: FunctionHost): Value {
  const path = templatePath(textOf(args, 0), host);
  const kind = kindOf(path, host);
  if (kind === "directory" || kind === "other") throw new FunctionError(`${path} is not a regular file`);
  return boolValue(kind === "file");
}

function kindOf(path: string, host: FunctionHost): ReturnType<FunctionHost["kindOf"]> {
  try {
    return host.kindOf(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new FunctionError(`failed to look at ${path}: ${code}`);
  }
}

function fileSet(args: readonly Value[], host: FunctionHost): Value {
  const [, up = "", pattern = ""] = /^((?:\.\.\/)*)([\s\S]*)$/.exec(cleanPattern(textOf(args, 1))) ?? [];
  const folder = resolveFrom(templatePath(textOf(args, 0), host), up);
  const paths = globFiles(folder, pattern, host).map((path) => up + path);
  return makeSet(STRING, paths.map(stringValue));
}

/** The pattern is joined to the folder as a path, so `./*` is `*`. */
const cleanPattern = (pattern: string): string => (/[{\\]/.test(pattern) ? pattern : cleanPath(pattern));
