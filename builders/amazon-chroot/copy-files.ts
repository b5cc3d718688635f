import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Held } from "../../runtime/contract/cleanup.js";
import { errorFrom, RunError } from "../../runtime/contract/errors.js";
import type { ChrootBuild } from "./chroot-build.js";
import type { ExtraMount } from "./extra-mounts.js";
import { atInside } from "./host/at-inside.js";
import { fileWork } from "./host/file-work.js";
import { blaming } from "./host/host-program.js";
import { isBelow } from "./host/mounts.js";
import { inImageFolder, type ReplacedFile } from "./host/replaced-file.js";
import { copiesOf } from "./options.js";

/** Puts files of the host where the image has its own; releasing puts the image's back, byte for byte. */
export async function copyFiles(
  build: ChrootBuild,
  root: string,
  mounts: readonly ExtraMount[],
): Promise<readonly Held<unknown>[]> {
  const { options, run } = build;
  const files = copiesOf(options);
  if (files.length > 0) run.emit({ type: "say", text: "Copying files from host to chroot..." });
  const held: Held<unknown>[] = [];
  for (const file of files) {
    run.emit({ type: "detail", text: file });
    const target = await targetOf(build, root, file);
    if (target === undefined)
      run.emit({ type: "error", text: `${file} is not copied: the image has no folder ${dirname(file)}` });
    else {
      checkOwn(file, target, mounts);
      held.push(await copyFile(build, file, target));
    }
  }
  return held;
}

/** In the image's own folder, found as a program in the chroot would find it; the file itself may be a link, which is replaced. */
async function targetOf({ run }: ChrootBuild, root: string, file: string): Promise<ReplacedFile | undefined> {
  const replaced = (path: string): ReplacedFile => {
    const before = lstatSync(path, { throwIfNoEntry: false });
    if (before?.isDirectory() === true) throw new RunError(`copy_files: ${file} is a folder in the image`);
    const name = basename(file);
    return {
      root,
      folder: realpathSync.native(dirname(path)).slice(root.length),
      name,
      // Beside it, so that putting it back is one rename.
      saved: `${name}.pkrts-${run.runId.slice(0, 8)}`,
      existed: before !== undefined,
    };
  };
  try {
    return await atInside(root, file, ({ path }) => Promise.resolve(replaced(path)), true);
  } catch (thrown) {
    const error = errorFrom(thrown);
    if ("code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code))) return undefined;
    throw error;
  }
}

/** Throws where the host's own file would be replaced. */
function checkOwn(file: string, { root, folder }: ReplacedFile, mounts: readonly ExtraMount[]): void {
  const mount = mounts.findLast(({ path }) => isBelow(join(root, folder), path));
  if (mount?.flags[0] === "--bind")
    throw new RunError(
      `copy_files: ${file} would be replaced in ${mount.path.slice(root.length)}, which is the host's by chroot_mounts`,
    );
}

function copyFile({ run, wrapper }: ChrootBuild, file: string, target: ReplacedFile): Promise<Held<unknown>> {
  checkFile(file);
  // It is in the volume, which is not mounted any more then, and goes as a whole.
  const undo = { op: "restoreFile", args: { ...target }, endsWithMachine: true } as const;
  const files = fileWork(wrapper, run.signal);
  const take = (): Promise<void> =>
    blaming("copy_files", run.signal, () =>
      inImageFolder(target, async (folder) => {
        if (target.existed) await files.move(`${folder}/${target.name}`, `${folder}/${target.saved}`);
        await files.copy(file, `${folder}/${target.name}`);
      }),
    );
  return run.cleanup.acquire(`copy of ${file}`, undo, take, () => undo);
}

function checkFile(file: string): void {
  if (!existsSync(file) || !statSync(file).isFile())
    throw new RunError(`copy_files: ${file} is not a file on this host`);
}
