// The template that a document belongs to: the files of its folder, open ones as the editor has them.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { muteReporter } from "../../lang/diagnostics/collect.js";
import { parseJsonFile } from "../../lang/json/index.js";
import { parseFile } from "../../lang/syntax/parse.js";
import type { Template } from "../../lang/template/ir.js";
import { lowerFiles } from "../../lang/template/lower.js";

/** Texts of the open documents by absolute path. */
export type OpenFiles = ReadonlyMap<string, string>;

export const isTemplateFile = (path: string): boolean => /\.pkr\.(hcl|json)$/.test(path);
export const isVariableFile = (path: string): boolean => /\.pkrvars\.(hcl|json)$/.test(path);

/** What is declared there, as far as it can be read; mistakes are the diagnostics' business. */
export function openTemplate(path: string, open: OpenFiles): Template {
  const folder = dirname(path);
  const report = muteReporter();
  const files = templateFiles(folder, open).flatMap((file) => {
    const text = textOf(file, open);
    if (text === undefined) return [];
    return [file.endsWith(".json") ? parseJsonFile(file, text, report) : parseFile(file, text, report)];
  });
  return lowerFiles(files, folder, report);
}

function templateFiles(folder: string, open: OpenFiles): readonly string[] {
  const unsaved = [...open.keys()].filter((path) => dirname(path) === folder);
  return [...new Set([...namesIn(folder).map((name) => join(folder, name)), ...unsaved])].filter(isTemplateFile).sort();
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A new file in a folder that is not there yet.
    return [];
  }
}

function textOf(path: string, open: OpenFiles): string | Uint8Array | undefined {
  const own = open.get(path);
  if (own !== undefined) return own;
  try {
    return readFileSync(path);
  } catch {
    // Gone since the folder was listed, or unreadable: diagnostics say so.
    return undefined;
  }
}
