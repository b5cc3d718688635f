import * as assert from "uvu/assert";
import { applyDefaults, type Defaults } from "../../../lang/values/defaults.js";
import { encodeJson } from "../../../lang/values/json.js";
import { hasMarks, withMarks } from "../../../lang/values/marks.js";
import { fromPlain } from "../../../lang/values/plain.js";
import { NULL, SENSITIVE } from "../../../lang/values/value.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const port: Defaults = { values: new Map([["port", fromPlain(80)]]), children: new Map() };
const each = (defaults: Defaults): Defaults => ({ values: new Map(), children: new Map([["*", defaults]]) });

describe("applyDefaults", (test) => {
  rows(
    test,
    [
      ["fills in what is missing", {}, port, '{"port":80}'],
      ["fills in what is null", { port: null }, port, '{"port":80}'],
      ["leaves what is given", { port: 1, x: 2 }, port, '{"port":1,"x":2}'],
      ["goes into collections", [{}, { port: 1 }], each(port), '[{"port":80},{"port":1}]'],
      ["leaves a value of another shape", "x", port, '"x"'],
    ],
    (data, defaults, json) => assert.is(encodeJson(applyDefaults(fromPlain(data), defaults)), json),
  );
  test("null itself stays null", () => assert.is(applyDefaults(NULL, port), NULL));
  test("marks stay", () => assert.ok(hasMarks(applyDefaults(withMarks(fromPlain({}), SENSITIVE), port))));
});
