import * as assert from "uvu/assert";
import * as numbers from "../../../lang/values/number.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const { formatNumber, fromDouble, fromInteger } = numbers;
const n = (text: string): numbers.HclNumber => {
  const number = numbers.parseNumber(text);
  if (number === undefined) throw new Error(`${text} is no number`);
  return number;
};

describe("parseNumber", (test) => {
  rows(
    test,
    [
      ["leading zeros", "007", "7"],
      ["a fraction without digits before it", ".5", "0.5"],
      ["a point without digits after it", "5.", "5"],
      ["a power of two", "1.5p3", "12"],
      ["an exponent", "-1.5E-3", "-0.0015"],
      ["more digits than a double holds", "9007199254740993", "9007199254740993"],
      ["negative zero", "-0", "-0"],
      ["infinity", "-Inf", "-Inf"],
      ["an exponent beyond every number", "1e99999999", "+Inf"],
      ["an exponent below every number", "1e-99999999", "0"],
    ],
    (text, printed) => assert.is(formatNumber(n(text)), printed),
  );
  rows(
    test,
    ["", " 1", "1 ", ".", "0x10", "1_000", "NaN", "INF", "1e", "--1", "٣"].map(
      (text) => [`refuses "${text}"`, text] as const,
    ),
    (text) => assert.is(numbers.parseNumber(text), undefined),
  );
});

describe("numbers of a million digits", (test) => {
  rows(
    test,
    [
      ["large", "1e1262000", `1${"0".repeat(1_262_000)}`],
      ["small", "-7e-1262000", `-0.${"0".repeat(1_261_999)}7`],
      ["with a carry through all their digits", "99999e300000", `99999${"0".repeat(300_000)}`],
    ],
    (text, printed) => {
      const start = performance.now();
      assert.ok(formatNumber(n(text)) === printed, text);
      const took = Math.round(performance.now() - start);
      assert.ok(took < 2000, `printing took ${took} ms`);
    },
  );
  test("are the nearest double, and hashed by ten digits", () => {
    assert.is(numbers.toDouble(n("4e-309309")), 0);
    assert.is(numbers.formatForHash(n("12345678901e309309")), "1.23456789e+309319");
    assert.is(numbers.toDouble(n(`9007199254740993.${"0".repeat(120)}1`)), 9007199254740994);
  });
});

type Operation = "add" | "subtract" | "multiply" | "divide" | "modulo";

describe("arithmetic", (test) => {
  rows<readonly [Operation, string, string, string]>(
    test,
    [
      ["0.1 + 0.2", "add", "0.1", "0.2", "0.3"],
      ["past the safe integers", "add", "9007199254740991", "2", "9007199254740993"],
      ["a third", "divide", "1", "3", `0.${"3".repeat(154)}5`],
      ["1.1 squared", "multiply", "1.1", "1.1", `1.21${"0".repeat(151)}1`],
      ["the rest has the dividend's sign", "modulo", "-10", "3", "-1"],
      ["the rest of a fraction", "modulo", "5.5", "2", "1.5"],
      ["the rest by zero is the dividend", "modulo", "5", "0", "5"],
      ["nothing left is no negative zero", "modulo", "-10", "5", "0"],
      ["by zero", "divide", "-1", "0", "-Inf"],
      ["zero times a negative", "multiply", "0", "-5", "-0"],
      ["a number less itself", "subtract", "-2", "-2", "0"],
    ],
    (operation, a, b, printed) => assert.is(formatNumber(numbers[operation](n(a), n(b))), printed),
  );
  rows<readonly [Operation, string, string]>(
    test,
    [
      ["0/0", "divide", "0", "0"],
      ["Inf/Inf", "divide", "Inf", "Inf"],
      ["Inf-Inf", "subtract", "Inf", "Inf"],
      ["Inf*0", "multiply", "Inf", "0"],
    ],
    (operation, a, b) =>
      assert.throws(
        () => numbers[operation](n(a), n(b)),
        (error: unknown) => error instanceof numbers.NotANumberError,
      ),
  );
});

describe("precision", (test) => {
  test("a double prints its shortest digits", () =>
    assert.is(formatNumber(fromDouble(Math.SQRT2)), "1.4142135623730951"));
  test("and all of them once it is wider", () =>
    assert.is(
      formatNumber(numbers.multiply(fromDouble(Math.SQRT2), n("1"))),
      "1.4142135623730951454746218587388284504413604736328125",
    ));
  test("integers of functions divide at 64 bits", () =>
    assert.is(formatNumber(numbers.divide(fromInteger(1), fromInteger(3))), "0.33333333333333333334"));
  test("a large double does not pretend to more digits", () =>
    assert.is(formatNumber(fromDouble(2 ** 100)), "1267650600228229400000000000000"));
  test("every double comes back", () => {
    for (const x of [5e-324, 2 ** -1022, 3e-310, 0.1, -123.456, 1.7976931348623157e308, -0, Number.NEGATIVE_INFINITY]) {
      assert.ok(Object.is(numbers.toDouble(fromDouble(x)), x), String(x));
    }
  });
});

describe("equalNumbers", (test) => {
  test("what prints the same is the same", () =>
    assert.ok(numbers.equalNumbers(numbers.multiply(numbers.divide(n("1"), n("3")), n("3")), n("1"))));
  test("of any precision", () => assert.ok(numbers.equalNumbers(fromDouble(0.1), n("0.1"))));
  test("negative zero is zero", () => assert.ok(numbers.equalNumbers(n("-0"), n("0"))));
  test("but 1.1 squared is not 1.21", () =>
    assert.not(numbers.equalNumbers(numbers.multiply(n("1.1"), n("1.1")), n("1.21"))));
});

describe("formatG", (test) => {
  rows(
    test,
    [
      ["six digits", 100000, "100000"],
      ["seven digits", 1234567.5, "1.2345675e+06"],
      ["small", 0.0001, "0.0001"],
      ["smaller", 0.00001, "1e-05"],
      ["large", 1e100, "1e+100"],
      ["negative zero", -0, "-0"],
      ["infinity", Number.POSITIVE_INFINITY, "+Inf"],
    ],
    (x, printed) => assert.is(numbers.formatG(x), printed),
  );
});
