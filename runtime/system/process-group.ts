// The end of a program with everything that it started, as far as it has stayed in its process group.

import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds between TERM and KILL, and for KILL to do its work. */
const PATIENCE = 5000;

const live = new Set<number>();

/** Notes a group that is running; gives what takes the note back. Its number is its leader's process id. */
export function noteGroup(group: number | undefined): () => void {
  if (group === undefined) return () => undefined;
  live.add(group);
  return () => void live.delete(group);
}

/** KILL to every group that is noted, without waiting: for a process that must go at once. */
export function endLiveGroups(): void {
  for (const group of live) signalGroup(group, "SIGKILL");
}

/** TERM to a process group; KILL to what is left of it after five seconds. Returns when nothing is. */
export async function endGroup(group: number): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!signalGroup(group, signal)) return;
    const until = Date.now() + PATIENCE;
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
