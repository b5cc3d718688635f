// The escapers that text/template calls html, js and urlquery.

import { isPrintable } from "../values/go-quote.js";

const HTML: Readonly<Record<string, string>> = {
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\u0000": "\ufffd",
};
const JS: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};

export const htmlEscape = (text: string): string =>
  text.replaceAll(/["'&<>\0]/g, (character) => HTML[character] ?? character);

export const jsEscape = (text: string): string => [...text].map(jsCharacter).join("");

function jsCharacter(character: string): string {
  const named = JS[character];
  if (named !== undefined) return named;
  const point = character.codePointAt(0) ?? 0;
  const plain = point >= 0x20 && (point < 0x7f || isPrintable(character));
  return plain || point === 0x7f ? character : `\\u${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Keeps letters, digits and `-_.~`; a space becomes a plus. */
export function urlQueryEscape(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"))
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
