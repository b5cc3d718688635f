// What programs in the chroot need beside the image's own file system: /proc, /dev and the like.

import { realpathSync } from "node:fs";
import type { Held } from "../../runtime/contract/cleanup.js";
import { errorFrom, RunError } from "../../runtime/contract/errors.js";
import type { ChrootBuild } from "./chroot-build.js";
import { atInside, makeFolders } from "./host/at-inside.js";
import { type FileWork, fileWork } from "./host/file-work.js";
import { blaming } from "./host/host-program.js";
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

/** chroot_mounts, in their order. */
export async function mountExtra(build: ChrootBuild, root: string): Promise<readonly ExtraMount[]> {
  const { options, run, wrapper } = build;
  run.emit({ type: "say", text: "Mounting additional paths within the chroot..." });
  const made: ExtraMount[] = [];
  for (const mount of mountsOf(options)) {
    const [type = "", source = "", folder = ""] = mount;
    run.emit({ type: "detail", text: `Mounting: ${folder}` });
    const path = await blaming("chroot_mounts", run.signal, () =>
      targetOf(root, folder, fileWork(wrapper, run.signal)),
    );
    const flags: MountArguments =
      type === "bind" ? ["--bind", "--make-private", source, path] : ["-t", type, source, path];
    const wanted = { path, root, argv: ["mount", ...flags], blame: "chroot_mounts" };
    const held = await unlessMissing(mount, run, () => mounted(build, wanted));
    if (held !== undefined) made.push({ path, flags, held });
  }
  return made;
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
