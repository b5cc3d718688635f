import { goQuote } from "../values/go-quote.js";

// The messages of Go's encoding/json for text that is not JSON: Packer prints them for legacy templates.

export interface JsonSyntaxError {
  /** `invalid character '}' looking for beginning of value`. */
  readonly message: string;
  /** UTF-16 offset of the character that is wrong; the length of the text when it ends too early. */
  readonly offset: number;
}

type Next = (character: string) => Next | string;

interface Machine {
  /** What encloses the place: an object before or after a colon, or an array. */
  readonly enclosing: ("key" | "value" | "element")[];
}

/** The deepest nesting that Go reads. */
const MAX_DEPTH = 10_000;

/** Undefined when `text` is one JSON value. */
export function jsonSyntaxError(text: string): JsonSyntaxError | undefined {
  const machine: Machine = { enclosing: [] };
  let state = beginValue(machine);
  for (let offset = 0; offset < text.length; offset += 1) {
    const next = state(text[offset] ?? "");
    if (typeof next === "string") return { message: describe(next, text, offset), offset };
    state = next;
  }
  const end = state(" ");
  const complete = typeof end !== "string" && end === ENDED && machine.enclosing.length === 0;
  return complete ? undefined : { message: "unexpected end of JSON input", offset: text.length };
}

function describe(problem: string, text: string, offset: number): string {
  if (problem === DEPTH) return DEPTH;
  // Go reads bytes: of a character beyond ASCII it shows the first one.
  const [byte = 0] = Buffer.from(String.fromCodePoint(text.codePointAt(offset) ?? 0));
  const character = String.fromCharCode(byte);
  return `invalid character ${goQuote(character, "'")} ${problem}`;
}

const DEPTH = "exceeded max depth";
const isSpace = (character: string): boolean =>
  character === " " || character === "\t" || character === "\r" || character === "\n";
const isDigit = (character: string): boolean => character >= "0" && character <= "9";

/** Only white space may follow; the one state in which the text may end. */
const ENDED: Next = (character) => (isSpace(character) ? ENDED : "after top-level value");

function beginValue(machine: Machine): Next {
  const state: Next = (c) => (isSpace(c) ? state : valueStart(machine, c));
  return state;
}

function valueStart(machine: Machine, c: string): Next | string {
  if (c >= "1" && c <= "9") return integer(machine);
  switch (c) {
    case "{":
      return push(machine, "key", beginKeyOrEnd(machine));
    case "[":
      return push(machine, "element", beginElementOrEnd(machine));
    case '"':
      return inString(machine);
    case "-":
      return negative(machine);
    case "0":
      return afterZero(machine);
    case "t":
      return word(machine, "true", 1);
    case "f":
      return word(machine, "false", 1);
    case "n":
      return word(machine, "null", 1);
    default:
      return "looking for beginning of value";
  }
}

function push(machine: Machine, what: Machine["enclosing"][number], next: Next): Next | string {
  machine.enclosing.push(what);
  return machine.enclosing.length > MAX_DEPTH ? DEPTH : next;
}

function pop(machine: Machine): Next {
  machine.enclosing.pop();
  return machine.enclosing.length === 0 ? ENDED : endValue(machine);
}

function beginElementOrEnd(machine: Machine): Next {
  const state: Next = (c) => (isSpace(c) ? state : c === "]" ? pop(machine) : beginValue(machine)(c));
  return state;
}

function beginKeyOrEnd(machine: Machine): Next {
  const state: Next = (c) => (isSpace(c) ? state : c === "}" ? pop(machine) : beginKey(machine)(c));
  return state;
}

function beginKey(machine: Machine): Next {
  const state: Next = (c) => {
    if (isSpace(c)) return state;
    return c === '"' ? inString(machine) : "looking for beginning of object key string";
  };
  return state;
}

function endValue(machine: Machine): Next {
  const inside = machine.enclosing.at(-1);
  if (inside === undefined) return ENDED;
  const state: Next = (c) => (isSpace(c) ? state : afterValue(machine, inside, c));
  return state;
}

function afterValue(machine: Machine, inside: "key" | "value" | "element", c: string): Next | string {
  switch (inside) {
    case "key":
      return c === ":" ? afterColon(machine) : "after object key";
    case "value":
      return c === "," ? nextKey(machine) : c === "}" ? pop(machine) : "after object key:value pair";
    case "element":
      return c === "," ? beginValue(machine) : c === "]" ? pop(machine) : "after array element";
  }
}

function afterColon(machine: Machine): Next {
  machine.enclosing[machine.enclosing.length - 1] = "value";
  return beginValue(machine);
}

function nextKey(machine: Machine): Next {
  machine.enclosing[machine.enclosing.length - 1] = "key";
  return beginKey(machine);
}

function inString(machine: Machine): Next {
  const state: Next = (c) => {
    if (c === '"') return endValue(machine);
    if (c === "\\") return inEscape(state);
    return c < " " ? "in string literal" : state;
  };
  return state;
}

function inEscape(string: Next): Next {
  return (c) => {
    if (c === "u") return inHex(string, 4);
    return c !== "" && '"\\/bfnrt'.includes(c) ? string : "in string escape code";
  };
}

function inHex(string: Next, left: number): Next {
  return (c) => {
    if (!/^[0-9a-fA-F]$/.test(c)) return "in \\u hexadecimal character escape";
    return left === 1 ? string : inHex(string, left - 1);
  };
}

const negative =
  (machine: Machine): Next =>
  (c) =>
    c === "0" ? afterZero(machine) : isDigit(c) ? integer(machine) : "in numeric literal";

function integer(machine: Machine): Next {
  const state: Next = (c) => (isDigit(c) ? state : afterZero(machine)(c));
  return state;
}

function afterZero(machine: Machine): Next {
  return (c) => {
    if (c === ".") return (digit) => (isDigit(digit) ? fraction(machine) : "after decimal point in numeric literal");
    return c === "e" || c === "E" ? exponent(machine) : endValue(machine)(c);
  };
}

function fraction(machine: Machine): Next {
  const state: Next = (c) => (isDigit(c) ? state : c === "e" || c === "E" ? exponent(machine) : endValue(machine)(c));
  return state;
}

function exponent(machine: Machine): Next {
  const problem = "in exponent of numeric literal";
  const digits: Next = (c) => (isDigit(c) ? digits : endValue(machine)(c));
  const first: Next = (c) => (isDigit(c) ? digits : problem);
  return (c) => (c === "+" || c === "-" ? first : first(c));
}

function word(machine: Machine, text: string, index: number): Next {
  return (c) => {
    const wanted = text[index] ?? "";
    if (c !== wanted) return `in literal ${text} (expecting '${wanted}')`;
    return index + 1 === text.length ? endValue(machine) : word(machine, text, index + 1);
  };
}
