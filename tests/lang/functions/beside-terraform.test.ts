// [Packer] Differences that were found by running `terraform console` beside us on generated calls, where Packer's own cty does the same.
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import { evaluating } from "../eval/evaluating.js";
import { prints, refuses } from "./calls.js";

const summaryOf = (text: string): string | undefined => evaluating(text).diagnostics[0]?.summary;

describe("[Packer] values of functions", (test) => {
  prints(test, [
    ["jsonencode(ceil(-0))", "0"],
    ["jsonencode(floor(-0))", "0"],
    // Go multiplies where JavaScript takes logarithms.
    ["jsonencode(pow(0.1, 16))", "0.00000000000000010000000000000017"],
    ["pow(2, -2) == 0.25 && pow(-2, 3) == -8 && pow(4, 0.5) == 2 && pow(1, 1e30) == 1", "true"],
    ["pow(10, 308) / pow(10, 307) > 9 && pow(2, -1074) > 0 && pow(2, -1076) == 0", "true"],
    // And takes both its own way, on a processor that multiplies and adds at once.
    ["jsonencode(pow(9, 1.5))", "27.000000000000004"],
    ["jsonencode(pow(61, 3.7))", "4033855.988548585"],
    ["jsonencode(pow(373.88, -4.639))", "0.0000000000011617031484701319"],
    ["jsonencode(pow(4, 0.1))", "1.148698354997035"],
    ["jsonencode(pow(276.918, 2.723))", "4472210.947213596"],
    ["jsonencode(pow(220.408, -0.249))", "0.26093743496030697"],
    ["jsonencode(pow(33915177.72846362, 3.1838471074821015))", "945417125205505000000000"],
    ["jsonencode(log(636.442, 7))", "3.3176728605115327"],
    ["jsonencode(log(165.3, 2.5))", "5.5743901222046714"],
    ["log(0.5, 2) == -1 && log(1, 10) == 0 && log(8, 2) == 3", "true"],
    ['cidrsubnet("10.12.34.56/16", -1, 2)', "10.12.0.0/15"],
    ['cidrsubnet("10.0.0.0/32", -1, -1)', "0.0.0.2/31"],
    ['textencodebase64("a", "csUTF8")', "YQ=="],
    ['textencodebase64("é", " LATIN1 ")', "6Q=="],
  ]);

  test("setproduct makes a set as soon as one is a set", () => {
    const { value } = evaluating("setproduct([2, 1], convert([1], set(number)))");
    assert.is(value.type.kind, "set");
  });
});

describe("[Packer] a set beside a list", (test) => {
  prints(test, [
    ['jsonencode(true ? setunion([1], [2]) : split(",", "y"))', '["1","2"]'],
    ['jsonencode(true ? split(",", "y") : setunion([1], [2]))', '["y"]'],
    ['jsonencode(coalesce(split(",", "b"), setunion([1], [1])))', '["b"]'],
  ]);

  test("is a list of what both hold", () => {
    const kindOf = (text: string): string => evaluating(text).value.type.kind;
    assert.is(kindOf('true ? setunion(["x"], ["x"]) : split(",", "y")'), "list");
    // A tuple becomes what the set is.
    assert.is(kindOf('true ? setunion(["x"], ["x"]) : [1, "a"]'), "set");
  });
});

describe("[Packer] calls that are refused", (test) => {
  refuses(test, [
    ["coalescelist([1], {})", "coalescelist arguments must be lists or tuples"],
    ["coalescelist([1], null)", "coalescelist arguments must be lists or tuples"],
    ["setunion([[[1]]], [true], [null])", "given sets must all have compatible element types"],
    ['format("%[1]d", 1, 2)', "too many arguments; only 1 used by format string"],
    ['formatlist("%[1]s", [1], 2)', "error on format iteration 0: too many arguments; only 1 used by format string"],
    ['formatlist("x", 1)', "error on format iteration 0: too many arguments; no verbs in format string"],
    ['textencodebase64("a", "utf8")', '"utf8" is not a supported IANA encoding name or alias'],
    ['textencodebase64("a", "cp1252")', '"cp1252" is not a supported IANA encoding name or alias'],
    ['textdecodebase64("6Q==", "UTF-8")', "the given string contains bytes that are not valid in UTF-8"],
    ['textdecodebase64("////", "UTF-16LE")', "the given string contains bytes that are not valid in UTF-16LE"],
  ]);

  rows(
    test,
    [
      ["chunklist([1], -1)"],
      ["element([1], 0.5)"],
      ["element([1], 1e30)"],
      ['cidrhost("10.0.0.0/8", 1.5)'],
      ['cidrsubnet("10.0.0.0/8", 1.5, 1)'],
      ['cidrsubnet("10.0.0.0/8", -9, 1)'],
    ].map(([text = ""]) => [text, text] as const),
    // No argument is blamed.
    (text: string) => assert.is(summaryOf(text), "Error in function call"),
  );
});

describe("[Packer] splats of nothing", (test) => {
  test("of a tuple do not look at what follows, of a list they do", () => {
    assert.equal(evaluating("[][*][upper(1, 2)]").diagnostics, []);
    assert.is(summaryOf("convert([], list(string))[*][null]"), "Invalid index");
    assert.is(summaryOf("convert([], list(object({ a = string })))[*].b"), "Unsupported attribute");
    assert.equal(evaluating("convert([], list(object({ a = string })))[*].a").diagnostics, []);
  });
});

describe("[Packer] which of two mistakes is told", (test) => {
  rows(
    test,
    [
      ["the number of arguments before what they are", "keys([] ? {} : [1], 1)", "Too many function arguments"],
      ["a value's before a null key's", "{ (null) = !5 }", "Invalid operand"],
      ["a condition that is null for an item", "[for x in [null] : x if x]", "Invalid 'for' condition"],
      ["a condition that is always null", "[for x in [1] : x if null]", "Condition is null"],
    ],
    (text: string, summary: string) => assert.is(summaryOf(text), summary),
  );
});
