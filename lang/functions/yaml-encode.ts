// yamlencode(): the layout of the YAML library that Packer 1.16 has (observed with Packer 1.6.6, which has the same one):
// keys and strings in double quotes, sequences not indented below their key, strings of several lines as literal blocks.
// The yaml package can't be told to print so.

import { formatNumber } from "../values/number.js";
import { asEntries, asItems, asNumber, asString, type KnownValue, type Value } from "../values/value.js";

const WIDTH = 80;
const INDENT = 2;
const LONGEST_SIMPLE_KEY = 128;

/** Of a wholly known value; a newline ends it, and `...` a lone number, bool or null. */
export function encodeYaml(value: Value): string {
  const printer = new Printer();
  printer.node(value, -1, "sequence");
  printer.indent(0);
  return printer.text + (isPlain(value) ? "...\n" : "");
}

const isPlain = (value: Value): boolean => value.state !== "known" || ["number", "bool"].includes(value.type.kind);

/** The state of an emitter: where on the line it is, and whether anything but indentation stands there yet. */
class Printer {
  text = "";
  #column = 0;
  #atSpace = true;
  #atIndent = true;

  node(value: Value, indent: number, inside: "mapping" | "sequence"): void {
    if (value.state !== "known") return this.#plain("null");
    switch (value.type.kind) {
      case "string":
        return this.#string(asString(value), indent, true);
      case "number":
        return this.#plain(formatNumber(asNumber(value)));
      case "bool":
        return this.#plain(String(value.raw));
      case "map":
      case "object":
        return this.#mapping(value, indent);
      default:
        return this.#sequence(asItems(value), indent, inside);
    }
  }

  /** Goes to `indent` on this line, when nothing stands there yet, or on the next. */
  indent(indent: number): void {
    const fits = this.#atIndent && (this.#column < indent || (this.#column === indent && this.#atSpace));
    if (!fits) this.#break("\n");
    while (this.#column < indent) this.#put(" ");
    this.#atSpace = true;
    this.#atIndent = true;
  }

  #sequence(items: readonly Value[], indent: number, inside: "mapping" | "sequence"): void {
    if (items.length === 0) return this.#empty("[", "]");
    const own = inside === "mapping" && !this.#atIndent ? Math.max(indent, 0) : deeper(indent);
    for (const item of items) {
      this.indent(own);
      this.#indicator("-", true);
      this.node(item, own, "sequence");
    }
  }

  #mapping(value: KnownValue, indent: number): void {
    const entries = asEntries(value);
    if (entries.size === 0) return this.#empty("{", "}");
    const own = deeper(indent);
    for (const [key, member] of entries) {
      this.indent(own);
      if (isSimpleKey(key)) {
        this.#string(key, own, false);
        this.#tight(":");
      } else {
        this.#indicator("?", true);
        this.#string(key, own, true);
        this.indent(own);
        this.#indicator(":", true);
      }
      this.node(member, own, "mapping");
    }
  }

  #empty(open: string, close: string): void {
    this.#indicator(open, false);
    this.#tight(close);
  }

  #plain(text: string): void {
    if (!this.#atSpace) this.#put(" ");
    this.#put(text);
    this.#atSpace = false;
    this.#atIndent = false;
  }

  #string(text: string, indent: number, mayBreak: boolean): void {
    const own = indent < 0 ? INDENT : indent + INDENT;
    if (mayBreak && text.includes("\n") && fitsBlock(text)) this.#literal(text, own);
    else this.#quoted(text, own, mayBreak);
  }

  #literal(text: string, indent: number): void {
    this.#indicator(`|${blockHints(text)}`, false);
    this.#break("\n");
    this.#atIndent = true;
    this.#atSpace = true;
    let fresh = true;
    for (const char of text) {
      if (isBreak(char)) {
        this.#break(char);
        this.#atIndent = true;
        fresh = true;
      } else {
        if (fresh) this.indent(indent);
        this.#put(char);
        this.#atIndent = false;
        fresh = false;
      }
    }
  }

  #quoted(text: string, indent: number, mayBreak: boolean): void {
    const chars = [...text];
    let spaces = false;
    this.#indicator('"', false);
    chars.forEach((char, i) => {
      const inner = i > 0 && i < chars.length - 1;
      if (char === " " && mayBreak && !spaces && this.#column > WIDTH && inner) {
        this.indent(indent);
        // A break swallows the spaces around it, so the next one is protected.
        if (chars[i + 1] === " ") this.#put("\\");
      } else {
        this.#put(escaped(char));
      }
      spaces = char === " ";
    });
    this.#tight('"');
  }

  /** With a space before it where none is. */
  #indicator(text: string, keepsIndent: boolean): void {
    if (!this.#atSpace) this.#put(" ");
    this.#put(text);
    this.#atSpace = text === "[" || text === "{";
    this.#atIndent = this.#atIndent && keepsIndent;
  }

  #tight(text: string): void {
    this.#put(text);
    this.#atSpace = false;
    this.#atIndent = false;
  }

  #put(text: string): void {
    this.text += text;
    this.#column += [...text].length;
  }

  #break(text: string): void {
    this.text += text;
    this.#column = 0;
  }
}

const deeper = (indent: number): number => (indent < 0 ? 0 : indent + INDENT);

const isBreak = (char: string): boolean => "\r\n\u0085\u2028\u2029".includes(char);

const isSimpleKey = (key: string): boolean => ![...key].some(isBreak) && Buffer.byteLength(key) <= LONGEST_SIMPLE_KEY;

/** What the emitter prints as it is; everything else is escaped, and bars a literal block. */
function isPrintable(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return code === 0x0a || (code >= 0x20 && code <= 0x7e);
  return code >= 0xa0 && code <= 0xfffd && code !== 0xfeff && !(code >= 0xd800 && code <= 0xdfff);
}

const fitsBlock = (text: string): boolean =>
  [...text].every((char) => isPrintable(char) || isLineBreakMark(char)) &&
  !/ (?:[\r\n\u0085\u2028\u2029]|$)/.test(text);
const isLineBreakMark = (char: string): boolean => char === "\u2028" || char === "\u2029";

/** `2` where the first line would hide the indentation; `-` no newline at the end, `+` more than one. */
function blockHints(text: string): string {
  const indentation = /^[ \r\n\u0085\u2028\u2029]/.test(text) ? String(INDENT) : "";
  const chars = [...text];
  const last = chars.at(-1) ?? "";
  if (!isBreak(last)) return `${indentation}-`;
  return chars.length === 1 || isBreak(chars.at(-2) ?? "") ? `${indentation}+` : indentation;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escaped(char: string): string {
  const named = ESCAPES[char];
  if (named !== undefined || isPrintable(char)) return named ?? char;
  const code = char.codePointAt(0) ?? 0;
  const [letter, width] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(width), "0")}`;
}
