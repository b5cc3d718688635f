// Files that a component made, and how they go again.

import { rmSync } from "node:fs";
import type { Undo, UndoTable } from "./cleanup.js";

const REMOVE_FILES = "removeFiles";

/** Removes these files, given as absolute paths. */
export const removingFiles = (paths: readonly string[]): Undo => ({ op: REMOVE_FILES, args: paths });

/** The paths that an undo of {@link removingFiles} names; undefined for any other. */
export function filesOfUndo({ op, args }: Undo): readonly string[] | undefined {
  return op === REMOVE_FILES && Array.isArray(args) ? args.map(String) : undefined;
}

/** Nothing there is as good as removed. */
export const FILE_UNDO: UndoTable = {
  [REMOVE_FILES]: (args) => {
    for (const path of Array.isArray(args) ? args : []) rmSync(String(path), { force: true });
    return Promise.resolve();
  },
};
