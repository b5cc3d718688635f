// The door to execa: programs by argv, their lines, and the end of their whole process group.

import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { RunError } from "../contract/errors.js";
import { drain, lineCutter, type Reading, readText } from "./output.js";
import { endGroup, noteGroup, type Through } from "./process-group.js";
import { systemReason } from "./system-error.js";

type Execa = typeof import("execa").execa;

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
  // Loaded by the first program that is run: checking a template runs none.
  const { execa } = await import("execa");
  const child = start(execa, argv, options);
  const forget = noteGroup(child.pid, through);
  const stdout = listen(child.stdout, "stdout", onLine);
  const stderr = listen(child.stderr, "stderr", onLine);
  const ending = endOnAbort(child.pid, signal, through);
  try {
    const end = await Promise.race([child, exitOf(child)]);
    await drain([stdout.reading, stderr.reading]);
    await ending.settle();
    signal?.throwIfAborted();
    return { ...outcome(end, argv, options), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    forget();
  }
}

function start(execa: Execa, argv: readonly string[], { cwd, env, moreEnv, stdin }: ExecOptions) {
  const [file = "", ...args] = argv;
  const why = nullByteIn(argv, { ...env, ...moreEnv });
  if (why !== undefined) throw new ExecError(argv, undefined, why);
  try {
    return execa(file, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...env, ...moreEnv },
      extendEnv: env === undefined,
      ...(stdin === undefined ? { stdin: "ignore" as const } : { input: stdin }),
      buffer: false,
      // A group of its own, so that what it starts can be ended with it.
      detached: true,
      reject: false,
    });
  } catch (error) {
    // Arguments that no program can be given.
    throw new ExecError(argv, undefined, systemReason(error), error);
  }
}

/** Where one is that no program can be given. Node would show the value beside it, in its own spelling and so unmasked. */
function nullByteIn(argv: readonly string[], env: Readonly<Record<string, string>>): string | undefined {
  const found = Object.entries(env).find((pair) => pair.join("=").includes("\0"));
  if (found !== undefined) return `the variable ${found[0]} holds a null byte`;
  return argv.join(" ").includes("\0") ? "its command line holds a null byte" : undefined;
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

/** What became of it. Throws {@link ExecError} when it never ran. */
function outcome(end: End, argv: readonly string[], options: ExecOptions): Pick<ExecResult, "exitCode" | "killed"> {
  const { exitCode, signal } = end;
  if (exitCode === undefined && signal === undefined)
    throw new ExecError(argv, undefined, whyNotStarted(end, options), end);
  return { exitCode: exitCode ?? 128 + constants.signals[signal ?? "SIGKILL"], killed: exitCode === undefined };
}

/** In the system's words, where it has any. */
function whyNotStarted({ cause, shortMessage = "" }: End, { cwd }: ExecOptions): string {
  // Node names the program where it is the folder that is missing.
  if (cwd !== undefined && !existsSync(cwd)) return `there is no folder ${cwd}`;
  return cause instanceof Error ? systemReason(cause) : shortMessage;
}

interface End {
  readonly cause?: unknown;
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly shortMessage?: string | undefined;
}

/** The program's own end; its streams may be open longer. */
const exitOf = (child: ChildProcess): Promise<End> =>
  new Promise((resolve) =>
    child.once("exit", (code, signal) => resolve({ exitCode: code ?? undefined, signal: signal ?? undefined })),
  );

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
