// Blocked gzip (the SAM specification, §4.1): gzip members of at most 64 KiB that tell their size, and an empty one at the end.

import { promisify } from "node:util";
import { crc32, deflateRaw } from "node:zlib";

const deflate = promisify(deflateRaw);

/** Bytes that go into a block, so that even what can't be compressed fits in 64 KiB. */
const BLOCK = 65_280;
const OVERHEAD = 26;
const LARGEST = 65_536;
const END = Buffer.from("1f8b08040000000000ff0600424302001b0003000000000000000000", "hex");

/** A step of a stream pipeline. `level` is 1 to 9; undefined: zlib's default. */
export function bgzf(level: number | undefined) {
  return async function* (source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    let waiting = Buffer.alloc(0);
    for await (const bytes of source) {
      waiting = Buffer.concat([waiting, bytes]);
      let start = 0;
      for (; waiting.length - start >= BLOCK; start += BLOCK)
        yield await block(waiting.subarray(start, start + BLOCK), level);
      waiting = waiting.subarray(start);
    }
    if (waiting.length > 0) yield await block(waiting, level);
    yield END;
  };
}

async function block(bytes: Uint8Array, level: number | undefined): Promise<Uint8Array> {
  const small = await deflate(bytes, level === undefined ? {} : { level });
  const body = small.length + OVERHEAD > LARGEST ? await deflate(bytes, { level: 0 }) : small;
  const head = Buffer.from("1f8b08040000000000ff06004243020000", "hex");
  const size = Buffer.alloc(2);
  size.writeUInt16LE(body.length + OVERHEAD - 1);
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head.subarray(0, 16), size, body, tail]);
}
