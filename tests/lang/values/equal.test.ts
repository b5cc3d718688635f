import * as assert from "uvu/assert";
import { listOf, NUMBER, STRING } from "../../../lang/types/type.js";
import { convert } from "../../../lang/values/convert.js";
import { equality, equalValues } from "../../../lang/values/equal.js";
import { withMarks } from "../../../lang/values/marks.js";
import { fromPlain } from "../../../lang/values/plain.js";
import { NULL, nullOf, SENSITIVE, stringValue, tupleValue, UNKNOWN, unknownOf } from "../../../lang/values/value.js";
import { describe } from "../../support/describe.js";

describe("equality", (test) => {
  test("never converts", () => {
    assert.not(equalValues(fromPlain(1), fromPlain("1")));
    assert.not(equalValues(fromPlain([1]), convert(fromPlain([1]), listOf(NUMBER))));
  });
  test("goes deep", () => {
    assert.ok(equalValues(fromPlain({ a: [1, { b: null }] }), fromPlain({ a: [1, { b: null }] })));
    assert.not(equalValues(fromPlain({ a: 1 }), fromPlain({ b: 1 })));
  });
  test("nulls of any type are equal", () => assert.ok(equalValues(NULL, nullOf(STRING))));
  test("strings are compared in normal form", () =>
    assert.ok(equalValues(stringValue("e\u0301"), stringValue("\u00e9"))));
  test("an unknown leaves it open, unless something else decides", () => {
    assert.is(equality(unknownOf(STRING), stringValue("a")).state, "unknown");
    assert.is(equality(unknownOf(STRING), fromPlain(1)).state, "known");
    const open = tupleValue([unknownOf(STRING), stringValue("a")]);
    assert.is(equality(open, tupleValue([stringValue("x"), stringValue("a")])).state, "unknown");
    assert.is(equality(open, tupleValue([stringValue("x"), stringValue("b")])).state, "known");
    assert.is(equality(UNKNOWN, NULL).state, "unknown");
  });
  test("what is compared with a secret is one", () =>
    assert.ok(equality(withMarks(stringValue("a"), SENSITIVE), stringValue("b")).marks.has("sensitive")));
});
