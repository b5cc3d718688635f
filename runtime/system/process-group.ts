// The end of a program with everything that it started, as far as it has stayed in its process group.

import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds between TERM and KILL, and for KILL to do its work. */
const PATIENCE = 5000;

/** The argv that runs a program as whom a group belongs to: under a wrapper like sudo(8). */
export type Through = (argv: readonly string[]) => readonly string[];

const live = new Map<number, Through | undefined>();

/** Notes a group that is running; gives what takes the note back. Its number is its leader's process id. */
export function noteGroup(group: number | undefined, through?: Through): () => void {
  if (group === undefined) return () => undefined;
  live.set(group, through);
  return () => void live.delete(group);
}

/** KILL to every group that is noted, without waiting: for a process that must go at once. */
export function endLiveGroups(): void {
  for (const [group, through] of live) {
    signalGroup(group, "SIGKILL");
    const [file = "", ...args] = through?.(killing(group, "SIGKILL")) ?? [];
    if (file !== "" && groupLives(group)) spawnSync(file, args, { stdio: "ignore", timeout: PATIENCE });
  }
}

/** TERM to a process group; KILL to what is left of it after five seconds. Returns when nothing is. */
export async function endGroup(group: number, through?: Through): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    signalGroup(group, signal);
    if (through !== undefined && groupLives(group)) await signalThrough(through, group, signal);
    const until = Date.now() + PATIENCE;
    while (Date.now() < until) {
      if (!groupLives(group)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** What is another's is not hit. */
function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && ["ESRCH", "EPERM"].includes(String(error.code)))) throw error;
  }
}

/** kill(1) is no program everywhere, but every shell has it. */
const killing = (group: number, signal: NodeJS.Signals): readonly string[] => [
  "sh",
  "-c",
  `kill -${signal.slice("SIG".length)} -${group}`,
];

function signalThrough(through: Through, group: number, signal: NodeJS.Signals): Promise<void> {
  const [file = "", ...args] = through(killing(group, signal));
  const child = spawn(file, args, { stdio: "ignore", timeout: PATIENCE });
  return new Promise((resolve) => child.once("error", () => resolve()).once("close", () => resolve()));
}

/** Whether a program of the group is there. A zombie counts as gone: nobody but its parent can do anything about it. */
export function groupLives(group: number): boolean {
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
