// The shell provisioner at work: for each script upload, run, remove (cli-runtime §4.3).

import type { Shell } from "../../schemas/options.gen.js";
import { type Communicator, DISCONNECTED } from "../contract/communicator.js";
import type { Machine, PrepareContext } from "../contract/component.js";
import { errorFrom, RunError, Unreachable } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";
import { shellWord } from "../system/shell-word.js";
import { checkExit, environmentOf, milliseconds, type Script, scriptsOf, varsText } from "./script.js";

const DEFAULT_COMMAND = "chmod +x {{.Path}}; {{.Vars}} {{.Path}}";
const DEFAULT_COMMAND_WITH_FILE = "chmod +x {{.Path}}; . {{.EnvVarFile}} && {{.Path}}";
const DEFAULT_COMMANDS = [DEFAULT_COMMAND, DEFAULT_COMMAND_WITH_FILE];
const FORMAT = "%s='%s' ";
const FORMAT_IN_FILE = "export %s='%s'\n";

/** Rejects when a script can't be run, or ends otherwise than it may. What was uploaded for a script that failed stays. */
export async function runShell(
  options: Shell,
  context: PrepareContext,
  { communicator, generated }: Machine,
  run: RunContext,
): Promise<void> {
  if (communicator.kind === "none")
    throw new RunError("the shell provisioner needs a machine to run on, and this builder gives it none");
  const job: Job = { options, context, communicator, generated, run, path: remotePath(options) };
  const scripts = scriptsOf(options, context, generated, options.inline_shebang === "/bin/sh -e");
  const envFile = options.use_env_var_file === true ? await uploadVariables(job) : "";
  for (const script of scripts) await runScript(script, envFile, job);
  if (envFile !== "" && options.skip_clean !== true) await remove(envFile, job);
  await pauseAfter(options, run);
}

interface Job {
  readonly options: Shell;
  readonly context: PrepareContext;
  readonly communicator: Communicator;
  readonly generated: Machine["generated"];
  readonly run: RunContext;
  /** Where scripts go on the machine, one after the other. */
  readonly path: string;
}

/** An empty text is none. */
const orDefault = (given: string | undefined, fallback: string): string =>
  given === "" ? fallback : (given ?? fallback);

/** As Packer chooses it: scripts of one provisioner share a name, those of two hardly ever. */
const anyNumber = (): number => Math.floor(Math.random() * 9999);

function remotePath({ remote_path = "", remote_folder, remote_file = "" }: Shell): string {
  if (remote_path !== "") return remote_path;
  return `${remote_folder}/${remote_file === "" ? `script_${anyNumber()}.sh` : remote_file}`;
}

/** Where the file is on the machine: for nobody but its user, for it may hold secrets. */
async function uploadVariables({ options, context, communicator, run }: Job): Promise<string> {
  const path = `${options.remote_folder}/varfile_${anyNumber()}.sh`;
  const text = varsText(environmentOf(options, context), orDefault(options.env_var_format, FORMAT_IN_FILE));
  await untilReached(options, run, () =>
    told("Error uploading envVarFile", () =>
      communicator.upload(oneChunk(Buffer.from(text)), path, { mode: 0o600, signal: run.signal }),
    ),
  );
  return path;
}

async function runScript(script: Script, envFile: string, job: Job): Promise<void> {
  const { options, run, path } = job;
  run.emit({ type: "say", text: `Provisioning with shell script: ${script.path ?? "inline"}` });
  const command = commandFor(envFile, job);
  const exitCode = await untilReached(options, run, () => uploadAndRun(script, command, job));
  if (exitCode !== DISCONNECTED) checkExit(exitCode, options);
  else if (options.expect_disconnect !== true)
    throw new RunError(
      "Script disconnected unexpectedly: the connection ended before the script did. Where it is meant to, as in a reboot, set expect_disconnect = true",
    );
  if (options.skip_clean !== true) await remove(path, job);
}

interface Command {
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
}

/** With the default command the variables are passed by exec, so that no process list shows them (decisions 20). */
function commandFor(envFile: string, { options, context, generated, path }: Job): Command {
  const variables = environmentOf(options, context);
  const format = orDefault(options.execute_command, envFile === "" ? DEFAULT_COMMAND : DEFAULT_COMMAND_WITH_FILE);
  const isDefault = format === DEFAULT_COMMAND && orDefault(options.env_var_format, FORMAT) === FORMAT;
  const byExec = isDefault && [...variables.keys()].every((name) => /^[A-Za-z_]\w*$/.test(name));
  const vars = byExec
    ? ""
    : varsText(variables, orDefault(options.env_var_format, envFile === "" ? FORMAT : FORMAT_IN_FILE));
  // A command of the template's own gets them as they are, as in Packer: it may have quotes around them.
  const named = DEFAULT_COMMANDS.includes(format) ? wordOf : (each: string): string => each;
  const data = { ...generated, Path: named(path), Vars: vars, EnvVarFile: named(envFile) };
  return { line: rendered(format, data, context), env: byExec ? Object.fromEntries(variables) : {} };
}

function rendered(format: string, data: Readonly<Record<string, unknown>>, { templates }: PrepareContext): string {
  try {
    return templates.render(format, data);
  } catch (thrown) {
    throw new RunError(`Error processing command: ${errorFrom(thrown).message}`, { cause: thrown });
  }
}

async function uploadAndRun({ bytes }: Script, { line, env }: Command, job: Job): Promise<number> {
  const { communicator, options, run, path } = job;
  const text = options.binary === true ? bytes : unixLines(bytes);
  const how = { mode: 0o755, size: text.length, signal: run.signal };
  await told("Error uploading script", () => communicator.upload(oneChunk(text), path, how));
  const onLine = (stream: "stdout" | "stderr", shown: string): void =>
    run.emit({ type: "output", stream, line: shown });
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

/** A path that is the same to a shell, which would expand others. */
const PLAIN_PATH = /^\/[\w./-]+$/;

/** With blanks in it, one word all the same; what a template wrote for a shell stays. */
function wordOf(path: string): string {
  if (!/\s/.test(path) || /["'\\]/.test(path)) return path;
  const [home = ""] = /^~\//.exec(path) ?? [];
  return `${home}${shellWord(path.slice(home.length))}`;
}

/** Waits for a machine that is just coming up again. */
async function remove(path: string, { communicator, options, run }: Job): Promise<void> {
  if (communicator.removeFile !== undefined && PLAIN_PATH.test(path))
    return told(`Error removing temporary script at ${path}!`, async () => communicator.removeFile?.(path));
  const exitCode = await untilReached(options, run, async () => {
    const ended = await communicator.exec({ line: `rm -f ${wordOf(path)}`, signal: run.signal });
    if (ended.exitCode === DISCONNECTED) throw new Unreachable("the connection was closed meanwhile");
    return ended.exitCode;
  });
  if (exitCode !== 0)
    throw new RunError(`Error removing temporary script at ${path}! rm ended with exit status ${exitCode}`);
}

async function pauseAfter(options: Shell, run: RunContext): Promise<void> {
  const pause = milliseconds(options.pause_after);
  if (pause === 0) return;
  run.emit({ type: "say", text: `Pausing ${options.pause_after} after this provisioner...` });
  await run.clock.sleep(pause, run.signal);
}

/** An error of `body` says what could not be done; of what kind it is stays. */
async function told<T>(what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (thrown) {
    const { message } = errorFrom(thrown);
    throw thrown instanceof Unreachable
      ? new Unreachable(`${what}: ${message}`, { cause: thrown })
      : new RunError(`${what}: ${message}`, { cause: thrown });
  }
}

const RETRY_EVERY = 2000;

/** Until start_retry_timeout; only what can't be reached or started is tried again, not what ran and failed. */
async function untilReached<T>(options: Shell, run: RunContext, attempt: () => Promise<T>): Promise<T> {
  const until = run.clock.monotonic() + milliseconds(options.start_retry_timeout);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof Unreachable) || run.clock.monotonic() + RETRY_EVERY > until) throw error;
      await run.clock.sleep(RETRY_EVERY, run.signal);
    }
  }
}
