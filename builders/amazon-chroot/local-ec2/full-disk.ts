import { closeSync, fstatSync, openSync, rmSync, writeFileSync } from "node:fs";
import { Ec2Error } from "./ec2-error.js";

/** An error that is not about space at all: of a file system whose files can't be as large as a disk is to be. */
const isTooLarge = (error: unknown): boolean => /EFBIG|File too large/.test(String(error));

export const isFull = (error: unknown): boolean => /ENOSPC|EDQUOT|No space left on device/.test(String(error));

/** A full disk in EC2's terms, with what to do; any other error as it is. */
export function namedIfFull(error: unknown, file: string): unknown {
  if (isTooLarge(error))
    return new Ec2Error(
      "InsufficientVolumeCapacity",
      `The file system of ${file} holds no file as large as this disk.`,
    );
  if (!isFull(error)) return error;
  return new Ec2Error(
    "InsufficientVolumeCapacity",
    `There is no space left for ${file}: free some, or delete images, snapshots or volumes (pkrts ec2 rm).`,
  );
}

const LEAST = 64 * 1024;

/** Space that is kept for one purpose: on a full disk, the state that frees some must still be written. */
export class Reserve {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Makes it large enough for a state of `bytes`; where the disk is too full for that, the next call tries again. */
  fill(bytes: number): void {
    const wanted = LEAST * Math.ceil((2 * bytes) / LEAST + 1);
    const handle = openSync(this.#file, "a", 0o600);
    try {
      const { size } = fstatSync(handle);
      // Written, not truncated to: a hole would reserve nothing.
      if (size < wanted) writeFileSync(handle, Buffer.alloc(wanted - size));
    } catch (error) {
      if (!isFull(error)) throw error;
    } finally {
      closeSync(handle);
    }
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }
}
