// Case mapping as Go has it: character by character, never one character to several.

/** Simple upper-case mappings that JavaScript's full mapping hides behind two or three characters. */
function upperOf(char: string): string {
  const mapped = char.toUpperCase();
  if ([...mapped].length === 1) return mapped;
  const code = char.codePointAt(0) ?? 0;
  if (isGreekWithIota(code)) return String.fromCodePoint(code + 8);
  return [0x1fb3, 0x1fc3, 0x1ff3].includes(code) ? String.fromCodePoint(code + 9) : char;
}

/** Lower-case letters with an iota subscript, whose upper (and title) case is one character. */
const isGreekWithIota = (code: number): boolean => code >= 0x1f80 && code <= 0x1faf && code % 16 < 8;

function lowerOf(char: string): string {
  const [first = char, ...more] = [...char.toLowerCase()];
  return more.length === 0 || char === "\u0130" ? first : char;
}

/** The digraphs whose first letter alone is capital in a title. */
const TITLE: Readonly<Record<string, string>> = Object.fromEntries(
  ["ǄǅǆǅǇǈǉǈǊǋǌǋǱǲǳǲ"].flatMap((all) =>
    [0, 4, 8, 12].flatMap((at) => [...all.slice(at, at + 3)].map((char) => [char, all.charAt(at + 3)])),
  ),
);

export const upperCase = (text: string): string => Array.from(text, upperOf).join("");
export const lowerCase = (text: string): string => Array.from(text, lowerOf).join("");

/** Capital letters at the beginnings of words. */
export function titleCase(text: string): string {
  let afterSeparator = true;
  return Array.from(text, (char) => {
    const mapped = afterSeparator ? (TITLE[char] ?? upperOf(char)) : char;
    afterSeparator = isSeparator(char);
    return mapped;
  }).join("");
}

/** ASCII: everything but letters, digits and `_`; beyond it only white space. */
const isSeparator = (char: string): boolean =>
  char <= "\u007f" ? !/\w/.test(char) : /[\s\u0085]/u.test(char) && char !== "\ufeff";
