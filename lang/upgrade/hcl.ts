// The HCL2 that is written: blocks and arguments as data, printed once everything about them is known.

import { quoteText } from "./quote.js";

export interface Argument {
  readonly kind: "argument";
  readonly name: string;
  /** Source text of the expression. */
  readonly value: string;
}

export interface Block {
  readonly kind: "block";
  readonly type: string;
  readonly labels: readonly string[];
  /** Lines above it, without their `#`; an empty one is a gap. */
  readonly comments: readonly string[];
  readonly items: readonly Item[];
  /** A locals block of one short argument stands on one line. */
  readonly oneLine?: boolean;
}

/** An empty line: what stands before it is not aligned with what follows. */
export const BLANK = { kind: "blank" } as const;

export type Item = Argument | Block | typeof BLANK;

export const argument = (name: string, value: string): Argument => ({ kind: "argument", name, value });

export function block(type: string, labels: readonly string[], items: readonly Item[]): Block {
  return { kind: "block", type, labels, comments: [], items };
}

/** `# ` before each line; an empty line stays empty. */
export const commentText = (lines: readonly string[]): string =>
  lines.flatMap((line) => line.split("\n").map((part) => (part === "" ? "\n" : `# ${part}\n`))).join("");

/** Not yet in the canonical format: indentation and alignment are fmt's to make. */
export function printItem(item: Item): string {
  if (item.kind === "blank") return "\n";
  return item.kind === "argument" ? `${item.name} = ${item.value}\n` : printBlock(item);
}

function printBlock({ type, labels, comments, items, oneLine }: Block): string {
  const header = [type, ...labels.map(quoteText)].join(" ");
  const body = items.map(printItem).join("");
  const text = oneLine ? `${header} { ${body.trimEnd()} }\n` : `${header} {\n${body}}\n`;
  return commentText(comments) + text;
}
