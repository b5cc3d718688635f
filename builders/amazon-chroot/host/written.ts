import { blaming, hostProgram } from "./host-program.js";
import { NO_WRAPPER } from "./wrapper.js";

/**
 * Writes out the file system mounted at `root`. Throws when any write to it has failed since it was mounted, though the
 * program that wrote was told that all is well: the disk, or what it lies on, may be full or broken. umount(8) would not say.
 */
export async function checkWritten(root: string, signal: AbortSignal): Promise<void> {
  await blaming(
    "Not all that was written to the volume could be kept (its disk is full or broken, see dmesg)",
    signal,
    () => hostProgram(NO_WRAPPER, ["sync", "--file-system", "--", root], signal),
  );
}
