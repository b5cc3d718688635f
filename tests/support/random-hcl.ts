// Inputs for the fuzzer: from bytes at random to expressions that are right but for what they mean.

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What an input is meant for: bodies are parsed and formatted, expressions are evaluated as well. */
export interface RandomInput {
  readonly kind: "bytes" | "tokens" | "expression" | "body" | "broken";
  readonly text: string;
}

const TOKENS = [
  "{",
  "}",
  "[",
  "]",
  "(",
  ")",
  "${",
  "%{",
  "~}",
  '"',
  "<<E\n",
  "\nE\n",
  "<<-E\n",
  "\n",
  " ",
  ",",
  ":",
  "=",
  "==",
  "=>",
  "?",
  "...",
  ".",
  ".*",
  "[*]",
  "-",
  "!",
  "&&",
  "||",
  "*",
  "/",
  "%",
  "<",
  ">=",
  "a",
  "b1",
  "for",
  "in",
  "if",
  "else",
  "endif",
  "endfor",
  "null",
  "true",
  "0",
  "1.5",
  "1e999",
  "é",
  "\u0000",
  "👩‍👩‍👧",
  "\\u00e9",
  "\\",
  "#c\n",
  "//",
  "/*",
  "*/",
  "\r\n",
  "\ufeff",
  "var.a",
  "local",
  "upper",
  "try",
];
const ATOMS = [
  "null",
  "true",
  "false",
  "0",
  "1",
  "-1",
  "2.5",
  "1e10",
  "1e309",
  "123456789012345678901234567890",
  '""',
  '"a"',
  '"é\\n"',
  '"${1}"',
  '"%{if true}a%{endif}"',
  "[]",
  "{}",
  "ghost",
  "u.a[0]",
];
const BINARY = ["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"];

export class RandomHcl {
  readonly #next: () => number;
  readonly #functions: readonly string[];

  constructor(seed: number, functions: readonly string[]) {
    this.#next = randomFrom(seed);
    this.#functions = functions;
  }

  input(): RandomInput {
    const kind = this.#pick(["bytes", "tokens", "expression", "expression", "expression", "body", "broken"] as const);
    const makers = {
      bytes: () => Buffer.from(this.#list(60, () => this.#below(256))).toString("latin1"),
      tokens: () => this.#list(40, () => this.#pick(TOKENS)).join(""),
      expression: () => this.#expression(4),
      body: () => this.#body(3),
      broken: () => this.#broken(this.#next() < 0.5 ? this.#expression(4) : this.#body(3)),
    };
    return { kind, text: makers[kind]() };
  }

  #below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }

  #list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#below(most + 1) }, make);
  }

  #expression(depth: number): string {
    if (depth === 0) return this.#pick(ATOMS);
    const inner = (): string => this.#expression(depth - 1);
    const makers: readonly (() => string)[] = [
      () => this.#pick(ATOMS),
      () => `(${inner()} ${this.#pick(BINARY)} ${inner()})`,
      () => `${this.#pick(["!", "-"])}${inner()}`,
      () => `${inner()} ? ${inner()} : ${inner()}`,
      () => `[${this.#list(4, inner).join(", ")}]`,
      () => `{ ${this.#list(3, () => `${this.#key()} = ${inner()}`).join(", ")} }`,
      () => `[for k, v in ${inner()} : ${this.#pick(["v", "k", inner()])}${this.#pick(["", ` if ${inner()}`])}]`,
      () => `{for k, v in ${inner()} : ${this.#pick(["k", inner()])} => v${this.#pick(["", "..."])}}`,
      () => `${inner()}[${inner()}]`,
      () => `${inner()}${this.#pick([".a", "[*].a", ".*.a", ".0"])}`,
      () => `"x\${${inner()}}y%{ for i in ${inner()} ~} \${i} %{ endfor }"`,
      () => `<<-E\n  a \${${inner()}}\n E\n`,
      () => this.#call(inner),
      () => this.#call(inner),
      () => this.#call(inner),
    ];
    return this.#pick(makers)();
  }

  #call(inner: () => string): string {
    const spread = this.#next() < 0.05 ? "..." : "";
    const args = this.#list(3, inner);
    return `${this.#pick(this.#functions)}(${args.join(", ")}${args.length > 0 ? spread : ""})`;
  }

  #key(): string {
    return this.#pick(["a", "b", '"c"', "(1)", "(null)", '"a"', "1"]);
  }

  #body(depth: number): string {
    const attribute = (): string =>
      `${this.#pick(["a", "bb", "c-d"])}${this.#pick(["=", " = ", "\t="])}${this.#expression(2).trimEnd()}\n`;
    const block = (): string =>
      `${this.#pick(["x", "y"])} ${this.#pick(["", '"l"', "l"])} {\n${depth > 0 ? this.#body(depth - 1) : ""}}\n`;
    return this.#list(4, () => this.#pick([attribute, attribute, block, () => "# note\n", () => "\n"])()).join("");
  }

  /** With a few characters dropped, doubled or swapped for others. */
  #broken(text: string): string {
    let result = text;
    for (let changes = 1 + this.#below(3); changes > 0; changes -= 1) {
      const at = this.#below(result.length + 1);
      const insert = this.#pick(["", this.#pick(TOKENS), result.slice(at, at + 5)]);
      result = result.slice(0, at) + insert + result.slice(at + this.#below(3));
    }
    return result;
  }
}
