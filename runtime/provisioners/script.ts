// What shell and shell-local share: scripts, their environment, and which exit codes are good.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { parseGoDuration } from "../../lang/values/go-duration.js";
import type { Options } from "../../schemas/options.js";
import type { GeneratedData, PrepareContext } from "../contract/component.js";
import { RunError } from "../contract/errors.js";
import { statProblem } from "../system/stat-problem.js";
import { systemReason } from "../system/system-error.js";

export interface ScriptOptions {
  readonly inline?: readonly string[];
  readonly script?: string;
  readonly scripts?: readonly string[];
  readonly inline_shebang?: string;
  readonly environment_vars?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly env_var_format?: string;
  readonly valid_exit_codes?: readonly number[];
}

/** Files that are there, and variables that are KEY=VALUE. */
export function checkScripts(options: Options<ScriptOptions>, { cwd }: PrepareContext, report: Reporter): void {
  const { script = "", scripts = [], environment_vars = [] } = options.value;
  const files =
    script === "" ? scripts.map((path, i) => [path, `/scripts/${i}`] as const) : [[script, "/script"] as const];
  for (const [path, pointer] of files) {
    const why = statProblem(path, cwd);
    if (why !== undefined) report.report(at(optionProblem(`Bad script '${path}': ${why}`), options.rangeOf(pointer)));
  }
  environment_vars.forEach((pair, i) => {
    if (pair.indexOf("=") > 0) return;
    report.report(
      at(
        optionProblem(`Environment variable not in format 'key=value': ${pair}`),
        options.rangeOf(`/environment_vars/${i}`),
      ),
    );
  });
}

/** A script: its text, and what it is called. */
export interface Script {
  /** A path, or undefined for inline lines. */
  readonly path: string | undefined;
  readonly bytes: Uint8Array;
}

export function scriptsOf(
  options: ScriptOptions,
  { cwd, templates }: PrepareContext,
  data: GeneratedData,
  keepShebang: boolean,
): readonly Script[] {
  const { inline = [], script = "", inline_shebang = "/bin/sh -e" } = options;
  if (inline.length > 0) {
    const text = inline.map((line) => `${templates.render(line, data)}\n`).join("");
    const own = keepShebang && text.startsWith("#!");
    return [{ path: undefined, bytes: Buffer.from(own ? text : `#!${inline_shebang}\n${text}`) }];
  }
  const paths = script === "" ? (options.scripts ?? []) : [script];
  return paths.map((path) => ({ path, bytes: readScript(path, cwd) }));
}

/** It was there when the template was checked; but it may be a folder, or gone since. */
function readScript(path: string, cwd: string): Uint8Array {
  try {
    return readFileSync(path.startsWith("/") ? path : join(cwd, path));
  } catch (thrown) {
    throw new RunError(`Error opening shell script: ${path}: ${systemReason(thrown)}`, { cause: thrown });
  }
}

/** The variables of a script, in the order of their names; the user's win over Packer's. */
export function environmentOf(
  { environment_vars = [], env = {} }: ScriptOptions,
  { buildName, builderType }: PrepareContext,
): ReadonlyMap<string, string> {
  const given = new Map([
    ["PACKER_BUILD_NAME", buildName],
    ["PACKER_BUILDER_TYPE", builderType],
  ]);
  for (const pair of environment_vars) given.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
  for (const [name, value] of Object.entries(env)) given.set(name, value);
  return new Map([...given].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `{{.Vars}}`: each variable in the format, a quote in a value closed, escaped and opened again. */
export const varsText = (variables: ReadonlyMap<string, string>, format = "%s='%s' "): string =>
  [...variables].map(([name, value]) => fill(format, [name, value.replaceAll("'", `'"'"'`)])).join("");

/** Go's %s, one after the other. */
function fill(format: string, values: readonly string[]): string {
  let next = 0;
  return format.replace(/%(s|%)/g, (_, verb: string) => {
    if (verb === "%") return "%";
    next += 1;
    return values[next - 1] ?? "";
  });
}

/** Throws unless the exit code is among the good ones. */
export function checkExit(exitCode: number, { valid_exit_codes = [] }: ScriptOptions): void {
  // A list without any is as good as none.
  const good = valid_exit_codes.length === 0 ? [0] : valid_exit_codes;
  if (good.includes(exitCode)) return;
  throw new RunError(
    `Script exited with non-zero exit status: ${exitCode}. Allowed exit codes are: [${good.join(" ")}]`,
  );
}

/** Milliseconds of a duration that was checked. */
export function milliseconds(text: string | undefined): number {
  const parsed = parseGoDuration(text ?? "0");
  return "error" in parsed ? 0 : Number(parsed.nanoseconds) / 1e6;
}
