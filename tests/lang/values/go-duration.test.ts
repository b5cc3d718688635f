import * as assert from "uvu/assert";
import { parseGoDuration } from "../../../lang/values/go-duration.js";
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
      ["nothing", "", 'invalid duration ""'],
      ["no unit", "5", 'missing unit in duration "5"'],
      ["no number", "s", 'invalid duration "s"'],
      ["two points", "1.2.3s", 'missing unit in duration "1.2.3s"'],
      ["more than fits", "2562048h", 'invalid duration "2562048h"'],
      ["an unknown unit", "5d", 'unknown unit "d" in duration "5d"'],
    ],
    (text, result) => {
      const parsed = parseGoDuration(text);
      assert.is("error" in parsed ? parsed.error : Number(parsed.nanoseconds) / 1e6, result);
    },
  );
});
