// Opening files of an image as a process in its chroot would, while such a process may be changing links.

import { closeSync, constants, lstatSync, openSync, readlinkSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { RunError } from "../../../runtime/contract/errors.js";
import type { FileWork } from "./file-work.js";

const MOST_LINKS = 40;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** A place in the image that can't be moved out of it: its folder is held open. */
export interface Place {
  /** For calls of `node:fs`, as long as the body runs. The last name is not resolved yet: open it with O_NOFOLLOW. */
  readonly path: string;
}

/**
 * Runs `body` with the place that `path` names inside `root`. Each folder on the way is opened below the one before
 * (as openat(2) does), links are followed by hand and start again at `root`, and `..` ends there. A last name that is a
 * link is followed too, unless `noFollow`. Throws ENOENT when a folder on the way is missing.
 */
export async function atInside<T>(
  root: string,
  path: string,
  body: (place: Place) => Promise<T>,
  noFollow = false,
): Promise<T> {
  const walk = openWalk(root);
  try {
    return await body({ path: follow(walk, path, noFollow) });
  } catch (thrown) {
    throw asSeenInside(thrown, path);
  } finally {
    walk.close();
  }
}

/** What the system says against a place in the image. */
class InsideError extends RunError {
  /** `ENOENT`, as of the system's own errors. */
  readonly code: string;

  constructor(code: string, message: string, cause: Error) {
    super(message, { cause });
    this.code = code;
  }
}

const OPENED = /'\/proc\/self\/fd\/\d+\/([^']*)'/;
const EACH_OPENED = new RegExp(OPENED, "g");
const FULL =
  "its file system is full: a larger root_volume_size gives it room, once pre_mount_commands grow partition and file system";

/** With the image's own path in place of the door that we have it open by. */
function asSeenInside(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof Error && "code" in thrown && OPENED.test(thrown.message))) return thrown;
  const name = OPENED.exec(thrown.message)?.[1] ?? "";
  const code = String(thrown.code);
  return new InsideError(code, `${path} in the image: ${whyInside(code, name, thrown.message)}`, thrown);
}

function whyInside(code: string, name: string, message: string): string {
  if (code === "EACCES") return `user ${process.getuid?.()} may not look into ${name}`;
  if (code === "ENOSPC") return FULL;
  return message.replace(EACH_OPENED, (_, each: string) => (each === "" ? "it" : each));
}

/** Makes each folder of a path in the image that is missing; `mayMake` is told first in which folder of the host, and throws where none may be made. */
export async function makeFolders(
  root: string,
  path: string,
  files: Pick<FileWork, "makeFolder">,
  mayMake: (parent: string) => void = () => undefined,
): Promise<void> {
  const parts = names(path);
  for (let i = 1; i <= parts.length; i += 1) {
    await atInside(root, parts.slice(0, i).join("/"), async ({ path: at }) => {
      if (lstatSync(at, { throwIfNoEntry: false }) !== undefined) return;
      mayMake(realpathSync.native(dirname(at)));
      await files.makeFolder(at);
    });
  }
}

interface Walk {
  /** The path of a name in the folder that the walk has come to. */
  at(name: string): string;
  /** `..` is the folder before; the root's is itself. */
  enter(name: string): void;
  restart(): void;
  close(): void;
}

function openWalk(root: string): Walk {
  const fds = [openSync(root, constants.O_RDONLY | constants.O_DIRECTORY)];
  const at = (name: string): string => `/proc/self/fd/${fds.at(-1)}/${name}`;
  const leave = (): void => {
    const fd = fds.length > 1 ? fds.pop() : undefined;
    if (fd !== undefined) closeSync(fd);
  };
  return {
    at,
    enter(name) {
      if (name === "..") leave();
      else fds.push(openSync(at(name), FOLDER));
    },
    restart() {
      while (fds.length > 1) leave();
    },
    close() {
      for (const fd of fds.splice(0)) closeSync(fd);
    },
  };
}

function follow(walk: Walk, path: string, noFollow: boolean): string {
  const rest = names(path);
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const isLast = rest.length === 0;
    const target = isLast && noFollow ? undefined : linkTarget(walk.at(name));
    if (target !== undefined) {
      links += 1;
      rest.unshift(...turnTo(target, links, path, walk));
    } else if (isLast && name !== "..") return walk.at(name);
    else walk.enter(name);
  }
  return walk.at(".");
}

/** The names on the way from where a link leads: from here, or from the root. */
function turnTo(target: string, links: number, path: string, walk: Walk): readonly string[] {
  if (links > MOST_LINKS) throw new RunError(`${path}: too many symbolic links in the image`);
  if (target.startsWith("/")) walk.restart();
  return names(target);
}

const names = (path: string): string[] => path.split("/").filter((name) => name !== "" && name !== ".");

function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
}
