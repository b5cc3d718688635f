import * as assert from "uvu/assert";
import { BOOL, listOf, NUMBER, STRING, tupleOf } from "../../../lang/types/type.js";
import { encodeJson } from "../../../lang/values/json.js";
import { hasMarks, withMarks } from "../../../lang/values/marks.js";
import { fromPlain } from "../../../lang/values/plain.js";
import { makeSet } from "../../../lang/values/sets.js";
import { asItems, nullOf, SENSITIVE, stringValue } from "../../../lang/values/value.js";
import { describe } from "../../support/describe.js";

describe("makeSet", (test) => {
  test("orders strings by their UTF-8 bytes", () => {
    const set = makeSet(STRING, ["\uff5e", "b", "\u{1f600}", "a", "B"].map(stringValue));
    assert.is(encodeJson(set), '["B","a","b","\uff5e","\u{1f600}"]');
  });
  test("orders numbers by size, bools false first", () => {
    assert.is(encodeJson(makeSet(NUMBER, [10, 9, -1, 9].map(fromPlain))), "[-1,9,10]");
    assert.is(encodeJson(makeSet(BOOL, [true, false, true].map(fromPlain))), "[false,true]");
  });
  test("nulls come last", () =>
    assert.is(encodeJson(makeSet(STRING, [nullOf(STRING), stringValue("a")])), '["a",null]'));
  test("orders other types by their hash text", () => {
    const set = makeSet(tupleOf([STRING]), [["a"], ["1"]].map(fromPlain));
    assert.is(encodeJson(set), '[["1"],["a"]]');
  });
  test("keeps one of equal lists", () =>
    assert.is(asItems(makeSet(listOf(STRING), [["a"], ["a"]].map(fromPlain))).length, 1));
  test("marks of elements move to the set", () => {
    const set = makeSet(STRING, [withMarks(stringValue("a"), SENSITIVE)]);
    assert.ok(set.marks.has("sensitive"));
    assert.not(asItems(set).some(hasMarks));
  });
});
