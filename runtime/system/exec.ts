// Programs by argv, their lines, and the end of their whole process group.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { RunError } from "../contract/errors.js";
import { drain, lineCutter, type Reading, readText } from "./output.js";
import { endGroup, noteGroup, type Through } from "./process-group.js";
import { systemReason } from "./system-error.js";

export interface ExecOptions {
  readonly cwd?: string;
  /** The whole environment; the process's own where it is not given. */
  readonly env?: Readonly<Record<string, string>>;
  /** Beside the environment, or instead of what it says. */
  readonly moreEnv?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly onLine?: (stream: "stdout" | "stderr", line: string) => void;
  /** Aborting ends the whole process group: TERM, then KILL. */
  readonly signal?: AbortSignal;
  /** How a program is run that may end what this one runs, where that is another user's. */
  readonly through?: Through;
}

export interface ExecResult {
  /** 128 + n when signal n ended it. */
  readonly exitCode: number;
  /** A signal ended it, and not it itself. */
  readonly killed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program could not be started, or said no. */
export class ExecError extends RunError {
  override readonly name = "ExecError";
  readonly argv: readonly string[];
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(argv: readonly string[], exitCode: number | undefined, stderr: string, cause?: unknown) {
    const how = exitCode === undefined ? "could not be started" : `exit status ${exitCode}`;
    super(`${argv.join(" ")}: ${how}${stderr.trim() === "" ? "" : `: ${stderr.trim()}`}`, { cause });
    this.argv = argv;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/**
 * Runs a program to its end, whatever that is, but not to the end of what it leaves behind, even if that holds its output open.
 * Rejects when it can't be started, or with the signal's reason once its group is gone.
 */
export async function exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const { onLine, signal, through } = options;
  signal?.throwIfAborted();
  const child = start(argv, options);
  const ended = endOf(child, argv, options);
  const forget = noteGroup(child.pid, through);
  const stdout = listen(child.stdout, "stdout", onLine);
  const stderr = listen(child.stderr, "stderr", onLine);
  const ending = endOnAbort(child.pid, signal, through);
  try {
    const end = await ended;
    await drain([stdout.reading, stderr.reading]);
    await ending.settle();
    signal?.throwIfAborted();
    return { ...end, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    forget();
  }
}

function start(argv: readonly string[], options: ExecOptions): ChildProcess {
  const [file = "", ...args] = argv;
  // biome-ignore lint/style/noProcessEnv: a program inherits the environment where it is given none.
  const { cwd, env = process.env, moreEnv, stdin } = options;
  try {
    const child = spawn(file, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...env, ...moreEnv },
      stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      // A group of its own, so that what it starts can be ended with it.
      detached: true,
    });
    // A program need not read what it is given.
    child.stdin?.on("error", () => undefined).end(stdin);
    return child;
  } catch (error) {
    throw notStarted(argv, options, error);
  }
}

/** The program's own end; its streams may be open longer. Rejects when it could not be started. */
function endOf(
  child: ChildProcess,
  argv: readonly string[],
  options: ExecOptions,
): Promise<Pick<ExecResult, "exitCode" | "killed">> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => {
      resolve({ exitCode: code ?? 128 + constants.signals[signal ?? "SIGKILL"], killed: code === null });
    });
    child.once("error", (error) => reject(notStarted(argv, options, error)));
  });
}

function notStarted(argv: readonly string[], { cwd }: ExecOptions, error: unknown): ExecError {
  // Node names the program where it is the folder that is missing.
  const why = cwd !== undefined && !existsSync(cwd) ? `there is no folder ${cwd}` : systemReason(error);
  return new ExecError(argv, undefined, why, error);
}

interface Output {
  readonly reading: Reading;
  /** All of it, unless it went to `onLine`. */
  text(): string;
}

function listen(
  stream: NodeJS.ReadableStream | null,
  name: "stdout" | "stderr",
  onLine: ExecOptions["onLine"],
): Output {
  const pieces: string[] = [];
  const whole = { take: (piece: string) => void pieces.push(piece), end: () => undefined };
  const sink = onLine === undefined ? whole : lineCutter((line) => onLine(name, line));
  return { reading: readText(stream, sink), text: () => pieces.join("") };
}

/** As {@link exec}; rejects with {@link ExecError} unless the program ends with 0. Gives what it printed. */
export async function run(argv: readonly string[], options: ExecOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await exec(argv, options);
  if (exitCode !== 0) throw new ExecError(argv, exitCode, stderr);
  return stdout;
}

interface Ending {
  /** Waits until an ending that was begun is through. */
  settle(): Promise<void>;
}

function endOnAbort(pid: number | undefined, signal: AbortSignal | undefined, through: Through | undefined): Ending {
  if (pid === undefined || signal === undefined) return { settle: () => Promise.resolve() };
  let ending: Promise<void> | undefined;
  const onAbort = (): void => {
    ending = endGroup(pid, through);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    async settle() {
      signal.removeEventListener("abort", onAbort);
      await ending;
    },
  };
}
