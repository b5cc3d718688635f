const BYTE_ORDER_MARK = "\ufeff";
const REPLACEMENT = "\ufffd";

export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string;
  /** Offsets of the characters that stand for bytes that are no UTF-8. */
  readonly badBytes: ReadonlySet<number>;
}

/** Bytes as text. As in HCL, what is built like a character but is none (half a surrogate pair) is no encoding mistake. */
export function decodeUtf8(input: string | Uint8Array): DecodedText {
  if (typeof input === "string") return { text: withoutMark(input), badBytes: new Set() };
  const text = withoutMark(new TextDecoder("utf-8", { ignoreBOM: true }).decode(input));
  return text.includes(REPLACEMENT) ? decodeSlowly(input) : { text, badBytes: new Set() };
}

const withoutMark = (text: string): string => (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);

function decodeSlowly(bytes: Uint8Array): DecodedText {
  const badBytes = new Set<number>();
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let text = "";
  for (let at = marked ? 3 : 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) badBytes.add(text.length);
    const char = length === 0 ? REPLACEMENT : Buffer.from(bytes.subarray(at, at + length)).toString("utf8");
    text += char.startsWith(REPLACEMENT) ? REPLACEMENT : char;
    at += Math.max(1, length);
  }
  return { text, badBytes };
}

/** Bytes of the sequence that begins here; 0 when none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const length = LENGTHS.find(({ below }) => (bytes[at] ?? 0) < below)?.length ?? 0;
  for (let i = 1; i < length; i += 1) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** Of sequences, by their first bytes. */
const LENGTHS = [
  { below: 0x80, length: 1 },
  { below: 0xc0, length: 0 },
  { below: 0xe0, length: 2 },
  { below: 0xf0, length: 3 },
  { below: 0xf8, length: 4 },
];
