// Mistakes of syntax: HCL's summaries, our sentences.

import { errorEntry } from "../diagnostic.js";

// ─── characters ──────────────────────────────────────────────────────────────

export const invalidEncoding = errorEntry(
  "invalid-encoding",
  "Invalid character encoding",
  () =>
    "Template files must be UTF-8. A byte here does not belong to any UTF-8 character; was the file saved in another encoding?",
);
export const invalidCharacter = errorEntry("invalid-character", "Invalid character", (why: string) => why);
export const unsupportedOperator = errorEntry("unsupported-operator", "Unsupported operator", (why: string) => why);
export const multiLineString = errorEntry(
  "multi-line-string",
  "Invalid multi-line string",
  () =>
    'A quoted string ends on the line where it begins. For several lines write a heredoc ("<<EOT"), or \\n for each line break.',
);
export const invalidEscape = errorEntry(
  "invalid-escape",
  "Invalid escape sequence",
  (found: string) =>
    `${found} is no escape sequence. There are \\n, \\r, \\t, \\", \\\\, \\uXXXX and \\UXXXXXXXX; a backslash itself is written as \\\\.`,
);

// ─── bodies ──────────────────────────────────────────────────────────────────

export const itemRequired = errorEntry(
  "item-required",
  "Argument or block definition required",
  (hint: string) => `An argument or block definition is required here. Write name = value, or name { … }.${hint}`,
);
export const quotedArgumentName = errorEntry(
  "quoted-argument-name",
  "Invalid argument name",
  () => "The name of an argument is written without quotes.",
);
export const unclosedBlock = errorEntry(
  "unclosed-block",
  "Unclosed configuration block",
  () => 'This block is still open at the end of the file: a "}" is missing, here or in a block within.',
);
export const missingNewlineAfterArgument = errorEntry(
  "missing-newline-after-argument",
  "Missing newline after argument",
  () => "An argument ends with its line.",
);
export const commaAfterArgument = errorEntry(
  "comma-after-argument",
  "Unexpected comma after argument",
  () => "Arguments are separated by line breaks, not by commas.",
);
export const missingNewlineAfterBlock = errorEntry(
  "missing-newline-after-block",
  "Missing newline after block definition",
  () => 'Nothing but a comment may follow the "}" of a block on its line.',
);
export const invalidBlock = errorEntry("invalid-block", "Invalid block definition", (why: string) => why);
export const singleLineBlock = errorEntry(
  "single-line-block",
  "Invalid single-argument block definition",
  (why: string) => why,
);
export const argumentRequired = errorEntry(
  "argument-required",
  "Argument definition required",
  () => "A block on a single line holds one argument and no block; begin a new line behind the opening brace.",
);
export const attributeRedefined = errorEntry(
  "attribute-redefined",
  "Attribute redefined",
  (name: string, line: number) => `The argument "${name}" was already set on line ${line}. Each argument is set once.`,
);
export const invalidLabel = errorEntry(
  "invalid-label",
  "Invalid string literal",
  () => "A block label is plain text: no interpolation, no directive, no line break.",
);

export const unterminatedLabel = errorEntry(
  "unterminated-label",
  "Unterminated string literal",
  () => 'The file ends before the closing quote (") of this label.',
);

// ─── expressions ─────────────────────────────────────────────────────────────

export const invalidExpression = errorEntry(
  "invalid-expression",
  "Invalid expression",
  (found: string) => `An expression is expected here, not ${found}.`,
);
export const missingExpression = errorEntry(
  "missing-expression",
  "Missing expression",
  () => "The file ends where an expression is expected.",
);
export const invalidNumber = errorEntry(
  "invalid-number",
  "Invalid number literal",
  (text: string) => `${text} is not a number.`,
);
export const unbalancedParentheses = errorEntry(
  "unbalanced-parentheses",
  "Unbalanced parentheses",
  () => "A closing parenthesis is expected here.",
);
export const missingFalseExpression = errorEntry(
  "missing-false-expression",
  "Missing false expression in conditional",
  () => 'A conditional is written as CONDITION ? VALUE : OTHER; its ":" is expected here.',
);
export const invalidAttributeName = errorEntry(
  "invalid-attribute-name",
  "Invalid attribute name",
  () => "An attribute name is expected behind the dot.",
);
export const legacyIndex = errorEntry(
  "legacy-index",
  "Invalid legacy index syntax",
  (text: string) => `Two indexes can't be chained with dots; write [${text.replaceAll(".", "][")}] instead.`,
);
export const nestedSplat = errorEntry(
  "nested-splat",
  "Nested splat expression not allowed",
  () => "Within .* no other splat is possible; use [*].",
);
export const missingCloseBracket = errorEntry(
  "missing-close-bracket",
  "Missing close bracket on index",
  () => 'A "]" is expected here, to end the index.',
);
export const missingSplatBracket = errorEntry(
  "missing-splat-bracket",
  "Missing close bracket on splat index",
  () => 'A "]" is expected behind "[*".',
);
export const missingFunctionName = errorEntry(
  "missing-function-name",
  "Missing function name",
  () => 'The name of a function is expected behind "::".',
);
export const missingOpenParenthesis = errorEntry(
  "missing-open-parenthesis",
  "Missing open parenthesis",
  () => "A name with a namespace is the name of a function, so its arguments in parentheses are expected.",
);
export const unterminatedTuple = errorEntry(
  "unterminated-tuple",
  "Unterminated tuple constructor expression",
  () => 'The "]" of this list is missing.',
);
export const missingItemSeparator = errorEntry(
  "missing-item-separator",
  "Missing item separator",
  () => "A comma is expected between the items of a list.",
);
export const unterminatedObject = errorEntry(
  "unterminated-object",
  "Unterminated object constructor expression",
  () => 'The "}" of this object is missing.',
);
export const missingAttributeValue = errorEntry(
  "missing-attribute-value",
  "Missing attribute value",
  () => 'An "=" and a value are expected behind the name of an object attribute.',
);
export const missingKeySeparator = errorEntry(
  "missing-key-separator",
  "Missing key/value separator",
  () =>
    'An "=" or ":" is expected between the name and the value of an object attribute. A name with dots or spaces is written in quotes.',
);
export const missingAttributeSeparator = errorEntry(
  "missing-attribute-separator",
  "Missing attribute separator",
  () => "A line break or a comma is expected between the attributes of an object.",
);
export const unterminatedCall = errorEntry(
  "unterminated-call",
  "Unterminated function call",
  () => 'The ")" of this call is missing.',
);
export const missingArgumentSeparator = errorEntry(
  "missing-argument-separator",
  "Missing argument separator",
  () => "A comma is expected between the arguments of a function.",
);
export const missingCloseParenthesis = errorEntry(
  "missing-close-parenthesis",
  "Missing closing parenthesis",
  () => 'Only the ")" may follow an argument that is expanded with "...".',
);
export const invalidFor = errorEntry("invalid-for", "Invalid 'for' expression", (why: string) => why);
export const extraAfterExpression = errorEntry(
  "extra-after-expression",
  "Extra characters after expression",
  () => "The expression was complete before this.",
);
export const tooManyMistakes = errorEntry(
  "too-many-mistakes",
  "Too many mistakes",
  () => "There are more in this file. Those before come first; is this a template at all?",
);
export const nestedTooDeeply = errorEntry(
  "nested-too-deeply",
  "Expression nested too deeply",
  (limit: number) => `Brackets, blocks and templates can be nested ${limit} levels deep.`,
);

// ─── templates ───────────────────────────────────────────────────────────────

export const unterminatedTemplate = errorEntry(
  "unterminated-template",
  "Unterminated template string",
  (hint: string) => `The end of this string is missing.${hint}`,
);
export const unclosedInterpolation = errorEntry(
  "unclosed-interpolation",
  "Unclosed template interpolation sequence",
  () => 'The "}" that ends this interpolation is missing. A quote within it begins a string of its own.',
);
export const extraAfterInterpolation = errorEntry(
  "extra-after-interpolation",
  "Extra characters after interpolation expression",
  () => 'A "}" is expected here, to end the interpolation.',
);
export const invalidDirective = errorEntry(
  "invalid-directive",
  "Invalid template directive",
  () => 'A keyword is expected behind "%{": if, else, endif, for or endfor. A literal "%{" is written as "%%{".',
);
export const unknownDirective = errorEntry(
  "unknown-directive",
  "Invalid template control keyword",
  (word: string) => `"${word}" is no template keyword; there are if, else, endif, for and endfor.`,
);
export const invalidForDirective = errorEntry("invalid-for-directive", "Invalid 'for' directive", (why: string) => why);
export const extraInMarker = errorEntry(
  "extra-in-marker",
  "Extra characters in marker",
  (word: string) => `Nothing follows "${word}" in its marker but "}".`,
);
/** The summary names the directive: `Extra characters in else marker`. */
export const extraInDirective = (word: string): ReturnType<typeof extraInMarker> => ({
  ...extraInMarker(word),
  summary: `Extra characters in ${word} marker`,
});
const unexpectedMarker = errorEntry(
  "unexpected-directive",
  "Unexpected directive",
  (word: string, why: string) => `${why} belongs to this ${word}.`,
);
/** The summary names the directive: `Unexpected endif directive`. */
export const unexpectedDirective = (word: string, why: string): ReturnType<typeof unexpectedMarker> => ({
  ...unexpectedMarker(word, why),
  summary: `Unexpected ${word} directive`,
});
export const unexpectedEndOfTemplate = errorEntry(
  "unexpected-end-of-template",
  "Unexpected end of template",
  (word: string, end: string) => `The template ends before the %{ ${end} } of this "${word}".`,
);
