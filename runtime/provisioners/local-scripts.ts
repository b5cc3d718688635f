// The engine of shell-local, as a provisioner and as a post-processor.

import { randomInt } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import type { ShellLocal } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import type { GeneratedData, PrepareContext } from "../contract/component.js";
import { RunError } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";
import { ExecError, exec } from "../system/exec.js";
import { shellWord } from "../system/shell-word.js";
import { checkExit, checkScripts, environmentOf, type Script, scriptsOf, varsText } from "./script.js";

/** As Go calls them. */
const SYSTEMS = ["darwin", "freebsd", "linux", "openbsd", "solaris", "windows"];
const NODE_NAMES: Readonly<Record<string, string>> = { win32: "windows", sunos: "solaris" };
const THIS_SYSTEM = NODE_NAMES[process.platform] ?? process.platform;

export function checkLocal(options: Options<ShellLocal>, context: PrepareContext, report: Reporter): void {
  const { inline = [], script = "", scripts = [], command = "", only_on = [] } = options.value;
  const given = [inline, script, scripts, command].filter(({ length }) => length > 0).length;
  const waiting = ["/inline", "/script", "/scripts", "/command"].some((pointer) => options.unknown.includes(pointer));
  const refuse = (text: string, pointer = ""): void => report.report(at(optionProblem(text), options.rangeOf(pointer)));
  if (given === 0 && !waiting) refuse("Command, Inline, Script and Scripts options cannot all be empty.");
  if (given > 1)
    refuse(
      "You may only specify one of the following options: Command, Inline, Script or Scripts. Please consolidate these options in your config.",
    );
  for (const system of only_on) {
    if (!SYSTEMS.includes(system))
      refuse(`Invalid OS specified in only_on: '${system}'\nSupported OS names: ${SYSTEMS.join(", ")}`, "/only_on");
  }
  checkScripts(options, context, report);
}

export async function runLocal(
  options: ShellLocal,
  context: PrepareContext,
  generated: GeneratedData,
  run: RunContext,
): Promise<void> {
  const { only_on = [], command = "" } = options;
  if (only_on.length > 0 && !only_on.includes(THIS_SYSTEM)) {
    return run.emit({ type: "say", text: "Skipping shell-local due to runtime OS" });
  }
  const rendered = {
    ...options,
    environment_vars: (options.environment_vars ?? []).map((pair) => context.templates.render(pair, generated)),
  };
  const withCommand = command === "" ? rendered : { ...rendered, inline: [command] };
  for (const script of scriptsOf(withCommand, context, generated, false))
    await inFile(script, options, (path) => runScript(path, rendered, context, generated, run));
}

/** Inline lines get a file of their own, which goes with the script's end. */
async function inFile(
  { path, bytes }: Script,
  options: ShellLocal,
  use: (path: string) => Promise<void>,
): Promise<void> {
  if (path !== undefined) return use(path);
  const file = newFile(bytes, options);
  try {
    await use(file);
  } finally {
    rmSync(file, { force: true });
  }
}

/** `packer-shellN.EXT`, N any number: scripts find it by that name. Only its owner may read it, for it may hold secrets. */
function newFile(bytes: Uint8Array, { tempfile_extension = "" }: ShellLocal): string {
  const extension = tempfile_extension === "" ? "" : `.${tempfile_extension.replace(/^\./, "")}`;
  const file = join(tmpdir(), `packer-shell${randomInt(2 ** 32)}${extension}`);
  writeFileSync(file, bytes, { mode: 0o700, flag: "wx" });
  return file;
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
  // A folder for temporary files may have any name; a command of the template's own gets it as it is, as in Packer.
  const script = byExec ? shellWord(absolute) : absolute;
  const data = { ...generated, Vars: vars, Script: script, Command: script };
  const argv = commandOf(options).map((word) => context.templates.render(word, data));
  const moreEnv = { PACKER_RUN_UUID: run.runId, ...(byExec ? Object.fromEntries(variables) : {}) };
  const onLine = (stream: "stdout" | "stderr", line: string): void => run.emit({ type: "output", stream, line });
  const ended = await started(path, run, () => exec(argv, { cwd: context.cwd, moreEnv, onLine, signal: run.signal }));
  // Packer's number for a script that a signal ended itself, with no shell around it that would say 128 + n.
  checkExit(ended.killed ? -1 : ended.exitCode, options);
}

/** What can't be started is told as Packer does, and why above it. */
async function started<T>(path: string, run: RunContext, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (thrown) {
    if (!(thrown instanceof ExecError)) throw thrown;
    run.emit({ type: "error", text: thrown.message });
    throw new RunError(`Error executing script: ${path}\n\nPlease see output above for more information.`, {
      cause: thrown,
    });
  }
}

const DEFAULT_COMMAND = ["/bin/sh", "-c", "{{.Vars}} {{.Script}}"];

/** A list without words is as good as none. */
const commandOf = ({ execute_command: words = [] }: ShellLocal): readonly string[] =>
  words.length === 0 ? DEFAULT_COMMAND : words;

/** Nobody asked for `{{.Vars}}`: the environment goes by exec, so that no value stands in a command line, which everybody may read. */
const isDefault = (options: ShellLocal): boolean =>
  options.env_var_format === "%s='%s' " && commandOf(options).join("\n") === DEFAULT_COMMAND.join("\n");
