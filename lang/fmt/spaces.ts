import { bracketChange, type FormatToken } from "./format-token.js";
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
  for (const [i, after] of cell.entries()) {
    const subject = cell[i - 1];
    if (subject !== undefined) after.spaces = hasSpace(cell[i - 2], subject, after) ? 1 : 0;
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
  (_, subject, after) =>
    no(after.kind === "[" && (["Ident", "Number"].includes(subject.kind) || bracketChange(subject) < 0)),
  (_, subject) => no(subject.kind === "!"),
  (before, subject) => (subject.kind === "-" ? before !== undefined && !BEFORE_SIGN.includes(before.kind) : undefined),
  (_, subject, after) =>
    subject.kind === "{" || after.kind === "}" ? !(subject.kind === "{" && after.kind === "}") : undefined,
  (_, subject, after) => yes(isSequence(subject) && after.kind === "{"),
  (_, subject, after) => yes(subject.kind === "}" && after.kind === "TemplateEnd"),
  (_, subject, after) => no(subject.kind === "TemplateEnd" && isSequence(after)),
  (_, subject) => no(bracketChange(subject) > 0),
  (_, __, after) => no(bracketChange(after) < 0),
];

const isSequence = ({ kind }: FormatToken): boolean => kind === "TemplateInterp" || kind === "TemplateControl";
const no = (applies: boolean): false | undefined => (applies ? false : undefined);
const yes = (applies: boolean): true | undefined => (applies ? true : undefined);

function hasSpace(before: FormatToken | undefined, subject: FormatToken, after: FormatToken): boolean {
  for (const rule of RULES) {
    const opinion = rule(before, subject, after);
    if (opinion !== undefined) return opinion;
  }
  return true;
}
