const ANY = Symbol("*");
const ONE = Symbol("?");

type Token = string | typeof ANY | typeof ONE;

/**
 * Whether a text is all of `pattern`, in which `*` stands for any characters, `?` for one, and `\` takes the meaning away.
 * Takes time in proportion to pattern × text at most: as a regular expression, a dozen stars can take years.
 */
export function wildcard(pattern: string): (text: string) => boolean {
  const tokens = (pattern.match(/\\[\s\S]|[\s\S]/gu) ?? []).map(tokenOf);
  return (text) => matches(tokens, [...text]);
}

function tokenOf(part: string): Token {
  if (part === "*") return ANY;
  return part === "?" ? ONE : part.replace(/^\\(?=.)/su, "");
}

/** Where it fails, the last star takes one character more: no earlier one has to. */
function matches(tokens: readonly Token[], text: readonly string[]): boolean {
  let [at, from] = [0, 0];
  let star: { readonly at: number; readonly from: number } | undefined;
  while (from < text.length) {
    if (tokens[at] === ANY) star = { at: at++, from };
    else if (tokens[at] === ONE || tokens[at] === text[from]) [at, from] = [at + 1, from + 1];
    else if (star === undefined) return false;
    else {
      star = { at: star.at, from: star.from + 1 };
      [at, from] = [star.at + 1, star.from];
    }
  }
  return tokens.slice(at).every((token) => token === ANY);
}
