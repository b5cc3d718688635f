// textencodebase64() and textdecodebase64(): character encodings by their IANA names.

import iconv from "iconv-lite";

/** Names of iconv-lite's that IANA's registry does not have, and encodings that are no text encodings. */
const NOT_IANA = new Set(["base64", "hex", "binary", "ucs2", "internal", "cesu8", "utf7imap", "utf32"]);

export interface TextEncoding {
  readonly name: string;
  /** Undefined when a character of `text` does not exist in the encoding. */
  encode(text: string): Uint8Array | undefined;
  /** Undefined when `bytes` are no text of the encoding. */
  decode(bytes: Uint8Array): string | undefined;
}

/** Undefined for a name that IANA does not know, or that no table is there for. */
export function textEncoding(name: string): TextEncoding | undefined {
  const plain = name.toLowerCase().replace(/[^0-9a-z]/g, "");
  if (plain === "" || NOT_IANA.has(plain) || !iconv.encodingExists(name)) return undefined;
  if (plain === "usascii" || plain === "ascii") return ascii(name);
  // Big-endian after a byte order mark, as Go's registry has it.
  if (plain === "utf16")
    return {
      ...through(name, "utf-16be", "\ufeff"),
      decode: (bytes) => iconv.decode(Buffer.from(bytes), "utf-16", { defaultEncoding: "utf16be" }),
    };
  return through(name, name, "");
}

function through(name: string, codec: string, mark: string): TextEncoding {
  return {
    name,
    encode(text) {
      const bytes = iconv.encode(mark + text, codec, { addBOM: false });
      return iconv.decode(bytes, codec, { stripBOM: false }) === mark + text ? bytes : undefined;
    },
    decode(bytes) {
      const text = iconv.decode(Buffer.from(bytes), codec, { stripBOM: false });
      return text.includes("\ufffd") && codec.toLowerCase() !== "utf-8" ? undefined : text;
    },
  };
}

function ascii(name: string): TextEncoding {
  return {
    name,
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has them
    encode: (text) => (/^[\x00-\x7f]*$/.test(text) ? Buffer.from(text, "ascii") : undefined),
    decode: (bytes) => (bytes.every((byte) => byte < 0x80) ? Buffer.from(bytes).toString("ascii") : undefined),
  };
}
