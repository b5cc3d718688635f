// What legacy templates may write for an option of another type (language.md §9.5).
import * as assert from "uvu/assert";
import type { OptionSchemaJson } from "../../schemas/dialect.js";
import { weakDecode } from "../../schemas/weak-decode.js";
import { describe } from "../support/describe.js";

const STRINGS: OptionSchemaJson = { type: "array", items: { type: "string" } };
const MAP: OptionSchemaJson = { type: "object", additionalProperties: { type: "string" } };
const STRUCT: OptionSchemaJson = { type: "object", properties: { size: { type: "integer" } } };

function decode(value: unknown, schema: OptionSchemaJson): { value: unknown; problems: readonly string[] } {
  const problems: string[] = [];
  const around: OptionSchemaJson = { type: "object", properties: { x: schema } };
  const decoded = weakDecode({ x: value }, around, ({ message }) => problems.push(message)) as { x?: unknown };
  return { value: decoded.x, problems };
}

const TAKEN: readonly (readonly [string, unknown, OptionSchemaJson, unknown])[] = [
  ["a bool as a text", true, { type: "string" }, "1"],
  ["a number as a text", 1.5, { type: "string" }, "1.5"],
  ["hexadecimal", "0x1F", { type: "integer" }, 31],
  ["octal, as Go has it", "010", { type: "integer" }, 8],
  ["binary", "-0b11", { type: "integer" }, -3],
  ["digits with underscores", "1_000", { type: "integer" }, 1000],
  ["no text as zero", "", { type: "integer" }, 0],
  ["a fraction cut off", 2.9, { type: "integer" }, 2],
  ["a text as a float", "1e3", { type: "number" }, 1000],
  ["T as true", "T", { type: "boolean" }, true],
  ["no text as false", "", { type: "boolean" }, false],
  ["a text with commas as a list", "a,b", STRINGS, ["a", "b"]],
  ["a text with commas as a list of numbers", "1,2", { type: "array", items: { type: "integer" } }, [1, 2]],
  ["no text as no items", "", STRINGS, []],
  ["an empty map as no items", {}, STRINGS, []],
  ["one value as a list", 5, STRINGS, ["5"]],
  ["one map as a list of maps", { size: "3" }, { type: "array", items: STRUCT }, [{ size: 3 }]],
  ["an empty list as a map", [], MAP, {}],
  ["a list of maps as one map", [{ a: "1" }, { b: 2, a: 3 }], MAP, { a: "3", b: "2" }],
];

const REFUSED: readonly (readonly [string, unknown, OptionSchemaJson, string])[] = [
  [
    "a unit in a number",
    "12GB",
    { type: "integer" },
    `cannot parse 'x' as int: strconv.ParseInt: parsing "12GB": invalid syntax`,
  ],
  [
    "a fraction as a text",
    "1.5",
    { type: "integer" },
    `cannot parse 'x' as int: strconv.ParseInt: parsing "1.5": invalid syntax`,
  ],
  [
    "a digit that octal has not",
    "09",
    { type: "integer" },
    `cannot parse 'x' as int: strconv.ParseInt: parsing "09": invalid syntax`,
  ],
  ["yes", "yes", { type: "boolean" }, `cannot parse 'x' as bool: strconv.ParseBool: parsing "yes": invalid syntax`],
  [
    "a list for a text",
    ["a", true],
    { type: "string" },
    "'x' expected type 'string', got unconvertible type '[]interface {}', value: '[a true]'",
  ],
  [
    "a map for a number",
    { b: 1, a: 2 },
    { type: "integer" },
    "'x' expected type 'int', got unconvertible type 'map[interface {}]interface {}', value: 'map[a:2 b:1]'",
  ],
  ["a list for a struct", [{ size: 1 }], STRUCT, "'x' expected a map, got 'slice'"],
  ["a text for a map", "a", MAP, "'x' expected a map, got 'string'"],
  [
    "a wrong item",
    ["1", {}],
    { type: "array", items: { type: "integer" } },
    "'x[1]' expected type 'int', got unconvertible type 'map[interface {}]interface {}', value: 'map[]'",
  ],
  [
    "a wrong member",
    { size: "big" },
    STRUCT,
    `cannot parse 'x.size' as int: strconv.ParseInt: parsing "big": invalid syntax`,
  ],
];

describe("a legacy option of another type", (test) => {
  for (const [name, value, schema, wanted] of TAKEN) {
    test(`takes ${name}`, () => assert.equal(decode(value, schema), { value: wanted, problems: [] }));
  }
  for (const [name, value, schema, wanted] of REFUSED) {
    test(`refuses ${name}`, () => assert.equal(decode(value, schema).problems, [wanted]));
  }
});
