// What a file is that is to become a disk.

import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { run } from "../../../runtime/system/exec.js";

/** The beginnings of the formats that qemu-img knows best; whatever begins otherwise is a raw disk. */
const BEGINNINGS: readonly (readonly [beginning: string, format: string])[] = [
  ["QFI\u00fb", "qcow2"],
  ["KDMV", "vmdk"],
  ["# Disk DescriptorFile", "vmdk"],
  ["vhdxfile", "vhdx"],
  ["conectix", "vpc"],
  ["<<< ", "vdi"],
];

/** Of files that hold a disk, and are none. */
const PACKED: readonly (readonly [beginning: string, tool: string])[] = [
  ["\u001f\u008b", "gunzip"],
  ["\u00fd7zXZ\u0000", "unxz"],
  ["(\u00b5/\u00fd", "unzstd"],
  ["BZh", "bunzip2"],
  ["PK\u0003\u0004", "unzip"],
];

/** The format of a disk, as qemu-img calls it; throws for a compressed file, which would make a disk of rubbish. */
export async function formatOf(file: string): Promise<string> {
  const beginning = await beginningOf(file);
  const tool = PACKED.find(([text]) => beginning.startsWith(text))?.[1];
  if (tool !== undefined) throw new Error(`${file} is compressed: unpack it first (${tool})`);
  return BEGINNINGS.find(([text]) => beginning.startsWith(text))?.[1] ?? "raw";
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(32), 0, 32, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

interface DiskInfo {
  readonly "backing-filename"?: string;
  readonly "format-specific"?: {
    readonly data?: { readonly "data-file"?: string; readonly extents?: readonly { readonly filename: string }[] };
  };
}

/**
 * Refuses a disk that is made of other files than those beside it: whoever made it could have any file of this machine
 * read into the image.
 */
export async function checkSelfContained(file: string, format: string): Promise<void> {
  const told = await run(["qemu-img", "info", "--output=json", "-f", format, "--", resolve(file)]);
  const info = JSON.parse(told) as DiskInfo;
  const { "data-file": dataFile, extents = [] } = info["format-specific"]?.data ?? {};
  const folder = dirname(resolve(file));
  const strange = extents.map(({ filename }) => filename).find((name) => dirname(resolve(folder, name)) !== folder);
  const other = info["backing-filename"] ?? dataFile ?? strange;
  if (other === undefined) return;
  throw new Error(`${file} is only part of a disk, the rest is in ${other}: make it whole first (qemu-img convert)`);
}
