// The door to execa: programs by argv, their lines, and the end of their whole process group.

import { readdirSync, readFileSync } from "node:fs";
import { RunError } from "../contract/errors.js";

export interface ExecOptions {
  readonly cwd?: string;
  /** The whole environment; the process's own where it is not given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  readonly onLine?: (stream: "stdout" | "stderr", line: string) => void;
  /** Aborting ends the whole process group: TERM, then KILL. */
  readonly signal?: AbortSignal;
}

export interface ExecResult {
  /** 128 + n when signal n ended it. */
  readonly exitCode: number;
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

const PATIENCE = 5000;

/** Runs a program to its end, whatever that is. Rejects when it can't be started, or with the signal's reason once its group is gone. */
export async function exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const [file = "", ...args] = argv;
  const { cwd, env, stdin, onLine, signal } = options;
  signal?.throwIfAborted();
  // Loaded by the first program that is run: checking a template runs none.
  const { execa } = await import("execa");
  const child = execa(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env, extendEnv: false }),
    ...(stdin === undefined ? { stdin: "ignore" as const } : { input: stdin }),
    buffer: onLine === undefined,
    // A group of its own, so that what it starts can be ended with it.
    detached: true,
    cleanup: true,
    reject: false,
    stripFinalNewline: false,
  });
  const reading =
    onLine === undefined ? [] : [readLines(child.stdout, "stdout", onLine), readLines(child.stderr, "stderr", onLine)];
  const ending = endOnAbort(child.pid, signal);
  const result = await child;
  await Promise.all(reading);
  await ending.settle();
  signal?.throwIfAborted();
  if (result.exitCode === undefined && result.signal === undefined)
    throw new ExecError(argv, undefined, result.shortMessage ?? "", result);
  return {
    exitCode: result.exitCode ?? 128 + signalNumber(result.signal),
    stdout: String(result.stdout ?? ""),
    stderr: String(result.stderr ?? ""),
  };
}

/** As {@link exec}; rejects with {@link ExecError} unless the program ends with 0. Gives what it printed. */
export async function run(argv: readonly string[], options: ExecOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await exec(argv, options);
  if (exitCode !== 0) throw new ExecError(argv, exitCode, stderr);
  return stdout;
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};
const signalNumber = (name: string | undefined): number => SIGNALS[name ?? ""] ?? 0;

async function readLines(
  stream: NodeJS.ReadableStream | null,
  name: "stdout" | "stderr",
  onLine: NonNullable<ExecOptions["onLine"]>,
): Promise<void> {
  if (stream === null) return;
  let rest = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(name, displayLine(line));
  }
  if (rest !== "") onLine(name, displayLine(rest));
}

/** What a terminal would show of a line: the part behind its last carriage return, without white space at its end. */
export function displayLine(line: string): string {
  const trimmed = line.trimEnd();
  return trimmed.slice(trimmed.lastIndexOf("\r") + 1);
}

interface Ending {
  /** Waits until an ending that was begun is through. */
  settle(): Promise<void>;
}

function endOnAbort(pid: number | undefined, signal: AbortSignal | undefined): Ending {
  if (pid === undefined || signal === undefined) return { settle: () => Promise.resolve() };
  let ending: Promise<void> | undefined;
  const onAbort = (): void => {
    ending = endGroup(pid);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    async settle() {
      signal.removeEventListener("abort", onAbort);
      await ending;
    },
  };
}

/** TERM to a process group; KILL to what is left of it after five seconds. Returns when nothing is. */
export async function endGroup(group: number): Promise<void> {
  for (const [signal, ms] of [
    ["SIGTERM", PATIENCE],
    ["SIGKILL", PATIENCE],
  ] as const) {
    if (!signalGroup(group, signal)) return;
    const until = Date.now() + ms;
    while (Date.now() < until) {
      if (!groupLives(group)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** A zombie counts as gone: nobody but its parent can do anything about it. */
function groupLives(group: number): boolean {
  return readdirSync("/proc").some((pid) => /^\d+$/.test(pid) && isLiving(pid, group));
}

function isLiving(pid: string, group: number): boolean {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(fields[2]) === group && fields[0] !== "Z" && fields[0] !== "X";
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
