// Lines of programs that never end one.
import * as assert from "uvu/assert";
import { lineCutter } from "../../../runtime/system/output.js";
import { describe } from "../../support/describe.js";

const PIECE = 2 ** 16;

/** The lines that are made of pieces. */
function linesOf(pieces: Iterable<string>): readonly string[] {
  const lines: string[] = [];
  const cutter = lineCutter((line) => void lines.push(line));
  for (const piece of pieces) cutter.take(piece);
  cutter.end();
  return lines;
}

function* many(piece: string, times: number): Generator<string> {
  for (let i = 0; i < times; i += 1) yield piece;
}

describe("lines that are cut", (test) => {
  test("a line that does not end is given while it comes, whole and in time", () => {
    const began = Date.now();
    const lines = linesOf(many("x".repeat(PIECE), 2000));
    assert.ok(Date.now() - began < 10_000, "every piece looked through all of the line again");
    assert.ok(lines.every(({ length }) => length <= 2 ** 20 + PIECE));
    assert.is(
      lines.reduce((sum, { length }) => sum + length, 0),
      2000 * PIECE,
    );
  });

  test("it is cut at a blank, so that words stay whole", () => {
    const lines = linesOf(many("0123456789 ", 200_000));
    assert.ok(lines.length > 1);
    assert.ok(lines.every((line) => /^(0123456789 )*0123456789$/.test(line)));
  });

  test("of a progress bar without end the last state is shown", () => {
    const states = Array.from({ length: 300_000 }, (_, i) => `\r${i} of 300000`);
    assert.equal(linesOf([...states, "\r\n", "done"]), ["299999 of 300000", "done"]);
  });

  test("a line break may come in two pieces", () => {
    assert.equal(linesOf(["a\r", "\nb", "\n\n", "c"]), ["a", "b", "", "c"]);
  });
});
