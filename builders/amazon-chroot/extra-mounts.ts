// What programs in the chroot need beside the image's own file system: /proc, /dev and the like.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Held } from "../../runtime/contract/cleanup.js";
import { errorFrom, RunError } from "../../runtime/contract/errors.js";
import type { ChrootBuild } from "./chroot-build.js";
import { atInside, makeFolders } from "./host/at-inside.js";
import { type FileWork, fileWork } from "./host/file-work.js";
import { blaming } from "./host/host-program.js";
import { mountTogether } from "./host/mount-table.js";
import { isBelow, mountPoints } from "./host/mounts.js";
import type { MountArguments } from "./host/namespace.js";
import { mounted } from "./mount.js";
import { DEFAULT_MOUNTS, mountsOf } from "./options.js";

/** What is mounted in the image beside its own file system. */
export interface ExtraMount {
  /** On the host. */
  readonly path: string;
  /** What mounted it. */
  readonly flags: MountArguments;
  readonly held: Held<unknown>;
}

/** A mount of the template's or the default's, and its folder in the image, found and made. */
interface Wanted {
  readonly mount: readonly string[];
  readonly path: string;
  readonly flags: MountArguments;
}

/** chroot_mounts, in their order. */
export async function mountExtra(build: ChrootBuild, root: string): Promise<readonly ExtraMount[]> {
  const { options, run } = build;
  run.emit({ type: "say", text: "Mounting additional paths within the chroot..." });
  const made: ExtraMount[] = [];
  const waiting: Wanted[] = [];
  const mountWaiting = async (): Promise<void> => void made.push(...(await mountAll(build, root, waiting.splice(0))));
  for (const mount of mountsOf(options)) {
    const folder = folderOf(mount);
    run.emit({ type: "detail", text: `Mounting: ${folder}` });
    // What goes below another is looked for once that is there.
    if (waiting.some((other) => isBelow(join("/", folder), join("/", folderOf(other.mount))))) await mountWaiting();
    const wanted = await wantedMount(build, root, mount);
    const isWithin = waiting.some(({ path }) => isBelow(wanted.path, path));
    // So does what gets there by a link of the image, which may lead on to the host by what is mounted.
    if (isWithin) await mountWaiting();
    waiting.push(isWithin ? await wantedMount(build, root, mount) : wanted);
  }
  await mountWaiting();
  return made;
}

const folderOf = ([, , folder = ""]: readonly string[]): string => folder;

async function wantedMount({ run, wrapper }: ChrootBuild, root: string, mount: readonly string[]): Promise<Wanted> {
  const [type = "", source = ""] = mount;
  const path = await blaming("chroot_mounts", run.signal, () =>
    targetOf(root, folderOf(mount), fileWork(wrapper, run.signal)),
  );
  return {
    mount,
    path,
    flags: type === "bind" ? ["--bind", "--make-private", source, path] : ["-t", type, source, path],
  };
}

/** Mounts that are not below one another: by one program, and what that did not mount each by itself. Throws the first's error. */
async function mountAll(build: ChrootBuild, root: string, all: readonly Wanted[]): Promise<readonly ExtraMount[]> {
  const { run, wrapper } = build;
  // In the next turn: when all of them are in the journal. A wrapper may know no such call.
  const together =
    all.length < 2 || wrapper.given
      ? {}
      : {
          together: Promise.resolve().then(() =>
            mountTogether(
              all.map(({ flags }) => flags),
              run.signal,
            ),
          ),
        };
  const ended = await Promise.allSettled(
    all.map(async ({ mount, path, flags }) => {
      const wanted = { path, root, argv: ["mount", ...flags], blame: "chroot_mounts", ...together };
      const held = await unlessMissing(mount, run, () => mounted(build, wanted));
      return held === undefined ? [] : [{ path, flags, held }];
    }),
  );
  return ended.flatMap((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}

/** A folder of the image, made where it is missing; but nothing is made in what is mounted there already: that is the host's. */
async function targetOf(root: string, folder: string, files: FileWork): Promise<string> {
  await makeFolders(root, folder, files, (parent) => {
    const mount = mountPoints().find((point) => point !== root && isBelow(point, root) && isBelow(parent, point));
    if (mount !== undefined)
      throw new RunError(
        `${folder} is not in the image, and would be made in ${mount.slice(root.length)}, which is mounted from the host`,
      );
  });
  return atInside(root, folder, ({ path }) => Promise.resolve(realpathSync.native(path)));
}

/** A kernel without binfmt_misc does without it, unless the template asks for it. */
async function unlessMissing(
  mount: readonly string[],
  run: ChrootBuild["run"],
  body: () => Promise<Held<unknown>>,
): Promise<Held<unknown> | undefined> {
  try {
    return await body();
  } catch (thrown) {
    const error = errorFrom(thrown);
    run.signal.throwIfAborted();
    if (!DEFAULT_MOUNTS.includes(mount) || mount[0] !== "binfmt_misc") throw error;
    run.emit({ type: "detail", text: `Not mounted: this kernel has no ${mount[0]}` });
    return undefined;
  }
}
