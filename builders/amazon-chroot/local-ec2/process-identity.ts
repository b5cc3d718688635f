import { readFileSync } from "node:fs";

/** `<pid> <start time>`: identifies a live process even when its number is used again. */
export function processIdentity(pid: number): string | undefined {
  const stat = statOf(pid);
  const start = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return start && `${pid} ${start}`;
}

/** Undefined when it is gone. */
function statOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
}

/** Whether the process is still there that `identity` was made for. */
export const isAlive = (identity: string): boolean => processIdentity(Number.parseInt(identity, 10)) === identity;
