import type { FileHandle } from "node:fs/promises";

/** Writes all that comes. What the system says against it names `path`, as it does where a call is given one. */
export async function append(file: FileHandle, chunks: AsyncIterable<unknown>, path: string): Promise<void> {
  for await (const chunk of chunks)
    await file.appendFile(chunk as Uint8Array).catch((error: unknown) => {
      if (error instanceof Error && "code" in error) error.message += ` '${path}'`;
      throw error;
    });
}
