// The mistakes of the template that a document belongs to, as `validate` tells them.

import { dirname } from "node:path";
import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { parseJsonFile } from "../../lang/json/index.js";
import { parseFile } from "../../lang/syntax/parse.js";
import { prepareTemplate } from "../engine.js";
import { DEFAULTS, type EngineOptions } from "../engine-options.js";
import { maskDiagnostic } from "../ui/fan-out.js";
import { storeOf } from "../ui/secrets.js";
import { isTemplateFile, type OpenFiles } from "./open-template.js";

export type Settings = Pick<EngineOptions, "world" | "registry">;

/** Of a template file: of its whole folder. Of a file of variables: its syntax. Variables need no values while one edits. */
export async function diagnose(
  path: string,
  open: OpenFiles,
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  if (!isTemplateFile(path)) return syntaxOf(path, open.get(path) ?? "");
  const { diagnostics, plan } = await prepareTemplate(dirname(path), {
    ...DEFAULTS,
    ...settings,
    openFiles: open,
    unsetIsUnknown: true,
    signal,
  });
  const secrets = storeOf(plan?.secrets ?? []);
  return diagnostics.map((diagnostic) => maskDiagnostic(diagnostic, secrets));
}

function syntaxOf(path: string, text: string): readonly Diagnostic[] {
  const report = collectDiagnostics();
  if (path.endsWith(".json")) parseJsonFile(path, text, report);
  else parseFile(path, text, report);
  return report.diagnostics;
}
