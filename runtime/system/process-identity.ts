// Which process wrote something down: a later one may have the same number.

import { existsSync, readFileSync } from "node:fs";

/** A process of one boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly bootId: string;
  /** In clock ticks since boot. */
  readonly startTime: string;
}

/** Of this boot. */
export const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

export function processIdentity(pid: number): ProcessIdentity {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
  return { pid, bootId: bootId(), startTime: stat.replace(/^.*\) /s, "").split(" ")[19] ?? "" };
}

/** Whether it is still there. */
export function isAlive({ pid, bootId, startTime }: ProcessIdentity): boolean {
  const now = processIdentity(pid);
  return now.bootId === bootId && now.startTime !== "" && now.startTime === startTime;
}
