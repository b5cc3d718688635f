/** A JSON string literal decoded, or what is wrong with it and where (an offset into the whole text). */
export type DecodedString = { readonly text: string } | { readonly problem: string; readonly at: number };

const SIMPLE: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these
const CONTROL = /[\u0000-\u001f]/;

/**
 * Decodes the literal in `text` between `start` and `end`, quotes included.
 * A lone surrogate becomes U+FFFD, as in Go.
 */
export function decodeJsonString(text: string, start: number, end: number): DecodedString {
  if (end - start < 2 || text[end - 1] !== '"') return { problem: "its closing quote is missing", at: start };
  const raw = text.slice(start + 1, end - 1);
  const control = CONTROL.exec(raw);
  if (control !== null)
    return { problem: "a control character must be written as an escape", at: start + 1 + control.index };
  if (!raw.includes("\\")) return { text: wellFormed(raw) };
  return decodeEscapes(raw, start + 1);
}

function decodeEscapes(raw: string, offset: number): DecodedString {
  let text = "";
  let from = 0;
  for (let slash = raw.indexOf("\\"); slash >= 0; slash = raw.indexOf("\\", from)) {
    const decoded = decodeEscape(raw, slash);
    if (decoded === undefined) return { problem: "JSON has no such escape", at: offset + slash };
    text += raw.slice(from, slash) + decoded;
    from = slash + (raw[slash + 1] === "u" ? 6 : 2);
  }
  return { text: wellFormed(text + raw.slice(from)) };
}

function decodeEscape(raw: string, slash: number): string | undefined {
  const letter = raw[slash + 1] ?? "";
  if (letter !== "u") return Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined;
  const digits = raw.slice(slash + 2, slash + 6);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? String.fromCharCode(Number.parseInt(digits, 16)) : undefined;
}

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");
