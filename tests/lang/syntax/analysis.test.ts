import * as assert from "uvu/assert";
import { analysis } from "../../../lang/syntax/analysis.js";
import { LOOKAHEAD } from "../../../lang/syntax/lookahead.gen.js";
import { describe } from "../../support/describe.js";

describe("Chevrotain's analysis of the grammar", (test) => {
  test("finds no fault with it, and is what the parser adopts", () => {
    assert.equal(LOOKAHEAD, analysis());
  });
});
