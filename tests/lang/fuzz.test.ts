import * as assert from "uvu/assert";
import { evaluateExpression } from "../../runtime/library.js";
import { describe } from "../support/describe.js";
import { fuzz } from "../support/fuzz.js";
import { rows } from "../support/rows.js";

describe("inputs at random (npm run fuzz makes 100,000)", (test) => {
  test("nothing throws, nothing hangs, fmt is stable", () => {
    const { findings, evaluated } = fuzz(20_261_125, 3000);
    assert.equal(findings, []);
    assert.ok(evaluated > 100, `only ${evaluated} had a value`);
  });

  test("an index that no element can have is a mistake, as in x[1.5] and x[1e309]", () => {
    for (const index of ["1.5", "1e309"]) {
      const { diagnostics } = evaluateExpression(`[for i in u.a[${index}] : i]`, { variables: { u: { a: ["x"] } } });
      assert.is(diagnostics.length, 1);
    }
  });

  test("an exponent past every number is a mistake", () => {
    assert.is(evaluateExpression("1e999901234567890").diagnostics.length, 1);
  });

  rows<readonly [string]>(
    test,
    [
      ["nested quantifiers", `regex("(a+)+$", "${"a".repeat(5000)}b")`],
      ["alternatives that overlap", `can(regex("^(a|a|aa)*$", "${"a".repeat(5000)}b"))`],
      ["bounded repetition of repetition", `can(regex("((a{0,30}){0,30}){0,30}b", "${"a".repeat(2000)}"))`],
      ["many optional parts", `can(regex("${"a?".repeat(200)}${"a".repeat(200)}$", "${"a".repeat(200)}"))`],
      ["a long range", "range(0, 1e9)"],
      ["a product that explodes", `length(setproduct(${Array.from({ length: 12 }, () => "range(0, 20)").join(", ")}))`],
      ["deep brackets", "[".repeat(10_000) + "]".repeat(10_000)],
      ["deep parentheses", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
      ["deep templates", `${'"${'.repeat(10_000)}1${'}"'.repeat(10_000)}`],
      ["deep negation", `${"!".repeat(10_000)}true`],
      ["deep conditionals", `${"true ? 1 : ".repeat(10_000)}2`],
      ["indentation that explodes", `indent(1e12, "a\\nb")`],
      ["a width that explodes", `format("%1000000000d", 1)`],
    ],
    (text) => {
      const start = performance.now();
      evaluateExpression(text);
      assert.ok(performance.now() - start < 2000, `took ${Math.round(performance.now() - start)} ms`);
    },
  );
});
