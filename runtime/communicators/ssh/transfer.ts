/** How files go over an SSH connection: by SFTP, or by the scp program on the machine. */
export interface Transfer {
  /** `mode` are permission bits. `size`: bytes, where known. */
  upload(
    from: AsyncIterable<Uint8Array>,
    to: string,
    mode: number,
    size: number | undefined,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * The contents of a folder into a folder, which is made where it is missing: `to`, or, with a `name` and where `to` is a
   * folder already, the one of that name in it.
   */
  uploadFolder(from: string, to: string, name: string | undefined, signal?: AbortSignal): Promise<void>;
  download(from: string): AsyncIterable<Uint8Array>;
  /** The contents of a folder into a folder that is there. */
  downloadContents(from: string, to: string, signal?: AbortSignal): Promise<void>;
}

/** Waits for a transfer, or until the signal aborts: then hangs up, and rejects with its reason even where the line is dead. */
export async function unlessAborted<T>(transfer: Promise<T>, hangUp: () => void, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return transfer;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(signal.reason);
      hangUp();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([transfer, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

export const folderInTheWay = (to: string): string =>
  `${to} is a folder on the machine: end the destination with a slash to put the file into it`;

export const folderMissing = (folder: string): string =>
  `there is no folder ${folder} on the machine: a file's upload makes none`;
