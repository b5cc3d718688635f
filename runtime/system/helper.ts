// A program that works beside us for a while: it goes when it is let go, and with us when we are killed.

import { type ChildProcess, spawn } from "node:child_process";
import { RunError } from "../contract/errors.js";
import { endGroup, noteGroup, type Through } from "./process-group.js";

export interface Helper {
  readonly pid: number;
  /** Closes its stdin, at which it ends; returns once it has. One that does not is killed. */
  end(): Promise<void>;
}

/** Milliseconds that a helper has to end by itself. */
const PATIENCE = 5000;

/**
 * Starts a program that prints a line when it is ready and then lives as long as its stdin is open. Throws with what it says
 * on stderr when it ends before, and the signal's reason when aborted before it is ready. `through`: what may end it, where it is another user's.
 */
export async function startHelper(argv: readonly string[], signal: AbortSignal, through?: Through): Promise<Helper> {
  const [file = "", ...args] = argv;
  signal.throwIfAborted();
  // A group of its own: a Ctrl-C in the terminal is for us to act on.
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  child.stdin.on("error", () => undefined);
  const forget = noteGroup(child.pid, through);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve())).then(forget);
  const { pid = 0 } = child;
  const decided = new AbortController();
  const complaint = await Promise.race([complaintOf(child), aborted(signal, decided.signal)]);
  decided.abort();
  if (signal.aborted && pid !== 0) await endGroup(pid, through);
  signal.throwIfAborted();
  if (complaint !== undefined) throw new RunError(`${file}: ${complaint}`);
  // Nobody waits for it who has nothing else to do.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    if ("unref" in stream && typeof stream.unref === "function") stream.unref();
  return { pid, end: () => endOf(child, ended, through) };
}

async function endOf(child: ChildProcess, ended: Promise<void>, through: Through | undefined): Promise<void> {
  child.ref();
  child.stdin?.end();
  const timer = setTimeout(() => void endGroup(child.pid ?? 0, through), PATIENCE);
  await ended;
  clearTimeout(timer);
}

/** Listens no longer than until `decided`. */
const aborted = (signal: AbortSignal, decided: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { signal: decided }));

/** Undefined once it has printed a line; else why it has ended before. */
function complaintOf(child: ChildProcess): Promise<string | undefined> {
  const said: string[] = [];
  child.stderr?.on("data", (bytes) => said.push(String(bytes)));
  return new Promise((resolve) => {
    child.stdout?.once("data", () => resolve(undefined));
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) => resolve(said.join("").trim() || `exit status ${code ?? "unknown"}`));
  });
}
