// JSON without positions, for jsondecode(): numbers keep their digits, the last of a repeated name counts.
// JSON.parse would round the numbers.

import { FunctionError } from "./func.js";

/** What each kind of JSON value becomes. */
export interface JsonBuilder<T> {
  string(text: string): T;
  number(digits: string): T;
  bool(value: boolean): T;
  null(): T;
  array(items: readonly T[]): T;
  object(entries: readonly (readonly [string, T])[]): T;
}

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON refuses them in strings
  /[ \t\r\n]*(?:([{}[\]:,])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|$)/y;

// Deeper than any document, and shallow enough for the call stack.
const DEEPEST = 2000;

/** Throws {@link FunctionError} with the line and column of the first mistake. */
export function readJsonText<T>(text: string, builder: JsonBuilder<T>): T {
  const reader = new JsonReader(text, builder);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader<T> {
  readonly #text: string;
  readonly #builder: JsonBuilder<T>;
  #at = 0;
  #token = "";

  constructor(text: string, builder: JsonBuilder<T>) {
    this.#text = text;
    this.#builder = builder;
    this.#next();
  }

  value(depth: number): T {
    const token = this.#token;
    if (depth > DEEPEST) throw this.#error(`nested deeper than ${DEEPEST} levels`);
    if (token === "{") return this.#object(depth);
    if (token === "[") return this.#array(depth);
    if (token === "" || /^[}\]:,]$/.test(token)) throw this.#unexpected("a value");
    this.#next();
    if (token.startsWith('"')) return this.#builder.string(JSON.parse(token) as string);
    if (token === "null") return this.#builder.null();
    return token === "true" || token === "false" ? this.#builder.bool(token === "true") : this.#builder.number(token);
  }

  end(): void {
    if (this.#token !== "") throw this.#error("extra characters after the JSON value");
  }

  #object(depth: number): T {
    const entries: (readonly [string, T])[] = [];
    this.#next();
    while (this.#token !== "}") {
      if (entries.length > 0) this.#expect(",", 'a comma or "}"');
      const name = this.#token;
      if (!name.startsWith('"')) throw this.#unexpected("a property name in double quotes");
      this.#next();
      this.#expect(":", "a colon");
      entries.push([(JSON.parse(name) as string).normalize("NFC"), this.value(depth + 1)]);
    }
    this.#next();
    return this.#builder.object(entries);
  }

  #array(depth: number): T {
    const items: T[] = [];
    this.#next();
    while (this.#token !== "]") {
      if (items.length > 0) this.#expect(",", 'a comma or "]"');
      items.push(this.value(depth + 1));
    }
    this.#next();
    return this.#builder.array(items);
  }

  #expect(token: string, what: string): void {
    if (this.#token !== token) throw this.#unexpected(what);
    this.#next();
  }

  #next(): void {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) throw this.#error("invalid character");
    this.#at = TOKEN.lastIndex;
    this.#token = match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
  }

  #unexpected(wanted: string): FunctionError {
    return this.#error(
      this.#token === "" ? "unexpected end of input" : `expected ${wanted}, not ${this.#token.slice(0, 20)}`,
    );
  }

  #error(what: string): FunctionError {
    const lines = this.#text.slice(0, this.#at).split("\n");
    return new FunctionError(
      `invalid JSON on line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}: ${what}`,
    );
  }
}
