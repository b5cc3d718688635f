import * as assert from "uvu/assert";
import { durationWords } from "../../../runtime/ui/duration-words.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

describe("durationWords (as Packer 1.6.6 words them)", (test) => {
  rows(
    test,
    [
      ["two units", 12.926, "12 milliseconds 926 microseconds"],
      ["singular", 1141, "1 second 141 milliseconds"],
      ["skips zero units between", 300_003, "5 minutes 3 milliseconds"],
      ["drops what is smaller", 3_723_004, "1 hour 2 minutes"],
      ["nothing at all", 0, "0 microseconds"],
      ["never negative", -5, "0 microseconds"],
    ],
    (ms: number, words: string) => assert.is(durationWords(ms), words),
  );
});
