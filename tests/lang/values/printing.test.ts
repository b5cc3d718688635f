import * as assert from "uvu/assert";
import { encodeJson, JsonError } from "../../../lang/values/json.js";
import { withMarks } from "../../../lang/values/marks.js";
import { fromInteger, parseNumber } from "../../../lang/values/number.js";
import { fromPlain, toPlain } from "../../../lang/values/plain.js";
import { showValue } from "../../../lang/values/show.js";
import { NULL, numberValue, objectValue, SENSITIVE, stringValue, UNKNOWN } from "../../../lang/values/value.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const infinity = numberValue(parseNumber("Inf") ?? fromInteger(0));

describe("encodeJson", (test) => {
  rows<readonly [unknown, string]>(
    test,
    [
      ["Go's escapes", "<a>&\u2028\u2029\u0001\n", '"\\u003ca\\u003e\\u0026\\u2028\\u2029\\u0001\\n"'],
      ["no short escape for backspace", "\b\f", '"\\u0008\\u000c"'],
      ["text beyond ASCII as it is", "é\u{1f600}\u007f", '"é\u{1f600}\u007f"'],
      ["keys in order", { b: 1, a: [null, true] }, '{"a":[null,true],"b":1}'],
      ["numbers without an exponent", 1e21, "1000000000000000000000"],
    ],
    (data, json) => assert.is(encodeJson(fromPlain(data)), json),
  );
  test("refuses infinity", () =>
    assert.throws(
      () => encodeJson(infinity),
      (error: unknown) => error instanceof JsonError,
    ));
});

describe("showValue", (test) => {
  test("a string at the top as it is", () => assert.is(showValue(fromPlain('a"\n')), 'a"\n'));
  test("collections over lines", () =>
    assert.is(
      showValue(fromPlain({ a: 1, b: [true, null, "x"], "d e": 'q"' })),
      '{\n  "a" = 1\n  "b" = [\n    true,\n    null,\n    "x",\n  ]\n  "d e" = "q\\""\n}',
    ));
  test("numbers that are no int64 as a float64", () => {
    assert.is(showValue(fromPlain(1e21)), "1e+21");
    assert.is(showValue(infinity), "+Inf");
  });
  test("what is not known, as a whole", () => assert.is(showValue(objectValue({ a: UNKNOWN, b: NULL })), "<unknown>"));
  test("never a secret", () => {
    const secret = withMarks(stringValue("hush"), SENSITIVE);
    assert.not.match(showValue(secret), "hush");
    assert.not.match(showValue(objectValue({ a: secret })), "hush");
  });
});

describe("toPlain", (test) => {
  test("comes back from data", () => {
    const data = { a: [1, 0.5, "x", true, null], b: {} };
    assert.equal(toPlain(fromPlain(data)), data);
  });
  test("refuses what is unknown or marked", () => {
    assert.throws(() => toPlain(objectValue({ a: UNKNOWN })), /not known/);
    assert.throws(() => toPlain(objectValue({ a: withMarks(stringValue("x"), SENSITIVE) })), /sensitive/);
  });
});
