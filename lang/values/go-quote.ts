// String literals as Go writes and reads them (package strconv).

const NAMED: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
};
const UNNAMED: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};
const hex = (value: number, width: number): string => value.toString(16).padStart(width, "0");

/** Whether Go's unicode.IsPrint holds: letters, marks, numbers, punctuation, symbols and the plain space. */
export const isPrintable = (character: string): boolean =>
  // Made by its first call, for ICU takes most of a millisecond to gather these classes.
  /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);

/** `"text"` with Go's escapes; `asciiOnly` escapes everything else as well (%+q). */
export function goQuote(text: string, quote = '"', asciiOnly = false): string {
  let out = "";
  for (const character of text) out += quoteCharacter(character, quote, asciiOnly);
  return quote + out + quote;
}

function quoteCharacter(character: string, quote: string, asciiOnly: boolean): string {
  if (character === quote) return `\\${quote}`;
  const named = NAMED[character];
  if (named !== undefined) return named;
  const point = character.codePointAt(0) ?? 0;
  if (isPrintable(character) && (!asciiOnly || point < 0x80)) return character;
  if (point >= 0xd800 && point <= 0xdfff) return "\\ufffd";
  if (point < 0x20 || point === 0x7f) return `\\x${hex(point, 2)}`;
  return point > 0xffff ? `\\U${hex(point, 8)}` : `\\u${hex(point, 4)}`;
}

const ESCAPE = /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/y;

/** Reads a double-quoted or raw literal. Undefined when it is malformed. */
export function goUnquote(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith("`")) return body.replaceAll("\r", "");
  if (!body.includes("\\")) return body.includes("\n") ? undefined : body;
  const bytes: Uint8Array[] = [];
  for (let at = 0; at < body.length; ) {
    const piece = pieceAt(body, at, '"');
    if (piece === undefined) return undefined;
    bytes.push(piece.bytes);
    at = piece.end;
  }
  return Buffer.concat(bytes).toString("utf8");
}

/** The code point of a rune literal, quotes included; the string is Go's complaint. */
export function goUnquoteRune(literal: string): number | string {
  const body = literal.slice(1, -1);
  const escaped = body.startsWith("\\");
  ESCAPE.lastIndex = 0;
  const match = escaped ? ESCAPE.exec(body) : null;
  const point = escaped ? match !== null && match[1] !== '"' && escapedPoint(match) : body.codePointAt(0);
  if (point === undefined || point === false) return "invalid syntax";
  const length = match?.[0].length ?? String.fromCodePoint(point).length;
  return length === body.length ? point : `malformed character constant: ${literal}`;
}

function pieceAt(body: string, at: number, quote: string): { bytes: Uint8Array; end: number } | undefined {
  if (body[at] !== "\\") {
    const slash = body.indexOf("\\", at);
    const end = slash < 0 ? body.length : slash;
    const plain = body.slice(at, end);
    return plain.includes("\n") ? undefined : { bytes: Buffer.from(plain), end };
  }
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(body);
  const point = match === null || (match[1] === "'" && quote === '"') ? undefined : escapedPoint(match);
  if (match === null || point === undefined) return undefined;
  // \x and octal escapes are bytes, the others characters.
  const isByte = match[2] !== undefined || match[5] !== undefined;
  return { bytes: isByte ? Buffer.from([point]) : Buffer.from(String.fromCodePoint(point)), end: ESCAPE.lastIndex };
}

function escapedPoint([, letter, byte, short, long, octal]: RegExpExecArray): number | undefined {
  if (letter !== undefined) return UNNAMED[letter]?.codePointAt(0);
  if (octal !== undefined) return Number.parseInt(octal, 8) <= 0xff ? Number.parseInt(octal, 8) : undefined;
  const point = Number.parseInt(byte ?? short ?? long ?? "", 16);
  const valid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return byte !== undefined || valid ? point : undefined;
}
