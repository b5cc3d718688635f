import * as assert from "uvu/assert";
import { describeType, typeText } from "../../../lang/types/describe.js";
import {
  BOOL,
  DYNAMIC,
  listOf,
  mapOf,
  NUMBER,
  objectOf,
  STRING,
  setOf,
  type Type,
  tupleOf,
} from "../../../lang/types/type.js";
import { ConversionError, convert, tryConvert } from "../../../lang/values/convert.js";
import { encodeJson } from "../../../lang/values/json.js";
import { hasMarks, withMarks } from "../../../lang/values/marks.js";
import { fromPlain } from "../../../lang/values/plain.js";
import { NULL, nullOf, SENSITIVE, stringValue, UNKNOWN, unknownOf } from "../../../lang/values/value.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const printed = (data: unknown, type: Type): string => {
  const value = convert(fromPlain(data), type);
  return `${encodeJson(value)} : ${typeText(value.type)}`;
};

describe("convert", (test) => {
  rows<readonly [unknown, Type, string]>(
    test,
    [
      ["string to number", "05", NUMBER, "5 : number"],
      ["number to string", 5.5, STRING, '"5.5" : string'],
      ["string to bool", "0", BOOL, "false : bool"],
      ["tuple to list", [1, "a", true], listOf(STRING), '["1","a","true"] : list(string)'],
      ["tuple to a set without duplicates", ["b", "a", "b"], setOf(STRING), '["a","b"] : set(string)'],
      ["numbers of a set are ordered as numbers", ["10", "9"], setOf(NUMBER), "[9,10] : set(number)"],
      ["any is unified", [1, "a"], listOf(DYNAMIC), '["1","a"] : list(string)'],
      ["an untyped null takes the others' type", [1, null], listOf(DYNAMIC), "[1,null] : list(number)"],
      ["nothing but untyped nulls", [null], listOf(DYNAMIC), "[null] : list(dynamic)"],
      ["object to map", { b: 1, a: "x" }, mapOf(STRING), '{"a":"x","b":"1"} : map(string)'],
      [
        "object drops what is not asked for",
        { a: 1, b: 2 },
        objectOf({ a: STRING }),
        '{"a":"1"} : object({"a":string})',
      ],
      ["optional is null", {}, objectOf({ a: STRING }, new Set(["a"])), '{"a":null} : object({"a":string})'],
      ["tuple to tuple", [1, "a"], tupleOf([STRING, STRING]), '["1","a"] : tuple([string,string])'],
      ["empty tuple", [], listOf(NUMBER), "[] : list(number)"],
    ],
    (data, type, expected) => assert.is(printed(data, type), expected),
  );
  rows<readonly [unknown, Type, string]>(
    test,
    [
      ["no number", "x", NUMBER, "a number is required"],
      ["no bool", "yes", BOOL, "a bool is required"],
      ["a bool in capitals", "FALSE", BOOL, 'a bool is required; to convert from string, use lowercase "false"'],
      ["bool to number", true, NUMBER, "number required"],
      ["an element", [true], listOf(NUMBER), "element 0: number required"],
      ["elements of no one type", [1, {}], listOf(DYNAMIC), "all list elements must have the same type"],
      ["a missing attribute", {}, objectOf({ a: STRING }), 'attribute "a" is required'],
      ["two missing attributes", {}, objectOf({ b: STRING, a: STRING }), 'attributes "a" and "b" are required'],
      [
        "an attribute inside",
        { a: { b: [] } },
        objectOf({ a: objectOf({ b: STRING }) }),
        'attribute "a": attribute "b": string required',
      ],
      ["another shape", "x", mapOf(DYNAMIC), "map of any single type required"],
      ["another length", [1], tupleOf([STRING, STRING]), "tuple required"],
    ],
    (data, type, message) => {
      const result = tryConvert(fromPlain(data), type);
      assert.instance(result, ConversionError);
      assert.is((result as ConversionError).message, message);
    },
  );
  test("says where a value inside fails", () => {
    const result = tryConvert(fromPlain({ a: ["1", "x"] }), objectOf({ a: listOf(NUMBER) }));
    assert.equal((result as ConversionError).path, ["a", 1]);
  });
  test("a map lacks an attribute", () => {
    const map = convert(fromPlain({ b: "1" }), mapOf(STRING));
    assert.throws(() => convert(map, objectOf({ a: STRING })), /map has no element for required attribute "a"/);
  });
  test("null and unknown pass through", () => {
    assert.equal(convert(NULL, listOf(STRING)), nullOf(listOf(STRING)));
    assert.is(describeType(convert(UNKNOWN, NUMBER).type), "number");
    assert.is(convert(unknownOf(STRING), NUMBER).state, "unknown");
  });
  test("marks stay where they were", () => {
    const secret = withMarks(stringValue("1"), SENSITIVE);
    assert.ok(convert(secret, NUMBER).marks.has("sensitive"));
    const list = convert(fromPlain(["1"]), listOf(STRING));
    assert.not(hasMarks(list));
  });
});
