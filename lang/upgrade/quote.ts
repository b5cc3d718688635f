import { isIdentifier } from "../template/blocks.js";
import { isPrintable } from "../values/go-quote.js";

/** A piece of a string: text as it is meant, or the source of an HCL expression that stands in its place. */
export type Segment = { readonly text: string } | { readonly expr: string };

/** A quoted template: text escaped, expressions in `${ }`. */
export const quoteSegments = (segments: readonly Segment[]): string =>
  `"${merged(segments)
    .flatMap((segment, index, all) => guardDollars(segment, all[index + 1]))
    .map((segment) => ("text" in segment ? escapeText(segment.text) : `\${${segment.expr}}`))
    .join("")}"`;

export const quoteText = (text: string): string => quoteSegments([{ text }]);

/** The key of an object: bare where it is a name. `for` would start a for expression. */
export const objectKey = (quoted: string): string => {
  const bare = quoted.slice(1, -1);
  return isIdentifier(bare) && bare !== "for" ? bare : quoted;
};

// Escapes and normal forms must not depend on where a text was cut.
function merged(segments: readonly Segment[]): readonly Segment[] {
  const out: Segment[] = [];
  for (const segment of segments) {
    const last = out.at(-1);
    if (last !== undefined && "text" in last && "text" in segment)
      out[out.length - 1] = { text: last.text + segment.text };
    else out.push(segment);
  }
  return out;
}

/** Dollars before an interpolation would escape it: `$${`. They become one of their own. */
function guardDollars(segment: Segment, next: Segment | undefined): readonly Segment[] {
  if (!("text" in segment) || next === undefined) return [segment];
  const [dollars = ""] = /\$*$/.exec(segment.text) ?? [];
  if (dollars === "") return [segment];
  return [{ text: segment.text.slice(0, -dollars.length) }, { expr: `"${dollars}"` }];
}

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

/** HCL's strings are in Unicode's composed form. */
function escapeText(text: string): string {
  const escaped = [...text.normalize("NFC")].map(escapeCharacter).join("");
  return escaped.replaceAll(/[$%](?=\{)/g, "$&$&");
}

function escapeCharacter(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  if (isPrintable(character)) return character;
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0xd800 && point <= 0xdfff) return "\ufffd";
  const hex = point.toString(16);
  return point > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
