// What was written is on the disk when these resolve, and not only in the kernel. That alone goes beside other work: opening
// and closing take no time.

import { closeSync, fsync, openSync } from "node:fs";

/** The contents of a file, or a block device's. */
export async function syncFile(path: string): Promise<void> {
  const file = openSync(path, "r");
  try {
    await synced(file);
  } finally {
    closeSync(file);
  }
}

/** The names in a folder; not every file system can say. */
export async function syncFolder(folder: string): Promise<void> {
  const file = openSync(folder, "r");
  try {
    await synced(file).catch(() => undefined);
  } finally {
    closeSync(file);
  }
}

/** The contents of an open file. */
export const synced = (file: number): Promise<void> =>
  new Promise((resolve, reject) => fsync(file, (error) => (error === null ? resolve() : reject(error))));
