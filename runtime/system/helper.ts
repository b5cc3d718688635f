// A program that works beside us for a while: it goes when it is let go, and with us when we are killed.

import { type ChildProcess, spawn } from "node:child_process";
import { RunError } from "../contract/errors.js";

export interface Helper {
  readonly pid: number;
  /** Closes its stdin, at which it ends; returns once it has. */
  end(): Promise<void>;
}

/** Starts a program that prints a line when it is ready and then lives as long as its stdin is open. Throws with what it says on stderr when it ends before. */
export async function startHelper(argv: readonly string[]): Promise<Helper> {
  const [file = "", ...args] = argv;
  // A group of its own: a Ctrl-C in the terminal is for us to act on.
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  child.stdin.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const complaint = await complaintOf(child);
  if (complaint !== undefined) throw new RunError(`${file}: ${complaint}`);
  // Nobody waits for it who has nothing else to do.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    if ("unref" in stream && typeof stream.unref === "function") stream.unref();
  return {
    pid: child.pid ?? 0,
    async end() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}

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
