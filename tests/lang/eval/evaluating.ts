import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import type { Diagnostic } from "../../../lang/diagnostics/diagnostic.js";
import { evaluate } from "../../../lang/eval/evaluate.js";
import { languageFunctions } from "../../../lang/eval/special-forms.js";
import type { FunctionHost } from "../../../lang/functions/host.js";
import { parseExpression } from "../../../lang/syntax/parse.js";
import type { Value } from "../../../lang/values/value.js";

const NOW = new Date("2024-06-15T12:00:00Z");

/** A world of the given files below /base, and nothing else. */
export function hostWith(files: Readonly<Record<string, string>> = {}): FunctionHost {
  const text = (path: string): string | undefined => files[path.replace(/^\/base\//, "")];
  return {
    baseDir: "/base",
    cwd: "/base",
    home: "/home/ann",
    startedAt: NOW,
    now: () => NOW,
    env: () => undefined,
    random: (bytes) => new Uint8Array(bytes),
    list: () => [],
    readFile: (path) => Buffer.from(text(path) ?? ""),
    kindOf: (path) => (text(path) === undefined ? undefined : "file"),
  };
}

export interface Outcome {
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
}

export function evaluating(
  text: string,
  variables: Readonly<Record<string, Value>> = {},
  files: Readonly<Record<string, string>> = {},
  host = hostWith(files),
): Outcome {
  const trouble = collectDiagnostics();
  const { expr, file } = parseExpression(text, "test.pkr.hcl", trouble);
  const context = {
    variables: new Map(Object.entries(variables)),
    functions: languageFunctions(),
    host,
  };
  const value = evaluate(expr, file, context, trouble);
  return { value, diagnostics: trouble.diagnostics };
}
