// What the kernel still holds of a disk is written before EC2 takes a snapshot of it.

import { RunError } from "../../../runtime/contract/errors.js";
import { syncFile } from "../../../runtime/system/sync.js";
import { blockDevices } from "./block-devices.js";
import { hostProgram } from "./host-program.js";
import type { Wrapper } from "./wrapper.js";

/** Writes the disk and each of its partitions; returns when EC2 has it all. */
export async function flushDisk(path: string, wrapper: Wrapper, signal: AbortSignal): Promise<void> {
  const devices = blockDevices(path);
  if (devices.length === 0) throw new RunError(`${path} is gone: what was written to it can't be made sure of`);
  if (wrapper.given) await hostProgram(wrapper, ["sync", "--", ...devices.map((device) => device.path)], signal);
  else for (const device of devices) await flush(device.path);
}

async function flush(path: string): Promise<void> {
  try {
    await syncFile(path);
  } catch (error) {
    // A partition that the kernel was told to forget meanwhile holds nothing.
    if (!(error instanceof Error && "code" in error && ["ENOENT", "ENXIO"].includes(String(error.code)))) throw error;
  }
}
