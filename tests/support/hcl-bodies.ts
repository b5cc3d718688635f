// Whole bodies of HCL at random, for fast-check: most are right; broken() makes most of them wrong.

import fc from "fast-check";

type Text = fc.Arbitrary<string>;

/** The pieces one behind the other. */
const sequence = (...pieces: readonly (Text | string)[]): Text =>
  fc
    .tuple(...pieces.map((piece) => (typeof piece === "string" ? fc.constant(piece) : piece)))
    .map((all) => all.join(""));

const list = (item: Text, separator: Text | string, maxLength: number): Text =>
  fc
    .tuple(fc.array(item, { maxLength }), typeof separator === "string" ? fc.constant(separator) : separator)
    .map(([items, between]) => items.join(between));

const blank = fc.constantFrom("", " ", "  ", "\t");
const gap = fc.constantFrom(" ", " ", "   ", " /* c */ ");
/** Where a newline means nothing: inside parentheses and square brackets. */
const loose = fc.constantFrom("", " ", " ", "\n", "\n\n  ", " # c\n", " // ${c\n", "/* {\n */");
const name = fc.constantFrom("a", "bc", "var", "local", "in-between", "for_each", "é", "x1", "null_", "if", "in");
const operator = fc.constantFrom("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||");
const number = fc.constantFrom("0", "1", "2.5", "1e5", "1E-3", "0.5e+2", "007", "123456789012345678901234567890");
const literal = fc.oneof(number, fc.constantFrom("true", "false", "null"));
const quotedText = fc.constantFrom(
  "",
  "text",
  " ",
  "é🙂",
  "\\n\\t",
  '\\"',
  "\\u00e9",
  "$${a}",
  "%%{a}",
  "$",
  "%",
  "{}",
  "#",
);
const heredocText = fc.constantFrom(
  "text",
  "  two",
  '"',
  "\\n",
  "$${a}",
  "%%{a}",
  "$",
  "%",
  "{ }",
  "# no",
  "é🙂",
  "",
  "EOT2",
);
const trim = fc.constantFrom("", "", "~");

const { expression, heredoc } = fc.letrec<{ readonly expression: string; readonly heredoc: string }>((tie) => {
  const inner = tie("expression");
  const interpolation = sequence("${", trim, blank, inner, blank, trim, "}");
  const directive = (text: Text): Text =>
    fc.oneof(
      sequence("%{", trim, " if ", inner, blank, trim, "}", text, "%{ endif ", trim, "}"),
      sequence("%{ if ", inner, " }", text, "%{", trim, "else", trim, "}", text, "%{ endif }"),
      sequence("%{ for k, v in ", inner, " ", trim, "}", text, "%{", trim, " endfor }"),
      sequence("%{for x in ", inner, "}", text, "%{endfor}"),
    );
  const quoted = sequence('"', list(fc.oneof(quotedText, interpolation, directive(quotedText)), "", 3), '"');
  const step = fc.oneof(
    fc.constantFrom(".c", "[0]", '["k"]', ".d.e", "[*]", ".*", ".0", "[*].f", ".*.g", "[ 1 ]", ' [ "k" ]'),
    sequence("[", inner, "]"),
  );
  const key = fc.oneof(
    fc.constantFrom("k", '"k"', "1", "(k)", '"${k}"', "for_"),
    sequence("(", loose, inner, loose, ")"),
  );
  const item = sequence(key, blank, fc.constantFrom("=", ":"), blank, inner);
  const intro = fc.constantFrom("for x in ", "for k, v in ", "for k,v in ", "for\nx in ");
  return {
    heredoc: fc
      .tuple(
        fc.constantFrom("<<", "<<-"),
        list(
          fc.oneof(heredocText, interpolation, directive(heredocText), fc.constant("\n")),
          fc.constantFrom("", " ", "\n", "\n  "),
          6,
        ),
        blank,
      )
      .map(([opening, text, indent]) => `${opening}EOT\n${text}\n${indent}EOT\n`),
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      literal,
      name,
      quoted,
      sequence(fc.constantFrom("a", "var", "local.b"), list(step, "", 3)),
      sequence(inner, gap, operator, gap, inner),
      sequence(inner, blank, operator, blank, inner),
      sequence(fc.constantFrom("!", "-", "- ", "!!", "--"), inner),
      sequence("(", loose, inner, loose, ")", fc.constantFrom("", "", ".a", "[0]", "[*].b")),
      sequence(inner, gap, "?", gap, inner, gap, ":", gap, inner),
      sequence(
        fc.constantFrom("f", "ns::f", "max"),
        fc.constantFrom("", "", " "),
        "(",
        loose,
        list(inner, sequence(blank, ",", loose), 3),
        fc.constantFrom("", "", ",", "..."),
        loose,
        ")",
      ),
      sequence("[", loose, list(inner, sequence(loose, ",", loose), 3), fc.constantFrom("", ","), loose, "]"),
      sequence("[", tie("heredoc"), "]"),
      sequence("f(", tie("heredoc"), ", ", inner, ")"),
      sequence("{", blank, list(item, ", ", 3), blank, "}"),
      sequence("{ # c\n", list(item, fc.constantFrom("\n", ",\n", " # c\n", "\n\n", " /* c */\n"), 3), "\n}"),
      sequence("{\nk = ", tie("heredoc"), "m = ", inner, "\n}"),
      sequence("[", loose, intro, inner, loose, ":", loose, inner, fc.constantFrom("", " if x", "\nif v"), loose, "]"),
      sequence(
        "{",
        intro,
        inner,
        " : ",
        inner,
        blank,
        "=>",
        blank,
        inner,
        fc.constantFrom("", "..."),
        fc.constantFrom("", " if k"),
        "}",
      ),
    ),
  };
});

const comment = fc.constantFrom("# note", "// a = {", "/* one */", "/* over\n  lines { */", "#");
const label = fc.constantFrom('"l"', '"two words"', "bare", '"é"', '""', '"$${a}"');
const ending = fc.constantFrom("\n", "\n", "\n", " # c\n", "\r\n", " /* c */\n", "\n\n");

const { items } = fc.letrec<{ readonly items: string; readonly block: string }>((tie) => ({
  block: sequence(
    fc.constantFrom("source", "build", "b", "for"),
    " ",
    list(label, " ", 2),
    blank,
    "{",
    ending,
    tie("items"),
    blank,
    "}",
    ending,
  ),
  items: fc
    .array(
      fc.oneof(
        { maxDepth: 3, depthIdentifier: "blocks" },
        { weight: 4, arbitrary: sequence(blank, "=", blank, expression, ending) },
        { weight: 1, arbitrary: sequence(blank, "=", blank, heredoc) },
        sequence(comment, "\n"),
        fc.constantFrom("\n", "  \n", "\t# c\n"),
        sequence("b ", list(label, " ", 1), "{ x", blank, "=", blank, expression, " }\n"),
        fc.constant("b {}\n"),
        { weight: 2, arbitrary: tie("block") },
      ),
      { maxLength: 4 },
    )
    // Names differ but for one in a hundred, which the reference then calls defined twice.
    .chain((parts) =>
      fc.array(fc.nat(99), { minLength: parts.length, maxLength: parts.length }).map((dice) => named(parts, dice)),
    ),
}));

const named = (parts: readonly string[], dice: readonly number[]): string =>
  parts
    .map((part, i) => (/^[ \t]*=/.test(part) ? `${"long".slice(0, i)}a${dice[i] === 0 ? 0 : i}${part}` : part))
    .join("");

/** A body: attributes, blocks with labels inside one another, heredocs, templates, comments. Nearly all are right. */
export const body: Text = sequence(fc.constantFrom("", "", "", "\ufeff"), items);

const INSERTED = [
  ..."{}[]()\"$%~\\=,.:?!<>-+*/#&|'`;@^",
  "\n",
  "${",
  "%{",
  "<<E\n",
  "\nE\n",
  "for ",
  "in ",
  "if ",
  "...",
  "=>",
  "[*]",
  "::",
  "/*",
  "\u0000",
  "\u201c",
];

/** The body with one to three pieces of a few characters left out, doubled or put in. */
export const broken: Text = fc
  .tuple(
    body,
    fc.array(fc.tuple(fc.nat(1_000_000), fc.nat(3), fc.oneof(fc.constant(""), fc.constantFrom(...INSERTED))), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([text, changes]) =>
    changes.reduce((sofar, [place, dropped, added]) => {
      const at = place % (sofar.length + 1);
      return sofar.slice(0, at) + added + sofar.slice(at + dropped);
    }, text),
  );
