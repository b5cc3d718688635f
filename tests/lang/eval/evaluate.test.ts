import * as assert from "uvu/assert";
import { typeText } from "../../../lang/types/describe.js";
import { listOf, STRING } from "../../../lang/types/type.js";
import { encodeJson } from "../../../lang/values/json.js";
import { withMarks } from "../../../lang/values/marks.js";
import { fromPlain } from "../../../lang/values/plain.js";
import { SENSITIVE, UNKNOWN, unknownOf } from "../../../lang/values/value.js";
import { describe } from "../../support/describe.js";
import { marked } from "../../support/marked.js";
import { rows } from "../../support/rows.js";
import { evaluating } from "./evaluating.js";

describe("evaluate", (test) => {
  rows(
    test,
    [
      ["a conditional unifies its results", 'true ? 1 : "a"', '"1" : string'],
      ["the other result's mistakes are dropped", "true ? 1 : nope", "1 : number"],
      ["a side that decides hides the other's mistakes", "true || nope", "true : bool"],
      ["null is not true", "null && true", "false : bool"],
      [
        "a full splat takes all that follows",
        "[{ a = [1, 2] }, { a = [3] }][*].a[0]",
        "[1,3] : tuple([number,number])",
      ],
      ["an attribute splat does not", "[{ a = [1, 2] }, { a = [3] }].*.a[0]", "[1,2] : tuple([number,number])"],
      [
        "a splat within a splat",
        "[[{ a = 1 }], [{ a = 2 }, { a = 3 }]][*][*].a",
        "[[1],[2,3]] : tuple([tuple([number]),tuple([number,number])])",
      ],
      ["an attribute splat within a splat ends there", "[[1, 2], [3, 4]][*].*[0]", "[1,3] : tuple([number,number])"],
      [
        "and takes its attributes there",
        "[[{ a = [1] }], [{ a = [2] }]][*].*.a[0][0]",
        "[1,2] : tuple([number,number])",
      ],
      [
        "and its legacy indexes",
        "[[[1, 2], [5]], [[3, 4]]][*].*.0",
        "[[1,5],[3]] : tuple([tuple([number,number]),tuple([number])])",
      ],
      [
        "a full splat behind it is another",
        "[[[1, 2], [5]], [[3, 4]]][*].*[*][0]",
        "[[1,5],[3]] : tuple([tuple([number,number]),tuple([number])])",
      ],
      [
        "as is an attribute splat behind an index",
        "[[[1, 2]], [[3]]][*].*[0].*",
        "[[1,2],[3]] : tuple([tuple([number,number]),tuple([number])])",
      ],
      ["a point without digits before an exponent", "1.e2 + 1.E-1", "100.1 : number"],
      ["null has no elements", "null[*]", "[] : tuple([])"],
      ["grouping", '{for x in ["a", "a"] : x => 1...}', '{"a":[1,1]} : object({"a":tuple([number,number])})'],
      ["one interpolation keeps its type", '"${[true]}"', "[true] : tuple([bool])"],
      ["the last of equal keys stays", "{ a = 1, a = 2 }", '{"a":2} : object({"a":number})'],
      ["try goes on after a mistake", 'try(nope.x, {}.a, "c")', '"c" : string'],
      ["convert reads a type", 'convert(["2", "1"], set(number))', "[1,2] : set(number)"],
      ["templatefile sees only what it is given", 'templatefile("t", { n = 41 })', "42 : number"],
    ],
    (text, expected) => {
      const { value, diagnostics } = evaluating(text, {}, { t: "${n + 1}" });
      assert.equal(diagnostics, []);
      assert.is(`${encodeJson(value)} : ${typeText(value.type)}`, expected);
    },
  );
  rows(
    test,
    [
      ["a name that nobody has", "1 + «nope»", "Unknown variable"],
      ["an attribute that is not there", "{ a = 1 }«.b»", "Unsupported attribute"],
      ["past the end", "[1, 2]«[2]»", "Invalid index"],
      ["an operand of the wrong type", '«"x"» + 1', "Invalid operand"],
      ["a null operand", "«1 + null»", "Operation failed"],
      ["results that do not meet", "true ? «1 : true»", "Inconsistent conditional result types"],
      ["a condition that is none", "«1» ? 2 : 3", "Incorrect condition type"],
      ["a list in a text", '"a${«[1]»}"', "Invalid template interpolation value"],
      ["an unknown function", "«uper»(1)", "Call to unknown function"],
      ["one argument too many", "jsonencode(1, «2»)", "Too many function arguments"],
      ["one argument too few", "jsonencode(«)»", "Not enough function arguments"],
      ["an argument that does not convert", "convert(«true», number)", "Invalid function argument"],
      ["a type that is none", "convert(1, «strin»)", "Invalid type specification"],
      ["a duplicate key", '{for x in ["a", "a"] : «x» => 1}', "Duplicate object key"],
      ["going over a number", "[for x in «5» : x]", "Iteration over non-iterable value"],
      ["expanding an object", "max(«{}»...)", "Invalid expanding argument value"],
    ],
    (source, summary) => {
      const { text, start, end } = marked(source);
      const [first, ...others] = evaluating(text).diagnostics;
      assert.is(first?.summary, summary);
      assert.equal([first?.subject?.start, first?.subject?.end], [start, end]);
      assert.is(others.length, 0);
    },
  );
  test("both operands of a comparison are named", () => assert.is(evaluating('"a" < "b"').diagnostics.length, 2));
});

describe("values of diagnostics", (test) => {
  test("says what the variables hold", () => {
    const [diagnostic] = evaluating("var.list[var.i]", { var: fromPlain({ i: 7, list: ["a"] }) }).diagnostics;
    assert.equal(diagnostic?.values, [
      { ref: "var.i", shown: "7" },
      { ref: "var.list", shown: "tuple with 1 element" },
    ]);
  });
  test("never what is sensitive", () => {
    const secret = withMarks(fromPlain("hush"), SENSITIVE);
    const { diagnostics } = evaluating("secret + 1", { secret });
    assert.is(diagnostics.length, 1);
    assert.not.match(JSON.stringify(diagnostics[0]?.values) + diagnostics[0]?.detail, "hush");
  });
});

describe("why a call with a sensitive value fails", (test) => {
  rows(
    test,
    [
      "parseint(strrev(s), 10)",
      "cidrhost(upper(s), 1)",
      "templatefile(upper(s), {})",
      "regex(s, 1)",
      "formatdate(s, timestamp())",
      'uuidv5(s, "x")',
      "jsondecode(upper(s))",
      "parseint([s, 10]...)",
      "index([1], s)",
    ].map((text) => [text, text] as const),
    (text) => {
      const { diagnostics } = evaluating(text, { s: withMarks(fromPlain("(hush"), SENSITIVE) });
      assert.is(diagnostics.length, 1);
      assert.not.match(diagnostics[0]?.detail ?? "", /hush|hsuh/i);
    },
  );
  test("is told where there is no value that it could quote", () => {
    const { diagnostics } = evaluating("upper(s)", { s: withMarks(fromPlain(null), SENSITIVE) });
    assert.match(diagnostics[0]?.detail ?? "", "must not be null");
  });
});

describe("unknown and sensitive values", (test) => {
  rows(
    test,
    [
      ["arithmetic", "u + 1", "number"],
      ["a conditional", 'b ? 1 : "a"', "string"],
      ["an element", "l[0]", "string"],
      ["a text", '"a${u}"', "string"],
      ["an object with an unknown key", "{ (u) = 1 }", "dynamic"],
      ["try of what may yet fail", "try(d.x, 1)", "dynamic"],
    ],
    (text, type) => {
      const unknown = { u: UNKNOWN, b: UNKNOWN, d: UNKNOWN, l: unknownOf(listOf(STRING)) };
      const { value, diagnostics } = evaluating(text, unknown);
      assert.equal(diagnostics, []);
      assert.is(value.state, "unknown");
      assert.is(typeText(value.type), type);
    },
  );
  rows(
    test,
    ["s == 1", '"a${s}"', "s ? 1 : 2", "[for x in [s] : x][0]", '{ "${s}" = 1 }', "jsonencode([s])", "-s"].map(
      (text) => [text, text] as const,
    ),
    (text) => {
      const { value } = evaluating(text, { s: withMarks(fromPlain("1"), SENSITIVE) });
      assert.ok(value.marks.has("sensitive"));
    },
  );
});

describe("long and deep expressions", (test) => {
  test("ten thousand terms", () =>
    assert.is(encodeJson(evaluating(Array(10_001).fill("1").join(" + ")).value), "10001"));
  test("ten thousand steps", () => assert.is(evaluating(`try(a${".b".repeat(10_000)}, 1)`).diagnostics.length, 0));
  test("deep nesting is refused, not fatal", () => {
    const { diagnostics } = evaluating(`${"-".repeat(20_000)}1`);
    assert.is(
      diagnostics.some(({ severity }) => severity === "error"),
      true,
    );
  });
});
