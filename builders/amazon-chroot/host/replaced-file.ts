// A file of the image in whose place one of the host's is, until the image's own is put back.

import { existsSync, lstatSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { RunError } from "../../../runtime/contract/errors.js";
import { atInside } from "./at-inside.js";
import type { FileWork } from "./file-work.js";

/** As the journal holds it. */
export type ReplacedFile = {
  /** Where the image is mounted. */
  readonly root: string;
  /** In the image, by its real name: no part of it is a link. */
  readonly folder: string;
  readonly name: string;
  /** What the image's own is called meanwhile. */
  readonly saved: string;
  readonly existed: boolean;
};

/** Runs `body` with the folder held open. Throws ENOENT when it is gone, and where something else is in its place: a link may lead anywhere. */
export function inImageFolder<T>(file: ReplacedFile, body: (folder: string) => Promise<T>): Promise<T> {
  const { root, folder, name } = file;
  const inFolder = (at: string): Promise<T> => {
    if (realpathSync.native(at) !== join(realpathSync.native(root), folder))
      throw new RunError(`${folder || "/"} of the image is not the folder any more that it was`);
    return body(at);
  };
  // What holds the last name is open, and can't become anything else.
  return atInside(root, join(folder, name), ({ path }) => inFolder(dirname(path)), true);
}

/** What was there before: the very same file, link or nothing. Idempotent; nothing where the image is not mounted any more. */
export async function putBack(file: ReplacedFile, files: FileWork): Promise<void> {
  if (!existsSync(file.root)) return;
  await inImageFolder(file, async (folder) => {
    const [path, saved] = [`${folder}/${file.name}`, `${folder}/${file.saved}`];
    if (!file.existed) await files.remove(path);
    else if (lstatSync(saved, { throwIfNoEntry: false }) !== undefined) await files.move(saved, path);
  });
}
