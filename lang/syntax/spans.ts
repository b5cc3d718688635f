// Where a run of characters ends. All take the offset of its first character, and give it back where no such run begins.

const LINE_FEED = 0x0a;
const DOLLAR = 0x24;
const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;

const WORD = /[\w-]+/y;

const matchEnd = (pattern: RegExp, text: string, start: number): number => {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
};

export function blanksEnd(text: string, start: number): number {
  let end = start;
  for (let char = text.charCodeAt(end); char === 0x20 || char === 0x09; char = text.charCodeAt(end)) end += 1;
  return end;
}

/** Of a name that begins with an ASCII letter. Nearly all have no other characters, and the other expression is not even compiled. */
export function wordEnd(text: string, start: number): number {
  const end = matchEnd(WORD, text, start);
  return text.charCodeAt(end) >= 0x80 ? identifierEnd(text, start) : end;
}

export const identifierEnd = (text: string, start: number): number =>
  matchEnd(/[\p{ID_Start}_][\p{ID_Continue}-]*/uy, text, start);

const DIGITS = /\d+/y;
const MORE_OF_NUMBER = /\.*(?:\d+|[eE][+-]?\d+)/y;

/** Of what looks like a number, whether it is one or not. */
export function numberEnd(text: string, start: number): number {
  let end = matchEnd(DIGITS, text, start);
  for (let before = start; end > before; ) {
    before = end;
    end = matchEnd(MORE_OF_NUMBER, text, end);
  }
  return end;
}

/** Of a comment, with the end of its line. */
export function lineCommentEnd(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.length : end + 1;
}

const QUOTED_TEXT = /[^"\\$%\r\n]+/y;

/** Of text in a string: up to its end, a sequence or a line break. */
export function quotedTextEnd(text: string, start: number): number {
  for (let end = start; ; ) {
    const plain = matchEnd(QUOTED_TEXT, text, end);
    const next = text.charCodeAt(plain);
    end = next === BACKSLASH ? escapeEnd(text, plain) : introducerEnd(text, plain, next);
    if (end === plain) return end;
  }
}

/** A backslash and what it stands before, unless that is a line break. */
function escapeEnd(text: string, start: number): number {
  const next = text.charAt(start + 1);
  return next === "" || next === "\n" || next === "\r" ? start + 1 : start + 2;
}

const HEREDOC_TEXT = /[^$%\n]+/y;

/** Of text in a heredoc: up to and with the end of its line, or up to a sequence. */
export function heredocTextEnd(text: string, start: number): number {
  for (let end = start; ; ) {
    const plain = matchEnd(HEREDOC_TEXT, text, end);
    const next = text.charCodeAt(plain);
    if (next === LINE_FEED) return plain + 1;
    end = introducerEnd(text, plain, next);
    if (end === plain) return end;
  }
}

/** Of a `$` or `%` that introduces no sequence; doubled before a brace they are an escape. */
function introducerEnd(text: string, start: number, char: number): number {
  if ((char !== DOLLAR && char !== PERCENT) || text.charCodeAt(start + 1) === OPEN_BRACE) return start;
  return text.charCodeAt(start + 1) === char && text.charCodeAt(start + 2) === OPEN_BRACE ? start + 3 : start + 1;
}
