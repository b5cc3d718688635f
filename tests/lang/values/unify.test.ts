import * as assert from "uvu/assert";
import { typeText } from "../../../lang/types/describe.js";
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
import { unify } from "../../../lang/values/unify.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

describe("unify", (test) => {
  rows<[Type[], string]>(
    test,
    [
      ["the same", [NUMBER, NUMBER], "number"],
      ["strings hold the others", [NUMBER, BOOL, STRING], "string"],
      ["number and bool do not meet", [NUMBER, BOOL], "none"],
      ["tuples of one length", [tupleOf([NUMBER]), tupleOf([STRING])], "tuple([string])"],
      ["tuples of two lengths", [tupleOf([NUMBER]), tupleOf([NUMBER, STRING])], "list(string)"],
      ["a tuple beside a list", [tupleOf([NUMBER]), listOf(STRING)], "list(string)"],
      ["an empty tuple beside a list", [tupleOf([]), listOf(STRING)], "list(string)"],
      ["lists by their elements", [listOf(NUMBER), listOf(STRING)], "list(string)"],
      ["list and set", [listOf(STRING), setOf(STRING)], "list(string)"],
      ["set and list, whose elements are more general", [setOf(NUMBER), listOf(STRING)], "list(string)"],
      ["objects of the same names", [objectOf({ a: NUMBER }), objectOf({ a: STRING })], 'object({"a":string})'],
      ["objects of other names", [objectOf({ a: NUMBER }), objectOf({ b: NUMBER })], "map(number)"],
      ["an object beside a map", [objectOf({ a: NUMBER }), mapOf(STRING)], "map(string)"],
      ["object and tuple", [objectOf({}), tupleOf([])], "none"],
      ["dynamic hopes for the other", [DYNAMIC, NUMBER], "number"],
      ["dynamic beside a structure", [DYNAMIC, tupleOf([])], "dynamic"],
      ["nothing", [], "none"],
    ],
    (types, expected) => {
      const unified = unify(types);
      assert.is(unified === undefined ? "none" : typeText(unified), expected);
    },
  );
});
