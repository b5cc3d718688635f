import * as assert from "uvu/assert";
import { parseGoDuration } from "../../../lang/legacy/go-json.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

describe("parseGoDuration", (test) => {
  rows<[string, number | string]>(
    test,
    [
      ["seconds", "5s", 5000],
      ["several units", "1h2m3.5s", 3_723_500],
      ["fractions", ".5s", 500],
      ["small units", "1500us", 1.5],
      ["both ways to write micro", "1µs", 0.001],
      ["zero without unit", "0", 0],
      ["negative", "-1m", -60_000],
      ["nothing", "", 'time: invalid duration ""'],
      ["no unit", "5", 'time: missing unit in duration "5"'],
      ["no number", "s", 'time: invalid duration "s"'],
      ["two points", "1.2.3s", 'time: missing unit in duration "1.2.3s"'],
      ["an unknown unit", "5d", 'time: unknown unit "d" in duration "5d"'],
    ],
    (text, result) => assert.is(parseGoDuration(text), result),
  );
});
