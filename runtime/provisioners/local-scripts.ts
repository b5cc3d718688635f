// The engine of shell-local, as a provisioner and as a post-processor.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import type { ShellLocal } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import type { GeneratedData, PrepareContext } from "../contract/component.js";
import type { RunContext } from "../contract/run-context.js";
import { exec } from "../system/exec.js";
import { checkExit, checkScripts, environmentOf, type Script, scriptsOf, varsText } from "./script.js";

const SYSTEMS = ["darwin", "freebsd", "linux", "openbsd", "solaris", "windows"];

export function checkLocal(options: Options<ShellLocal>, context: PrepareContext, report: Reporter): void {
  const { inline = [], script, scripts = [], command, only_on = [] } = options.value;
  const given = [inline.length > 0, script !== undefined, scripts.length > 0, command !== undefined].filter(
    Boolean,
  ).length;
  const waiting = ["/inline", "/script", "/scripts", "/command"].some((pointer) => options.unknown.includes(pointer));
  const refuse = (text: string, pointer = ""): void => report.report(at(optionProblem(text), options.rangeOf(pointer)));
  if (given === 0 && !waiting) refuse("Command, Inline, Script and Scripts options cannot all be empty.");
  if (given > 1)
    refuse(
      "You may only specify one of the following options: Command, Inline, Script or Scripts. Please consolidate these options in your config.",
    );
  for (const system of only_on) {
    if (!SYSTEMS.includes(system))
      refuse(`Invalid OS specified in only_on: '${system}'. Supported OS names: ${SYSTEMS.join(", ")}`, "/only_on");
  }
  checkScripts(options, context, report);
}

export async function runLocal(
  options: ShellLocal,
  context: PrepareContext,
  generated: GeneratedData,
  run: RunContext,
): Promise<void> {
  const { only_on = [], command } = options;
  if (only_on.length > 0 && !only_on.includes(process.platform)) {
    return run.emit({ type: "say", text: "Skipping shell-local due to runtime OS" });
  }
  const rendered = {
    ...options,
    environment_vars: (options.environment_vars ?? []).map((pair) => context.templates.render(pair, generated)),
  };
  const withCommand = command === undefined ? rendered : { ...rendered, inline: [command] };
  for (const script of scriptsOf(withCommand, context, generated, false))
    await inFile(script, options, (path) => runScript(path, rendered, context, generated, run));
}

/** Inline lines get a file of their own, which goes with the script's end. */
async function inFile(
  { path, bytes }: Script,
  { tempfile_extension = "" }: ShellLocal,
  use: (path: string) => Promise<void>,
): Promise<void> {
  if (path !== undefined) return use(path);
  const folder = mkdtempSync(join(tmpdir(), "packer-shell"));
  const extension = tempfile_extension === "" ? "" : `.${tempfile_extension.replace(/^\./, "")}`;
  const file = join(folder, `script${extension}`);
  try {
    writeFileSync(file, bytes, { mode: 0o700 });
    await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runScript(
  path: string,
  options: ShellLocal,
  context: PrepareContext,
  generated: GeneratedData,
  run: RunContext,
): Promise<void> {
  run.emit({ type: "say", text: `Running local shell script: ${path}` });
  const absolute = isAbsolute(path) ? path : join(context.cwd, path);
  const variables = environmentOf(options, context);
  const byExec = isDefault(options);
  const vars = byExec ? "" : varsText(variables, options.env_var_format);
  const data = { ...generated, Vars: vars, Script: absolute, Command: absolute };
  const argv = (options.execute_command ?? []).map((word) => context.templates.render(word, data));
  const onLine = (stream: "stdout" | "stderr", line: string): void => run.emit({ type: "output", stream, line });
  const env = byExec ? { moreEnv: Object.fromEntries(variables) } : {};
  const { exitCode } = await exec(argv, { cwd: context.cwd, ...env, onLine, signal: run.signal });
  checkExit(exitCode, options);
}

/** Nobody asked for `{{.Vars}}`: the environment goes by exec, so that no value stands in a command line, which everybody may read. */
const isDefault = ({ execute_command: words, env_var_format: format }: ShellLocal): boolean =>
  format === "%s='%s' " && JSON.stringify(words) === JSON.stringify(["/bin/sh", "-c", "{{.Vars}} {{.Script}}"]);
