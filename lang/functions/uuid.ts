// Version 4 and 5 UUIDs, RFC 9562.

import { createHash } from "node:crypto";

const NAMESPACES: Readonly<Record<string, string>> = {
  dns: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  url: "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
  oid: "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
  x500: "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
};

/** From 16 random bytes. */
export const uuidV4 = (random: Uint8Array): string => formatUuid(Buffer.from(random), 4);

/** Undefined when `namespace` is neither a well-known name nor a UUID. */
export function uuidV5(namespace: string, name: string): string | undefined {
  const space = parseUuid(Object.hasOwn(NAMESPACES, namespace) ? (NAMESPACES[namespace] ?? "") : namespace);
  if (space === undefined) return undefined;
  return formatUuid(createHash("sha1").update(space).update(name).digest().subarray(0, 16), 5);
}

/** The forms that Go's uuid package takes: plain, without dashes, in braces, as a URN. */
function parseUuid(text: string): Buffer | undefined {
  const inner = /^(?:urn:uuid:)(.{36})$/i.exec(text)?.[1] ?? /^\{(.{36})\}$/.exec(text)?.[1] ?? text;
  const dashed = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(inner);
  if (!dashed && !/^[\da-f]{32}$/i.test(inner)) return undefined;
  return Buffer.from(inner.replaceAll("-", ""), "hex");
}

function formatUuid(bytes: Buffer, version: number): string {
  const marked = Buffer.from(bytes);
  marked[6] = ((marked[6] ?? 0) & 0x0f) | (version << 4);
  marked[8] = ((marked[8] ?? 0) & 0x3f) | 0x80;
  return marked.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
