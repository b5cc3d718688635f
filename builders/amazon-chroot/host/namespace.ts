// Processes and mounts of the chroot's commands, apart from the host's: what they start ends with the namespace, what they mount goes with it.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
import type { Clock } from "../../../runtime/contract/run-context.js";
import { run } from "../../../runtime/system/exec.js";
import { type Helper, startHelper } from "../../../runtime/system/helper.js";
import { hostProgramInTime } from "./host-program.js";
import { isBelow, mounts, processIds } from "./mounts.js";
import type { Wrapper } from "./wrapper.js";

/** How commands get to where the image's processes live. */
export interface Namespace {
  /** What stands before a command's argv. */
  readonly enter: readonly string[];
  /** A folder as it is there; for calls of `node:fs`. */
  seen(path: string): string;
}

/** The host's own: for kernels that allow no other. */
export const HOST: Namespace = { enter: [], seen: (path) => path };

/** The arguments of mount(8) for one mount. */
export type MountArguments = readonly [string, string, string, string];

// The namespace's first process makes its mounts, then takes in orphans, which the shell reaps while it waits for cat. It ends when
// our end of the pipe is closed, by us or by our death, and the kernel ends everything else in the namespace with it. It outlives a
// script's `kill -KILL -1`, for the kernel keeps it from its own children; cat does not, and is started again.
const INIT =
  'while [ $# -gt 0 ]; do mount "$1" "$2" "$3" "$4" || exit; shift 4; done; echo ready; while cat >/dev/null; [ $? -gt 128 ]; do :; done; exit 0';
const UNSHARE = ["unshare", "--mount", "--pid", "--fork", "--propagation", "slave", "--"];

/** What every token begins with. */
const MARK = "pkrts-chroot-";

/** By which a namespace that is about to be made is found, also by another process. */
export const namespaceToken = (): string => `${MARK}${randomUUID()}`;

const helpers = new Map<string, Helper>();

/**
 * Makes it, with `own` mounted there alone. `token` is by what {@link endNamespace} finds it, also from another process. Throws
 * where the kernel allows none.
 */
export async function openNamespace(
  token: string,
  own: readonly MountArguments[],
  wrapper: Wrapper,
  signal: AbortSignal,
): Promise<Namespace> {
  const init = ["sh", "-c", INIT, token, ...own.flat()];
  const helper = await startHelper(wrapper.argv([...UNSHARE, ...init]), signal, wrapper.through);
  helpers.set(token, helper);
  // What a wrapper runs is not what was started.
  const pid = wrapper.given ? processesOf(token).find((each) => argvOf(each)[0] === "unshare") : helper.pid;
  if (pid === undefined) throw new RunError("unshare has started, but is not among the processes");
  return {
    enter: ["nsenter", `--mount=/proc/${pid}/ns/mnt`, `--pid=/proc/${pid}/ns/pid_for_children`, "--"],
    // A process's root is a door to its mounts, for root alone.
    seen: (path) => (process.getuid?.() === 0 ? `/proc/${pid}/root${path}` : path),
  };
}

const LOOK_EVERY = 20;
const MOST_LOOKS = 500;

/** Ends everything in it, and returns when it is gone. "Already gone" is success. */
export async function endNamespace(token: string, clock: Clock, wrapper: Wrapper): Promise<void> {
  await helpers.get(token)?.end();
  helpers.delete(token);
  const left = processesOf(token);
  if (left.length > 0) await hostProgramInTime(wrapper, ["sh", "-c", `kill -KILL ${left.join(" ")} 2>/dev/null; true`]);
  for (let look = 0; processesOf(token).length > 0; look += 1) {
    if (look === MOST_LOOKS) throw new RunError(`processes ${processesOf(token).join(", ")} of the chroot do not end`);
    await clock.sleep(LOOK_EVERY);
  }
}

/** Why the chroot's commands can't have a namespace of their own on this host; undefined when they can. */
export async function whyNoNamespace(): Promise<string | undefined> {
  try {
    await run([...UNSHARE, "true"]);
    return undefined;
  } catch (thrown) {
    return errorFrom(thrown).message;
  }
}

/**
 * The processes in a namespace have numbers of their own, so /proc must be one that shows them: each proc that is mounted below
 * `root` is covered by the namespace's, and what `extra` had mounted below that is mounted again.
 */
export function procMounts(
  root: string,
  extra: readonly { readonly path: string; readonly flags: MountArguments }[],
): readonly MountArguments[] {
  const points = mounts().filter(({ point, type }) => type === "proc" && isBelow(point, root));
  return points.flatMap(({ point }): readonly MountArguments[] => [
    ["-t", "proc", "proc", point],
    ...extra.filter(({ path }) => path !== point && isBelow(path, point)).map(({ flags }) => flags),
  ]);
}

/** The processes that hold the namespaces of all builds on this host: they are listed before they make them. */
export const namespacePids = (): readonly number[] =>
  processIds().filter((pid) => {
    const argv = argvOf(pid);
    return argv[0] === "unshare" && argv.some((word) => word.startsWith(MARK));
  });

const processesOf = (token: string): readonly number[] => processIds().filter((pid) => argvOf(pid).includes(token));

function argvOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}
