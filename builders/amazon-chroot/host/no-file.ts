// Of what is not a file, nothing is copied in an image: a device there is the host's own, by the bind of /dev, and a pipe keeps whoever opens it.

import { lstatSync, type Stats } from "node:fs";
import { RunError } from "../../../runtime/contract/errors.js";

/** Throws unless there is a file at `path`, a link or nothing, which a file may replace. `shown`: what the image calls it. */
export function checkReplaceable(path: string, shown: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const kind = stat === undefined ? undefined : kindOf(stat);
  if (kind !== undefined) throw new RunError(`${shown} is a ${kind}: only a file can be replaced`);
}

/** Throws where reading would wait for whoever writes, and of a folder. */
export function checkReadable(path: string, shown: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true)
    throw new RunError(
      `${shown} is a folder in the image: as ${shown}/, with a slash at its end, it is downloaded whole`,
    );
  const kind = stat === undefined || stat.isBlockDevice() ? undefined : kindOf(stat);
  if (kind !== undefined) throw new RunError(`${shown} is a ${kind} in the image: only a file can be downloaded`);
}

/** Undefined of files and links. */
function kindOf(stat: Stats): string | undefined {
  if (stat.isDirectory()) return "folder";
  if (stat.isFIFO()) return "pipe";
  if (stat.isSocket()) return "socket";
  return stat.isFile() || stat.isSymbolicLink() ? undefined : "device";
}
