// A path as a process in the chroot would find it, on the host: no link and no `..` leads out of the image.

import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../../../runtime/contract/errors.js";

const MOST_LINKS = 40;

/** The host's path of `path` inside `root`. The last name is followed too, when it is a link, unless `noFollow`. */
export function insidePath(root: string, path: string, noFollow = false): string {
  const rest = names(path);
  const done: string[] = [];
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === "..") {
      done.pop();
      continue;
    }
    const target = noFollow && rest.length === 0 ? undefined : linkTarget(join(root, ...done, name));
    if (target === undefined) {
      done.push(name);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new RunError(`${path}: too many symbolic links in the image`);
    if (target.startsWith("/")) done.length = 0;
    rest.unshift(...names(target));
  }
  return join(root, ...done);
}

const names = (path: string): string[] => path.split("/").filter((name) => name !== "" && name !== ".");

function linkTarget(path: string): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
}
