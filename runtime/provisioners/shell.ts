import { optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { shellOptions } from "../../schemas/index.js";
import type { Shell } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import type { Communicator } from "../contract/communicator.js";
import { defineProvisioner, type Machine, type PrepareContext } from "../contract/component.js";
import { errorFrom, RunError, Unreachable } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";
import { checkExit, checkScripts, environmentOf, milliseconds, type Script, scriptsOf, varsText } from "./script.js";

const DEFAULT_COMMAND = "chmod +x {{.Path}}; {{.Vars}} {{.Path}}";

export const component = defineProvisioner<Shell>({
  type: "shell",
  summary: "Runs scripts on the machine that is built",
  schema: shellOptions,
  needsMachine: true,
  check,
  provision,
});

function check(options: Options<Shell>, context: PrepareContext, report: Reporter): void {
  const { inline = [], script, scripts = [] } = options.value;
  const refuse = (text: string): void => report.report(at(optionProblem(text), undefined));
  const waiting = ["/inline", "/script", "/scripts"].some((pointer) => options.unknown.includes(pointer));
  if (script !== undefined && scripts.length > 0) refuse("Only one of script or scripts can be specified.");
  if (inline.length === 0 && script === undefined && scripts.length === 0 && !waiting)
    refuse("Either a script file or inline script must be specified.");
  if (inline.length > 0 && (script !== undefined || scripts.length > 0))
    refuse("Only a script file or an inline script can be specified, not both.");
  checkScripts(options, context, report);
  if (
    /\{\{[^}]*\.Vars/.test(options.value.execute_command ?? "") &&
    options.given("/execute_command") &&
    options.secrets.length > 0
  ) {
    report.report(
      at(
        optionDoubt("A sensitive value stands in {{.Vars}}, and so in a command line"),
        options.rangeOf("/execute_command"),
      ),
    );
  }
}

async function provision(
  options: Shell,
  context: PrepareContext,
  { communicator, generated }: Machine,
  run: RunContext,
): Promise<void> {
  if (communicator.kind === "none")
    throw new RunError("the shell provisioner needs a machine to run on, and this builder gives it none");
  const path = remotePath(options);
  for (const script of scriptsOf(options, context, generated, options.inline_shebang === "/bin/sh -e")) {
    run.emit({ type: "say", text: `Provisioning with shell script: ${script.path ?? "inline"}` });
    const command = commandFor(path, options, context, generated);
    const exitCode = await started(options, run, () => uploadAndRun(communicator, script, path, command, options, run));
    checkExit(exitCode, options);
    if (options.skip_clean !== true) await communicator.exec({ line: `rm -f ${path}`, signal: run.signal });
  }
  const pause = milliseconds(options.pause_after);
  if (pause === 0) return;
  run.emit({ type: "say", text: `Pausing ${options.pause_after} after this provisioner...` });
  await run.clock.sleep(pause, run.signal);
}

function remotePath({ remote_path, remote_folder, remote_file }: Shell): string {
  if (remote_path !== undefined && remote_path !== "") return remote_path;
  const name =
    remote_file === undefined || remote_file === "" ? `script_${Math.floor(Math.random() * 9999)}.sh` : remote_file;
  return `${remote_folder}/${name}`;
}

interface Command {
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
}

/** With the default command the variables are passed by exec, so that no process list shows them. */
function commandFor(
  path: string,
  options: Shell,
  { templates, ...context }: PrepareContext,
  generated: Machine["generated"],
): Command {
  const variables = environmentOf(options, { templates, ...context });
  const format = options.execute_command ?? DEFAULT_COMMAND;
  const byExec = format === DEFAULT_COMMAND && [...variables.keys()].every((name) => /^[A-Za-z_]\w*$/.test(name));
  const vars = byExec ? "" : varsText(variables, options.env_var_format);
  const line = templates.render(format, { ...generated, Path: path, Vars: vars, EnvVarFile: "" });
  return { line, env: byExec ? Object.fromEntries(variables) : {} };
}

async function uploadAndRun(
  communicator: Communicator,
  { bytes }: Script,
  path: string,
  { line, env }: Command,
  { binary }: Shell,
  run: RunContext,
): Promise<number> {
  await communicator.upload(oneChunk(binary === true ? bytes : unixLines(bytes)), path, 0o755);
  const onLine = (stream: "stdout" | "stderr", text: string): void => run.emit({ type: "output", stream, line: text });
  return (await communicator.exec({ line, env, onLine, signal: run.signal })).exitCode;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Line breaks of Windows become those of Unix, and the last line ends with one. */
function unixLines(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1").replaceAll("\r\n", "\n");
  return Buffer.from(text.endsWith("\n") ? text : `${text}\n`, "latin1");
}

const RETRY_EVERY = 2000;

/** Only what can't be started or reached is tried again, not a script that fails. */
async function started(options: Shell, run: RunContext, attempt: () => Promise<number>): Promise<number> {
  const until = run.clock.monotonic() + milliseconds(options.start_retry_timeout);
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = errorFrom(thrown);
      run.signal.throwIfAborted();
      if (!(error instanceof Unreachable) || run.clock.monotonic() + RETRY_EVERY > until) throw error;
      await run.clock.sleep(RETRY_EVERY, run.signal);
    }
  }
}
