// One mistake is one error, and what stands behind it is read as it is meant.
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { parseFile, tokensOf } from "../../../lang/syntax/parse.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

/** `LINE SUMMARY` of each error, and the names of the arguments that are there all the same. */
function read(text: string): { errors: readonly string[]; names: readonly string[] } {
  const report = collectDiagnostics();
  const { body, source } = parseFile("t.hcl", text, report);
  assert.is(
    tokensOf(text)
      .map((token) => token.text)
      .join(""),
    text,
    "tokens re-join to the source",
  );
  const names =
    body.kind === "Body" ? body.items.map((item) => (item.kind === "Attribute" ? item.name.text : item.type.text)) : [];
  const errors = report.diagnostics.map(
    ({ summary, subject }) => `${source.positionAt(subject?.start ?? 0).line} ${summary}`,
  );
  return { errors, names };
}

const CUT = "Invalid multi-line string";

describe("a string that its line cuts off", (test) => {
  rows(
    test,
    [
      ["an argument", 'a = "x\nb = "y"\n', [`1 ${CUT}`], ["a", "b"]],
      ["twice", 'a = "x\nb = "y\nc = 1\n', [`1 ${CUT}`, `2 ${CUT}`], ["a", "b", "c"]],
      ["in a list", 'a = ["x", "y]\nb = "z"\n', [`1 ${CUT}`], ["a", "b"]],
      ["in a list of several lines", 'a = [\n  "x,\n  "y"\n]\nb = 1\n', [`2 ${CUT}`], []],
      ["in a call", 'a = upper("x)\nb = "z"\n', [`1 ${CUT}`], ["a", "b"]],
      ["in nested blocks", 'b {\n  c {\n    a = "x\n  }\n  d = "y"\n}\ne = 1\n', [`3 ${CUT}`], ["b", "e"]],
      ["in an interpolation", 'a = "x${y("z)}\nb = "y"\n', [`1 ${CUT}`], ["a", "b"]],
      ["with a carriage return", 'a = "x\r\nb = "y"\r\n', [`1 ${CUT}`], ["a", "b"]],
      ["a block's label", 'b "x {\n  c = 1\n}\nd = 2\n', [`1 ${CUT}`], ["b", "d"]],
      ["a nested block's second label", 'b {\n  c "x" "y {\n    d = 1\n  }\n}\ne = 2\n', [`2 ${CUT}`], ["b", "e"]],
      ["an argument that ends in a brace", 'a = "x {\nb = 1\n', [`1 ${CUT}`], ["a", "b"]],
      ["a block of one line", 'b { a = "x }\nc = "y"\n', [`1 ${CUT}`], ["b", "c"]],
    ],
    (text, errors, names) => {
      const found = read(text);
      assert.equal(found.errors, errors);
      if (names.length > 0) assert.equal(found.names, names);
    },
  );

  test("in a heredoc's interpolation, nothing is guessed", () => {
    const { errors } = read('a = <<E\n${"x}\nE\nb = "y"\n');
    assert.is(errors[0], `2 ${CUT}`);
  });

  test("hundreds of thousands of them take no time", () => {
    const { errors } = read('a = "x\n'.repeat(200_000));
    assert.is(errors.length, 101);
  });
});

describe("a character that means nothing", (test) => {
  rows(
    test,
    [
      ["single quotes", "a = 'x'\nb = 1\n", ["1 Invalid character"]],
      ["curly quotes", "a = “x”\nb = 1\n", ["1 Invalid character", "1 Invalid character"]],
      ["a semicolon", "a = 1; b = 2\nc = 1\n", ["1 Invalid character"]],
      ["an operator of other languages", "a = x & y\nb = 1\n", ["1 Unsupported operator"]],
      ["and another mistake behind it", "a = 'x'\nb = \nc = 1\n", ["1 Invalid character", "2 Invalid expression"]],
    ],
    (text, errors) => assert.equal(read(text).errors, errors),
  );
});
