// The table of traps of the expression language (language.md §13, 1 to 60), each by its number: what `jsonencode` prints, or the mistake.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { evaluateAttributes, evaluateExpression } from "../../../runtime/library.js";
import { describe } from "../../support/describe.js";

/** A value's JSON, or what its first mistakes are called. */
type Expected = string | { readonly errors: readonly string[] };
const errors = (...summaries: readonly string[]): Expected => ({ errors: summaries });

const ROWS: readonly (readonly [string, string, Expected])[] = [
  ["1 < binds tighter than ==", "1 == 1 < 2", "false"],
  ["2 no conversion in equality", '1 == "1"', "false"],
  ["2 but in comparison", '"10" > 9', "true"],
  ["3 texts do not compare", '"a" < "b"', errors("Invalid operand", "Invalid operand")],
  ["5 sums", "0.1 + 0.2 == 0.3", "true"],
  ["5 products", "1.1 * 1.1 == 1.21", "false"],
  ["7 negative zero", '"x${-0}"', '"x-0"'],
  ["8 a number in a text", '"x${1e3}"', '"x1000"'],
  ["8 a number by %v", 'format("%v", 1000000)', '"1e+06"'],
  ["9 nothing by nothing", "0 / 0", errors("Operation failed")],
  ["9 the rest of a division by nothing", "5 % 0", "5"],
  ["10 the sign of a rest", "[-10 % 3, 10 % -3]", "[-1,1]"],
  ["11 branches of two types", 'true ? 1 : "a"', '"1"'],
  ["12 branches of two objects", "true ? { a = 1 } : { b = 2 }", '{"a":1}'],
  ["13 a mistake in the dead branch", "true ? 1 : nope", "1"],
  ["14 an index behind an attribute splat", "[{ a = [1, 2] }, { a = [3] }].*.a[0]", "[1,2]"],
  ["14 an index behind a full splat", "[{ a = [1, 2] }, { a = [3] }][*].a[0]", "[1,3]"],
  ["15 a splat of what is no list", '["a"[*], null[*]]', '[["a"],[]]'],
  ["16 an index as a text", '[10, 20]["1"]', "20"],
  ["16 a negative index", "[10, 20][-1]", errors("Invalid index")],
  ["17 a chain of legacy indexes", "[[1, 2]].0.1", errors("Invalid legacy index syntax")],
  ["18 a dash in a name", "a-b", errors("Unknown variable")],
  ["18 a minus between numbers", "5-3", "2"],
  ["19 dollars before a brace", '"$$${1}"', '"$${1}"'],
  ["19 an escaped brace", '"$${x}"', '"${x}"'],
  ["19 two dollars", '"$$"', '"$$"'],
  ["20 a lone interpolation keeps its type", '"${true}"', "true"],
  ["20 not a lone one", '"${true}x"', '"truex"'],
  ["21 null in a text", '"a${null}"', errors("Invalid template interpolation value")],
  ["21 a list in a text", '"a${[1]}"', errors("Invalid template interpolation value")],
  ["22 texts are composed", '["e\\u0301" == "\\u00e9", length("e\\u0301")]', "[true,1]"],
  ["23 a family is one character", 'length("👨‍👩‍👧")', "1"],
  ["24 half a surrogate pair", '"\\ud83d\\ude00"', errors("Invalid escape sequence", "Invalid escape sequence")],
  ["24 eight digits", '"\\U0001F600"', '"😀"'],
  ["25 numbers in texts", '["1p3" + 1, ".5" + 1]', "[9,1.5]"],
  ["26 a bool with a capital", '!"True"', errors("Invalid operand")],
  ["26 zero as a bool", '!"0"', "true"],
  ["27 if as a key", "{ if = 1 }", '{"if":1}'],
  ["28 true as a key", "{ true = 1 }", '{"true":1}'],
  ["31 a key twice in a for", '{ for x in ["a", "a"] : x => 1 }', errors("Duplicate object key")],
  ["31 grouped", '{ for x in ["a", "a"] : x => 1... }', '{"a":[1,1]}'],
  ["32 a key twice in an object", "{ a = 1, a = 2 }", '{"a":2}'],
  ["37 try", 'try(nope, "x")', '"x"'],
  ["37 can", "can(nope.x)", "false"],
  ["38 null beside true", "[true || null, false && null, null && true]", "[true,false,false]"],
  ["40 substr from the end", '[substr("hello", -3, 0), substr("hello", 2, 0)]', '["llo",""]'],
  ["41 split of nothing", '[split("", ""), split(",", "")]', '[[],[""]]'],
  ["42 range downwards", "range(4, 1)", "[4,3,2]"],
  ["42 range without a step", "range(0, 1, 0)", errors("Error in function call")],
  ["43 chunks of no size", 'chunklist(["a"], 0)', '[["a"]]'],
  ["44 replace knows no patterns", 'replace("hello world", "/w.*d/", "X")', '"hello world"'],
  ["45 a group that is not there", 'regex_replace("abc", "(b)", "$1x")', '"ac"'],
  ["45 a group in braces", 'regex_replace("abc", "(b)", "$${1}x")', '"abxc"'],
  ["46 one character is one", '[upper("ß"), lower("İ")]', '["ß","i"]'],
  ["47 sort by code", 'sort(["B", "a", "10", "9"])', '["10","9","B","a"]'],
  ["48 distinct of one type", 'distinct([1, "1"])', '["1"]'],
  ["49 an empty list is a value", 'coalesce([], ["a"])', "[]"],
  ["50 lookup takes three", 'lookup({ a = 1 }, "b")', errors("Error in function call")],
  ["51 index converts nothing", 'index([1], "1")', errors("Error in function call")],
  ["52 element from the end", 'element(["a"], -1)', errors("Error in function call")],
  ["53 a number in YAML", "yamlencode(5)", '"5\\n...\\n"'],
  ["53 numbers and bools in YAML", '[yamldecode("0x10"), yamldecode("y")]', '["0x10",true]'],
  ["54 JSON escapes", 'jsonencode({ b = 1, a = "<" })', '"{\\"a\\":\\"\\\\u003c\\",\\"b\\":1}"'],
  ["55 a mask of IPv6", 'cidrnetmask("1::/64")', '"ffff:ffff:ffff:ffff::"'],
  ["56 fractions of seconds go", 'timeadd("2017-11-22T00:00:00.5Z", "1s")', '"2017-11-22T00:00:01Z"'],
  ["57 empty lines are indented", 'indent(2, "\\n\\na")', '"\\n  \\n  a"'],
  ["59a an hour is of its own zone", 'rfc3339_parse("2021-12-31T23:30:00-05:00").hour', "23"],
  ["60 convert refuses", 'convert("x", bool)', errors("Invalid function argument")],
  ["60 tostring does not exist", "tostring(1)", errors("Call to unknown function")],
];

/** Of a body's attribute `v`. */
const BODIES: readonly (readonly [string, string, Expected])[] = [
  ["25 a number begins with a digit", "v = .5\n", errors("Invalid expression")],
  ["27 for as a key", "v = { for = 1 }\n", errors("Invalid 'for' expression")],
  ["29 a comma at the beginning of a line", "v = {\n a = 1\n ,b = 2\n}\n", errors("Invalid expression")],
  ["29 lines separate", "v = {\n a = 1\n b = 2\n}\n", '{"a":1,"b":2}'],
  ["29 a line break between items", "v = [1\n2]\n", errors("Missing item separator")],
  ["33 ~ stays in its line", 'v = <<E\na\n   ${~ "x" ~}\n   b\nE\n', '"a\\nx   b\\n"'],
  ["34 a directive's line stays", 'v = <<E\n%{ for x in ["a"] }\n${x}\n%{ endfor }\nE\n', '"\\na\\n\\n"'],
  ["35 one line at the margin", 'v = <<-E\n    a\n${"x"}\n    E\n', '"    a\\nx\\n"'],
  ["35a blank lines are no measure", "v = <<-E\n    a\n      \n  E\n", '"a\\n      \\n"'],
  ["35b a tab is one column", 'v = <<-E\n    a\n   ${"x"}\n\tb\n  E\n', '"   a\\n  x\\nb\\n"'],
  ["36 a heredoc as an argument", "v = upper(<<E\nx\nE\n)\n", '"X\\n"'],
];

function check(expected: Expected, json: string | undefined, summaries: readonly string[]): void {
  if (typeof expected === "string") {
    assert.equal(summaries, []);
    assert.is(json, expected);
  } else assert.equal(summaries.slice(0, expected.errors.length), expected.errors);
}

describe("traps of expressions", (test) => {
  for (const [name, expr, expected] of ROWS) {
    test(name, () => {
      const { json, diagnostics } = evaluateExpression(expr);
      check(
        expected,
        json,
        diagnostics.map(({ summary }) => summary),
      );
    });
  }
  for (const [name, text, expected] of BODIES) {
    test(name, () => {
      const { attributes, diagnostics } = evaluateAttributes(text);
      check(
        expected,
        attributes["v"]?.json,
        diagnostics.map(({ summary }) => summary),
      );
    });
  }

  test("4 a third has 155 digits", () => {
    assert.match(evaluateExpression('"x${1 / 3}"').json ?? "", /^"x0\.3{154,155}5?"$|^"x0\.3+5"$/);
  });

  test("6 precision travels with the value", () => {
    assert.is(evaluateExpression('length("x${pow(2, 0.5)}")').json, "19");
    assert.is(evaluateExpression('length("x${pow(2, 0.5) * 1}")').json, "55");
  });

  test("30 one argument on a line", () => {
    assert.is(evaluateAttributes("a { b = 1 c = 2 }\n").diagnostics.length > 0, true);
  });

  test("58 hidden files match, 59 filebase64 starts elsewhere, 59b a template keeps its type", () => {
    const baseDir = mkdtempSync(join(tmpdir(), "pkrts-traps-"));
    try {
      mkdirSync(join(baseDir, "d"));
      writeFileSync(join(baseDir, "d/.dot.txt"), "");
      writeFileSync(join(baseDir, "n"), "${n}");
      writeFileSync(join(baseDir, "line"), "${n}\n");
      const json = (expr: string): string | undefined => evaluateExpression(expr, { baseDir }).json;
      assert.is(json('fileset("d", "*.txt")'), '[".dot.txt"]');
      assert.is(json('file("n")'), '"${n}"');
      assert.is(json('filebase64("n")'), undefined);
      assert.is(json('templatefile("n", { n = 1 })'), "1");
      assert.is(json('templatefile("line", { n = 1 })'), '"1\\n"');
    } finally {
      rmSync(baseDir, { recursive: true });
    }
  });
});
