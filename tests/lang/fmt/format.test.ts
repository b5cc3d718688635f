import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { format } from "../../../lang/fmt/format.js";
import { parseFile, tokensOf } from "../../../lang/syntax/parse.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const formatted = (text: string): string => format(text, "t.pkr.hcl", collectDiagnostics());

describe("format", (test) => {
  rows(
    test,
    [
      ["indents by two", "a {\nb {\nc = 1\n}\n}\n", "a {\n  b {\n    c = 1\n  }\n}\n"],
      ["brackets opened on one line are one level", "a = f({\nb = 1\n})\n", "a = f({\n  b = 1\n})\n"],
      ["aligns what follows without a gap", "a=1\nlong=2\n\nb=3\n", "a    = 1\nlong = 2\n\nb = 3\n"],
      ["a value over several lines has no column", "a=[\n1\n]\nlong=2\n", "a = [\n  1\n]\nlong = 2\n"],
      ["aligns comments", "a = 1 # x\nbcd = 2 # y\n", "a   = 1 # x\nbcd = 2 # y\n"],
      ["columns are graphemes", 'x = {\n"é🙂"=1\nab=2\n}\n', 'x = {\n  "é🙂" = 1\n  ab   = 2\n}\n'],
      ["leaves heredocs alone", "a=<<EOT\n  x  ${ b }\n   EOT\n", "a = <<EOT\n  x  ${b}\n   EOT\n"],
      ["leaves strings and comments alone", 'a="x   y" /* b   c */\n', 'a = "x   y" /* b   c */\n'],
      ["a sign is not a subtraction", "a=-1- -2\n", "a = -1 - -2\n"],
      ["splats and indices stay close", "a=b [ * ] . c [ 0 ]\n", "a = b[*].c[0]\n"],
      ["calls stay close", "a = f ( 1,2 , b... )\n", "a = f(1, 2, b...)\n"],
      ["braces in a template", 'a="${ {b=1}.b }"\n', 'a = "${ { b = 1 }.b}"\n'],
      ["blank lines lose their blanks", "a = 1\n   \nb = 2\n", "a = 1\n\nb = 2\n"],
      ["keeps line ends", "a=1\r\nbc=2\r\n", "a  = 1\r\nbc = 2\r\n"],
      ["keeps a missing last line end", "a=1", "a = 1"],
      ["a step behind a number closes up, as in Packer, though it then is no number", "a = 2.5 .5\n", "a = 2.5.5\n"],
      ["empty text", "", ""],
    ],
    (text, wanted) => assert.is(formatted(text), wanted),
  );
  test("reports what does not parse, and gives it back", () => {
    const report = collectDiagnostics();
    assert.is(format("a   = \n", "t.pkr.hcl", report), "a   = \n");
    assert.is(report.errors, 1);
  });
});

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "fixtures");
const texts = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".pkr.hcl"))
  .map((name) => readFileSync(join(fixtures, name), "utf8"))
  .filter((text) => parses(text));

function parses(text: string): boolean {
  const report = collectDiagnostics();
  parseFile("t.pkr.hcl", text, report);
  return report.errors === 0;
}

/** Everything but blanks. */
const marrow = (text: string): readonly string[] =>
  tokensOf(text)
    .filter(({ kind }) => kind !== "Space")
    .map((token) => token.text);

/** The same tokens with other blanks between them, where blanks mean nothing. */
const respaced = fc
  .tuple(fc.constantFrom(...texts), fc.array(fc.nat(3), { minLength: 50, maxLength: 50 }))
  .map(([text, widths]) =>
    tokensOf(text)
      .map((token, i) => (token.kind === "Space" ? " ".repeat(1 + (widths[i % widths.length] ?? 0)) : token.text))
      .join(""),
  );

describe("format, on any spacing", (test) => {
  test("changes blanks only, and a second time nothing", () => {
    fc.assert(
      fc.property(respaced, (text) => {
        const once = formatted(text);
        assert.equal(marrow(once), marrow(text));
        assert.is(formatted(once), once);
      }),
      { numRuns: 300 },
    );
  });
  test("does not depend on the blanks that were there", () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(3), (text, more) => {
        const wider = tokensOf(text).map(({ kind, text: own }) => (kind === "Space" ? own + " ".repeat(more) : own));
        assert.is(formatted(wider.join("")), formatted(text));
      }),
      { numRuns: 100 },
    );
  });
});
