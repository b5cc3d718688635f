// Two locks around the choice of a device name: ours among builds of pkrts, and Packer's own beside it.

import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorFrom, RunError } from "../contract/errors.js";
import { run } from "./exec.js";
import { withFileLock } from "./file-lock.js";
import { startHelper } from "./helper.js";
import type { Through } from "./process-group.js";

const PACKER_LOCK = "/var/lock/packer-chroot/lock";

type Env = Readonly<Record<string, string | undefined>>;

/** The folder of our locks: of this user alone, and no link. */
export function lockFolder(env: Env): string {
  const uid = process.getuid?.() ?? 0;
  const folder = uid === 0 ? "/run/lock/pkrts" : join(env["XDG_RUNTIME_DIR"] ?? `/tmp/pkrts-${uid}`, "pkrts");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== uid)
    throw new RunError(`${folder} is not a folder of user ${uid}: pkrts keeps its locks there`);
  chmodSync(folder, 0o700);
  return folder;
}

/** Holds our lock `name` while `body` runs. Waits for others up to a minute. */
export function withLock<T>(name: string, env: Env, body: () => Promise<T>): Promise<T> {
  return withFileLock(join(lockFolder(env), `${name}.lock`), body, 600);
}

/**
 * Takes Packer's lock shared, so that Packer waits for us and we for it; gives what releases it, soon after. `onWait` is told,
 * when it takes long, who has it, where the kernel says so. `through`: the wrapper of a user who is not root, whose lock it is.
 */
export async function holdPackerLock(
  signal: AbortSignal,
  onWait: (holders: readonly string[]) => void,
  through: Through = (argv) => argv,
): Promise<() => void> {
  const timer = setTimeout(() => onWait(holdersOf(PACKER_LOCK)), 2000);
  try {
    const folder = dirname(PACKER_LOCK);
    if (!existsSync(folder)) await run(through(["mkdir", "-p", "-m", "755", "--", folder]), { signal, through });
    const flock = ["flock", "-s", PACKER_LOCK, "sh", "-c", "echo held; read -r _"];
    const holder = await startHelper(through(flock), signal, through);
    return () => void holder.end();
  } catch (thrown) {
    signal.throwIfAborted();
    throw new RunError(`${PACKER_LOCK} can't be locked: ${errorFrom(thrown).message}`, { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}

/** Who has locked the file for himself alone: `process 12, packer`. */
function holdersOf(path: string): readonly string[] {
  const { ino = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return exclusiveHolders(readFileSync("/proc/locks", "utf8"), ino).map((pid) => `process ${pid}${nameOf(pid)}`);
}

/** Numbers of the processes that hold a flock(2) of the file with that inode in the kernel's list; those that wait are none. */
export const exclusiveHolders = (locks: string, inode: number): readonly number[] =>
  locks
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, type, , mode, , file]) => type === "FLOCK" && mode === "WRITE" && file?.split(":")[2] === String(inode))
    .map(([, , , , pid]) => Number(pid));

function nameOf(pid: number): string {
  const file = `/proc/${pid}/comm`;
  return existsSync(file) ? `, ${readFileSync(file, "utf8").trim()}` : "";
}
