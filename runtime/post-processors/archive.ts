// The door to tar-stream and yazl: files into an archive.

import { createReadStream, createWriteStream, statSync } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Algorithm, compressor } from "./compression.js";

export interface Packed {
  /** As the archive names it. */
  readonly name: string;
  /** Where it lies. */
  readonly path: string;
}

export interface Target {
  readonly path: string;
  /** 1 to 9; undefined: the format's default. */
  readonly level: number | undefined;
  readonly signal: AbortSignal;
}

/** One file by itself. */
export const writeSingle = (
  { path }: Packed,
  { path: to, level, signal }: Target,
  algorithm: Algorithm,
): Promise<void> =>
  pipeline(createReadStream(path), compressor(algorithm, level, signal), createWriteStream(to), { signal });

/** Entries by base name, without times, as Packer's: the same files give the same archive. */
export async function writeTar(
  files: readonly Packed[],
  { path: to, level, signal }: Target,
  algorithm: Algorithm | undefined,
): Promise<void> {
  const { default: tarStream } = await import("tar-stream");
  const tar = tarStream.pack();
  const out = createWriteStream(to);
  const written =
    algorithm === undefined
      ? pipeline(tar, out, { signal })
      : pipeline(tar as AsyncIterable<Uint8Array>, compressor(algorithm, level, signal), out, { signal });
  const filled = async (): Promise<void> => {
    for (const { path } of files) {
      const { size, mode, uid, gid } = statSync(path);
      const entry = tar.entry({ name: basename(path), size, mode: mode & 0o7777, uid, gid, mtime: new Date(0) });
      await pipeline(createReadStream(path), entry, { signal });
    }
    tar.finalize();
  };
  await Promise.all([written, filled()]);
}

/** Entries by the path as given. */
export async function writeZip(files: readonly Packed[], { path: to, level, signal }: Target): Promise<void> {
  const { default: yazl } = await import("yazl");
  const zip = new yazl.ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(to), { signal });
  const options = { mtime: new Date(1980, 0, 1), ...(level === undefined ? {} : { compressionLevel: level }) };
  for (const { name, path } of files) zip.addFile(path, name.replace(/^\/+/, ""), options);
  zip.end();
  await written;
}
