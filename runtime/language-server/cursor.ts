// Where the cursor is, told from the tokens before it: a template is mostly broken while somebody types in it, so no tree
// is asked for.

import type { Token } from "../../lang/syntax/ast.js";
import { tokensOf } from "../../lang/syntax/parse.js";

/** `source "null" "a" {`. */
export interface BlockHeader {
  readonly type: string;
  readonly labels: readonly string[];
}

/** What could stand at the cursor. `word` is what stands there already, up to the cursor. */
export type Spot =
  | { readonly kind: "item" }
  | { readonly kind: "label"; readonly block: string; readonly labels: readonly string[] }
  /** `path`: the names before the last dot, `["var"]` in `var.na`. */
  | { readonly kind: "expression"; readonly attribute: string | undefined; readonly path: readonly string[] }
  /** In a string, outside its interpolations. */
  | { readonly kind: "text"; readonly attribute: string | undefined }
  | { readonly kind: "nothing" };

export interface Cursor {
  /** The blocks around it, outermost first. */
  readonly blocks: readonly BlockHeader[];
  readonly spot: Spot;
  readonly word: string;
  /** Offset where `word` begins. */
  readonly start: number;
}

type Frame =
  | { readonly kind: "body"; readonly header: BlockHeader | undefined; line: Token[] }
  | { readonly kind: "object" | "brackets" | "sequence"; line: Token[] }
  | { readonly kind: "string"; readonly from: number; line: Token[] };

export function cursorAt(text: string, offset: number): Cursor {
  const reader = new Reader();
  const before = text.slice(0, offset);
  // A string that is not closed ends with its line, whatever the lexer makes of it.
  for (let from = 0; from < before.length; ) from = reader.read(before, from);
  return reader.cursor(before);
}

class Reader {
  #frames: [Frame, ...Frame[]] = [{ kind: "body", header: undefined, line: [] }];
  #last: Token | undefined;

  /** Takes tokens from `from` on; gives where it stopped. */
  read(text: string, from: number): number {
    for (const token of tokensOf(text.slice(from))) {
      const placed = { ...token, start: token.start + from, end: token.end + from };
      this.#last = placed;
      if (token.kind === "Bad" && token.text.includes("\n") && this.#top.kind === "string") {
        this.#endBrokenLine();
        return placed.end;
      }
      this.#take(placed);
    }
    return text.length;
  }

  get #top(): Frame {
    return this.#frames[this.#frames.length - 1] ?? this.#frames[0];
  }

  #endBrokenLine(): void {
    while (this.#frames.length > 1 && this.#top.kind !== "body") this.#frames.pop();
    this.#top.line = [];
  }

  #take(token: Token): void {
    if (token.kind === "Space" || token.kind === "Comment") return;
    if (token.kind === "Newline") {
      if (this.#top.kind === "body" || this.#top.kind === "object") this.#top.line = [];
      return;
    }
    if (this.#opens(token)) return;
    if (CLOSING.has(token.kind === "Punct" ? token.text : token.kind)) this.#close();
    this.#top.line.push(token);
  }

  #opens(token: Token): boolean {
    const frame = this.#frameOf(token);
    if (frame === undefined) return false;
    if (frame.kind !== "body") this.#top.line.push(token);
    this.#frames.push(frame);
    return true;
  }

  #frameOf({ kind, text, end }: Token): Frame | undefined {
    if (kind === "OQuote" || kind === "OHeredoc") return { kind: "string", from: end, line: [] };
    if (kind === "TemplateInterp" || kind === "TemplateControl") return { kind: "sequence", line: [] };
    if (kind !== "Punct") return undefined;
    if (text === "(" || text === "[") return { kind: "brackets", line: [] };
    if (text !== "{") return undefined;
    const header = this.#top.kind === "body" ? headerOf(this.#top.line) : undefined;
    return header === undefined ? { kind: "object", line: [] } : { kind: "body", header, line: [] };
  }

  #close(): void {
    if (this.#frames.length === 1) return;
    const closed = this.#frames.pop();
    if (closed?.kind === "body") this.#top.line = [];
    // What a string says is part of the header, or of the argument, that it stands in.
    else if (closed?.kind === "string") this.#top.line.push(...closed.line);
  }

  cursor(text: string): Cursor {
    const blocks = this.#frames.flatMap((frame) => (frame.kind === "body" && frame.header ? [frame.header] : []));
    const last = this.#last;
    if (last?.kind === "Comment" && !text.endsWith("\n"))
      return { blocks, spot: { kind: "nothing" }, word: "", start: text.length };
    if (this.#top.kind === "string") return { blocks, ...this.#inString(text, this.#top.from) };
    const word = last?.kind === "Ident" && last.end === text.length ? last : undefined;
    const line = word === undefined ? this.#top.line : this.#top.line.slice(0, -1);
    return { blocks, spot: this.#spot(line), word: word?.text ?? "", start: word?.start ?? text.length };
  }

  #inString(text: string, from: number): Omit<Cursor, "blocks"> {
    const body = this.#innermostBody();
    const start = Math.max(from, text.lastIndexOf("}", text.length - 1) + 1);
    const place = { word: text.slice(start), start };
    const header = this.#frames.at(-2) === body ? headerOf(body.line.slice(0, -1)) : undefined;
    if (header !== undefined) return { ...place, spot: { kind: "label", block: header.type, labels: header.labels } };
    return { ...place, spot: { kind: "text", attribute: attributeOf(body.line) } };
  }

  #spot(line: readonly Token[]): Spot {
    const { kind } = this.#top;
    const attribute = attributeOf(this.#innermostBody().line);
    if (kind === "body") {
      if (line.length === 0) return { kind: "item" };
      return attribute === undefined ? { kind: "nothing" } : { kind: "expression", attribute, path: pathBefore(line) };
    }
    const isKey = kind === "object" && !line.some(({ text }) => text === "=" || text === ":");
    return isKey ? { kind: "nothing" } : { kind: "expression", attribute, path: pathBefore(line) };
  }

  #innermostBody(): Frame & { readonly kind: "body" } {
    const found = this.#frames.findLast((frame) => frame.kind === "body");
    if (found?.kind !== "body") throw new Error("the outermost frame is a body");
    return found;
  }
}

const CLOSING = new Set([")", "]", "}", "CQuote", "CHeredoc", "TemplateEnd"]);

/** `source "null" "a"`: a word, and labels behind it. Undefined for anything else. */
function headerOf(line: readonly Token[]): BlockHeader | undefined {
  const [first, ...rest] = line;
  if (first?.kind !== "Ident") return undefined;
  const isLabel = ({ kind }: Token): boolean => ["Ident", "OQuote", "QuotedLit", "CQuote"].includes(kind);
  if (!rest.every(isLabel)) return undefined;
  const labels = rest.filter(({ kind }) => kind === "Ident" || kind === "QuotedLit").map(({ text }) => text);
  return { type: first.text, labels };
}

/** The argument whose value a line is in. */
function attributeOf([name, equals]: readonly Token[]): string | undefined {
  return name?.kind === "Ident" && equals?.text === "=" ? name.text : undefined;
}

/** The names before the word at the end of a line: `["data", "null"]` for `data.null.`. */
function pathBefore(line: readonly Token[]): readonly string[] {
  const path: string[] = [];
  for (let i = line.length - 1; i > 0 && line[i]?.text === "."; i -= 2) {
    const name = line[i - 1];
    if (name?.kind !== "Ident") break;
    path.unshift(name.text);
  }
  return path;
}
