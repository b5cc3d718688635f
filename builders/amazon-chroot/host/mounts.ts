// Mounts, exactly as the kernel lists them; unmounting, with the names of who is in the way.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
import type { Clock } from "../../../runtime/contract/run-context.js";
import { ExecError } from "../../../runtime/system/exec.js";
import { hostProgramInTime } from "./host-program.js";
import { NO_WRAPPER, type Wrapper } from "./wrapper.js";

/** One line of the kernel's list. */
export interface Mount {
  readonly point: string;
  /** The file system's type: `ext4`, `proc`. */
  readonly type: string;
  /** The block device's number, `7:1`; of a file system without one, a number of its own. */
  readonly device: string;
}

/** In the order in which they were mounted. */
export const mounts = (): readonly Mount[] => mountsIn(readFileSync("/proc/self/mountinfo", "utf8"));

export const mountPoints = (): readonly string[] => mounts().map(({ point }) => point);

export function mountsIn(mountinfo: string): readonly Mount[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [own = "", source = ""] = line.split(" - ");
    const [, , device = "", , point] = own.split(" ");
    return point === undefined ? [] : [{ point: unescaped(point), type: source.split(" ")[0] ?? "", device }];
  });
}

/** Blanks, tabs, newlines and backslashes are written in octal. */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

const TRIES = 8;
const BETWEEN = 250;

/**
 * Unmounts what is at `path` and, first, what is mounted below it, the latest first. Nothing mounted is as good as unmounted.
 * Processes that live in the image at `root` are ended first.
 */
export async function unmount(path: string, root: string, clock: Clock, wrapper = NO_WRAPPER): Promise<void> {
  for (let point = lastAt(path); point !== undefined; point = lastAt(path))
    await unmountOne(point, root, clock, wrapper);
}

const lastAt = (path: string): string | undefined => [...mountPoints()].reverse().find((point) => isBelow(point, path));

async function unmountOne(path: string, root: string, clock: Clock, wrapper: Wrapper): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await endProcessesIn(root, clock);
    const refusal = await umount(path, wrapper);
    if (refusal === undefined) return;
    if (tries === TRIES) throw new RunError(unmountable(path, refusal));
    await clock.sleep(BETWEEN);
  }
}

/**
 * Unmounts what was mounted at `paths`, in this order, with one program, the last first. Says nothing of what stays mounted:
 * {@link unmount}, which finds the others gone, tries that again and names who is in its way.
 */
export async function unmountTogether(paths: readonly string[], wrapper: Wrapper, signal: AbortSignal): Promise<void> {
  try {
    await hostProgramInTime(wrapper, ["umount", "--", ...[...paths].reverse()], signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RunError)) throw error;
  }
}

/** What umount(8) says against it. */
async function umount(path: string, wrapper: Wrapper): Promise<string | undefined> {
  try {
    await hostProgramInTime(wrapper, ["umount", "--", path]);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExecError))
      throw new RunError(unmountable(path, errorFrom(error).message), { cause: error });
    return error.stderr.trim() || error.message;
  }
}

const unmountable = (path: string, why: string): string => `${path} can't be unmounted: ${why}${holdersText(path)}`;

/** Ends every process whose root is in the tree at `path`: they live in the image that is about to be taken away. `onEnd` is told of each. */
export async function endProcessesIn(
  path: string,
  clock: Clock,
  onEnd: (process: string) => void = () => undefined,
): Promise<void> {
  let pids = processesRootedIn(path);
  for (const pid of pids) onEnd(`${pid} ${commandOf(pid)}`.trim());
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid, signal);
    pids = processesRootedIn(path);
    for (let waited = 0; waited < 2000 && pids.length > 0; waited += 50) {
      await clock.sleep(50);
      pids = processesRootedIn(path);
    }
  }
}

export const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);

function processesRootedIn(root: string): readonly number[] {
  return processIds().filter((pid) => {
    const own = linkOf(`/proc/${pid}/root`);
    return own !== undefined && isBelow(own, root);
  });
}

export const processIds = (): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Which processes have their working directory or an open file below the path: number, command, what they use. */
function holdersText(path: string): string {
  const holders = processIds().flatMap((pid) => {
    const used = usesOf(pid).find((each) => isBelow(each, path));
    return used === undefined ? [] : [`  ${pid} ${commandOf(pid)} (${used})`];
  });
  return holders.length === 0 ? "" : `\nIn use by:\n${holders.join("\n")}`;
}

function usesOf(pid: number): readonly string[] {
  const links = [`/proc/${pid}/cwd`, `/proc/${pid}/root`, `/proc/${pid}/exe`];
  try {
    links.push(...readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
  return links.map(linkOf).filter((link) => link !== undefined);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}
