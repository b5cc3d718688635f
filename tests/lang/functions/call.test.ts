import * as assert from "uvu/assert";
import { FunctionError } from "../../../lang/functions/func.js";
import { describe } from "../../support/describe.js";
import { evaluating, hostWith } from "../eval/evaluating.js";

describe("what a call failed for", (test) => {
  test("ends with one period, though what others say has one already", () => {
    const { diagnostics } = evaluating('file("a")', {}, {}, { ...hostWith(), readFile: () => refuse("Who knows.") });
    assert.is(diagnostics[0]?.detail, 'Call to function "file" failed: Who knows.');
  });
});

function refuse(why: string): never {
  throw new FunctionError(why);
}
