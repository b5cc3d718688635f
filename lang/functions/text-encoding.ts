// textencodebase64() and textdecodebase64(): character encodings by their IANA names.

import iconv from "iconv-lite";

export interface TextEncoding {
  readonly name: string;
  /** Undefined when a character of `text` does not exist in the encoding. */
  encode(text: string): Uint8Array | undefined;
  /** Undefined when `bytes` are no text of the encoding. */
  decode(bytes: Uint8Array): string | undefined;
}

/** `codec` as the library calls it, `name` as it was asked for. */
export function textEncoding(codec: string, name: string): TextEncoding {
  if (codec === "ascii") return ascii(name);
  // Big-endian after a byte order mark, as Go's registry has it.
  if (codec === "utf-16")
    return {
      ...through(name, "utf-16be", "\ufeff"),
      decode: (bytes) =>
        wellFormed(bytes, codec, iconv.decode(Buffer.from(bytes), codec, { defaultEncoding: "utf16be" })),
    };
  return through(name, codec, "");
}

function through(name: string, codec: string, mark: string): TextEncoding {
  return {
    name,
    encode(text) {
      const bytes = iconv.encode(mark + text, codec, { addBOM: false });
      return iconv.decode(bytes, codec, { stripBOM: false }) === mark + text ? bytes : undefined;
    },
    decode: (bytes) => wellFormed(bytes, codec, iconv.decode(Buffer.from(bytes), codec, { stripBOM: false })),
  };
}

/** Undefined where something has no character; the replacement character itself counts as such. */
function wellFormed(bytes: Uint8Array, codec: string, text: string): string | undefined {
  const isHalf = codec.startsWith("utf-16") && bytes.length % 2 === 1;
  return isHalf || /\ufffd|\p{Surrogate}/u.test(text) ? undefined : text;
}

function ascii(name: string): TextEncoding {
  return {
    name,
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has them
    encode: (text) => (/^[\x00-\x7f]*$/.test(text) ? Buffer.from(text, "ascii") : undefined),
    decode: (bytes) => (bytes.every((byte) => byte < 0x80) ? Buffer.from(bytes).toString("ascii") : undefined),
  };
}
