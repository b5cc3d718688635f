import { constants, copyFileSync, lstatSync, renameSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Held } from "../../runtime/contract/cleanup.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { ChrootBuild } from "./chroot-build.js";
import { insidePath } from "./host/inside.js";
import { copiesOf } from "./options.js";

/** Puts files of the host where the image has its own; releasing puts the image's back, byte for byte. */
export async function copyFiles({ options, run }: ChrootBuild, root: string): Promise<readonly Held<unknown>[]> {
  const files = copiesOf(options);
  if (files.length > 0) run.emit({ type: "say", text: "Copying files from host to chroot..." });
  const held: Held<unknown>[] = [];
  for (const file of files) {
    run.emit({ type: "detail", text: file });
    const target = targetOf(root, file);
    if (target === undefined)
      run.emit({ type: "error", text: `${file} is not copied: the image has no folder ${dirname(file)}` });
    else held.push(await copyFile(file, target, run));
  }
  return held;
}

/** In the image's own folder, found as a program in the chroot would find it; the file itself may be a link, which is replaced. */
function targetOf(root: string, file: string): string | undefined {
  const folder = insidePath(root, dirname(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const target = join(folder, basename(file));
  if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new RunError(`copy_files: ${file} is a folder in the image`);
  return target;
}

function copyFile(file: string, target: string, run: ChrootBuild["run"]): Promise<Held<unknown>> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new RunError(`copy_files: ${file} is not a file on this host`);
  const existed = lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  // Beside it, so that putting it back is one rename.
  const saved = `${target}.pkrts-${run.runId.slice(0, 8)}`;
  const undo = { op: "restoreFile", args: { path: target, saved, existed } };
  const take = (): Promise<void> => {
    if (existed) renameSync(target, saved);
    copyFileSync(file, target, constants.COPYFILE_EXCL);
    return Promise.resolve();
  };
  return run.cleanup.acquire(`copy of ${file}`, undo, take, () => undo);
}
