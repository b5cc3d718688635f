import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { jsonSyntaxError } from "../../../lang/json/json-syntax-error.js";
import { readJson } from "../../../lang/json/read-json.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

describe("jsonSyntaxError, in Go's words", (test) => {
  rows(
    test,
    [
      ["nothing", "", "unexpected end of JSON input", 0],
      ["value missing", "[1,\n}", "invalid character '}' looking for beginning of value", 4],
      ["trailing comma", '{"a":1,}', "invalid character '}' looking for beginning of object key string", 7],
      ["unquoted key", "{b:1}", "invalid character 'b' looking for beginning of object key string", 1],
      ["after a key", '{"a" 1}', "invalid character '1' after object key", 5],
      ["after a pair", '{"a":1 2}', "invalid character '2' after object key:value pair", 7],
      ["after an element", "[1 2]", "invalid character '2' after array element", 3],
      ["after the value", "{} x", "invalid character 'x' after top-level value", 3],
      ["after a top-level number", "1 2", "invalid character '2' after top-level value", 2],
      ["line end in a string", '"a\n"', "invalid character '\\n' in string literal", 2],
      ["unknown escape", '"\\q"', "invalid character 'q' in string escape code", 2],
      ["short escape", '"\\u12"', "invalid character '\"' in \\u hexadecimal character escape", 5],
      ["misspelt word", "[trie]", "invalid character 'i' in literal true (expecting 'u')", 3],
      ["minus alone", "[-]", "invalid character ']' in numeric literal", 2],
      ["point without digits", "[1.]", "invalid character ']' after decimal point in numeric literal", 3],
      ["exponent without digits", "[1e]", "invalid character ']' in exponent of numeric literal", 3],
      ["leading zero", "[01]", "invalid character '1' after array element", 2],
      ["single quote", "'a'", "invalid character '\\'' looking for beginning of value", 0],
      ["byte order mark", "\ufeff{}", "invalid character 'ï' looking for beginning of value", 0],
      ["left open", '{"a":[1', "unexpected end of JSON input", 7],
      ["word left open", "tru", "unexpected end of JSON input", 3],
      ["too deep", "[".repeat(10_001), "exceeded max depth", 10_000],
    ],
    (text, message, offset) => assert.equal(jsonSyntaxError(text), { message, offset }),
  );

  test("agrees with readJson and with JSON.parse on what is JSON", () => {
    const pieces = [
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      "1",
      "-",
      "0",
      ".5",
      "e1",
      "true",
      "nul",
      " ",
      '"',
      "\\u0041",
      "\n",
    ];
    let seed = 7;
    const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
    let valid = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const text = Array.from({ length: 1 + ((next() >> 8) % 7) }, () => pieces[(next() >> 8) % pieces.length]).join(
        "",
      );
      const ok = isJson(text);
      valid += ok ? 1 : 0;
      assert.is(jsonSyntaxError(text) === undefined, ok, JSON.stringify(text));
      assert.is(readJson("t", text, collectDiagnostics()).root !== undefined, ok, JSON.stringify(text));
    }
    assert.ok(valid > 100, `only ${valid} valid texts`);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
