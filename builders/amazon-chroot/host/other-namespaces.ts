// A build that makes its namespace gets a copy of every mount there is, other builds' images too. Where the host does not share
// its mounts, as in most containers, unmounting an image here leaves it mounted there: its disk stays in use, and not even clean.

import { readFileSync } from "node:fs";
import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
import { hostProgramInTime } from "./host-program.js";
import { isBelow, mountsIn } from "./mounts.js";
import { namespacePids } from "./namespace.js";
import type { Wrapper } from "./wrapper.js";

/**
 * Unmounts the image at `root` in the namespaces of the builds that are under way, of this process and of others. To be called
 * when it is unmounted here, so that no namespace can be made any more that has it.
 */
export async function unmountElsewhere(root: string, wrapper: Wrapper): Promise<void> {
  for (const pid of namespacePids()) if (await isMountedIn(pid, root, wrapper)) await unmountIn(pid, root, wrapper);
}

async function unmountIn(pid: number, root: string, wrapper: Wrapper): Promise<void> {
  try {
    await hostProgramInTime(wrapper, [
      "nsenter",
      `--mount=/proc/${pid}/ns/mnt`,
      "--",
      "umount",
      "--recursive",
      "--",
      root,
    ]);
  } catch (error) {
    // Ended meanwhile: with it, its mounts.
    if (!(await isMountedIn(pid, root, wrapper))) return;
    throw new RunError(`${root} is mounted still for another build (process ${pid}): ${errorFrom(error).message}`, {
      cause: error,
    });
  }
}

async function isMountedIn(pid: number, root: string, wrapper: Wrapper): Promise<boolean> {
  const file = `/proc/${pid}/mountinfo`;
  try {
    const text = wrapper.given ? await hostProgramInTime(wrapper, ["cat", "--", file]) : readFileSync(file, "utf8");
    return mountsIn(text).some(({ point }) => isBelow(point, root));
  } catch {
    // Gone, or on its way.
    return false;
  }
}
