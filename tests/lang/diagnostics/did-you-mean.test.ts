// Which name is suggested for one that there is not.
import * as assert from "uvu/assert";
import { closest } from "../../../lang/diagnostics/did-you-mean.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

describe("did you mean", (test) => {
  rows(
    test,
    [
      ["a long name: two edits", "regoins", ["regions"], "regions"],
      ["a long name: not three", "regoinss", ["regions"], undefined],
      ["the first that is near, as in HCL, not the nearest", "name", ["nome1", "nam"], "nome1"],
      ["four letters, two of them changed over", "naem", ["name"], "name"],
      ["three letters: one edit", "vat", ["var"], "var"],
      ["three letters: not two", "vxy", ["var"], undefined],
      ["two letters: one edit", "ac", ["ab"], "ab"],
      ["two letters: no name that has nothing of it", "ab", ["xy"], undefined],
      ["two letters: a third", "ab", ["abc"], "abc"],
      ["two letters: with a third before them", "ab", ["cd", "cab"], "cab"],
      ["one letter: no other letter", "a", ["b"], undefined],
      ["one letter: it and one more", "a", ["ba"], "ba"],
      ["nothing", "", ["a"], undefined],
    ],
    (name: string, candidates: readonly string[], wanted: string | undefined) =>
      assert.is(closest(name, candidates), wanted),
  );
});
