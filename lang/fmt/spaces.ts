import type { FormatToken } from "./format-token.js";
import type { Line } from "./lines.js";

/** One blank or none between the tokens of a cell. */
export function spaceLines(lines: readonly Line[]): void {
  for (const { lead, assign } of lines) {
    spaceCell(lead);
    spaceCell(assign);
    if (assign[0] !== undefined) assign[0].spaces = 1;
  }
}

function spaceCell(cell: readonly FormatToken[]): void {
  let before: FormatToken | undefined;
  let subject: FormatToken | undefined;
  for (const after of cell) {
    if (subject !== undefined) after.spaces = hasSpace(before, subject, after) ? 1 : 0;
    [before, subject] = [subject, after];
  }
}

const LITERAL_START: readonly string[] = ["QuotedLit", "HeredocLit", "OQuote", "OHeredoc"];
const LITERAL_END: readonly string[] = ["QuotedLit", "HeredocLit", "CQuote", "CHeredoc"];
/** Behind these a minus is a sign. */
const BEFORE_SIGN: readonly string[] = [..."({[=:,?+*/%-!", ...["==", "!=", ">", ">=", "<", "<=", "&&", "||"]];
const isName = (token: FormatToken): boolean => token.kind === "Ident" || token.kind === "::";

type Rule = (before: FormatToken | undefined, subject: FormatToken, after: FormatToken) => boolean | undefined;

/** The first rule that has an opinion decides (spec: spaces between tokens); without any, there is a blank. */
const RULES: readonly Rule[] = [
  (_, __, after) => no(after.kind === "Newline"),
  (_, subject, after) => no(subject.kind === "Ident" && after.kind === "("),
  (_, subject, after) => no(isName(subject) && isName(after) && subject.kind !== after.kind),
  (_, subject, after) => no(subject.kind === "." || after.kind === "."),
  (_, __, after) => no(after.kind === "," || after.kind === "..."),
  (_, subject) => yes(subject.kind === ","),
  (_, subject, after) => no(LITERAL_START.includes(subject.kind) || LITERAL_END.includes(after.kind)),
  (before, subject) => yes(subject.kind === "Ident" && subject.text === "in" && before?.kind === "Ident"),
  (_, subject, after) => no(after.kind === "[" && (["Ident", "Number"].includes(subject.kind) || subject.opens < 0)),
  (_, subject) => no(subject.kind === "!"),
  (before, subject) => (subject.kind === "-" ? before !== undefined && !BEFORE_SIGN.includes(before.kind) : undefined),
  (_, subject, after) =>
    subject.kind === "{" || after.kind === "}" ? !(subject.kind === "{" && after.kind === "}") : undefined,
  (_, subject, after) => yes(isSequence(subject) && after.kind === "{"),
  (_, subject, after) => yes(subject.kind === "}" && after.kind === "TemplateEnd"),
  (_, subject, after) => no(subject.kind === "TemplateEnd" && isSequence(after)),
  (_, subject) => no(subject.opens > 0),
  (_, __, after) => no(after.opens < 0),
];

const isSequence = ({ kind }: FormatToken): boolean => kind === "TemplateInterp" || kind === "TemplateControl";
const no = (applies: boolean): false | undefined => (applies ? false : undefined);
const yes = (applies: boolean): true | undefined => (applies ? true : undefined);

/** What the rules said of two kinds, one behind the other: there are few such pairs in a file. */
const known = new Map<string, Map<string, boolean>>();

function hasSpace(before: FormatToken | undefined, subject: FormatToken, after: FormatToken): boolean {
  // Only of these do the rules ask more than the kinds.
  if (subject.kind === "-" || subject.text === "in") return isSpaced(before, subject, after);
  const behind = known.get(subject.kind) ?? new Map<string, boolean>();
  known.set(subject.kind, behind);
  const answer = behind.get(after.kind) ?? isSpaced(before, subject, after);
  behind.set(after.kind, answer);
  return answer;
}

function isSpaced(before: FormatToken | undefined, subject: FormatToken, after: FormatToken): boolean {
  for (const rule of RULES) {
    const opinion = rule(before, subject, after);
    if (opinion !== undefined) return opinion;
  }
  return true;
}
