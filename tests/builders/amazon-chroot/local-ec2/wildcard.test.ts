import * as assert from "uvu/assert";
import { wildcard } from "../../../../builders/amazon-chroot/local-ec2/wildcard.js";
import { describe } from "../../../support/describe.js";

const ROWS: readonly (readonly [pattern: string, text: string, isLike: boolean])[] = [
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["*", "a\nb", true],
  ["?", "", false],
  ["?", "\n", true],
  ["?", "💾", true],
  ["a*c", "abcabc", true],
  ["a*c", "abcabd", false],
  ["*b*b", "abab", true],
  ["a?", "a", false],
  ["a**", "a", true],
  ["a\\*", "a*", true],
  ["a\\*", "ab", false],
  ["a\\?", "a?", true],
  ["\\\\", "\\", true],
  ["a\\", "a\\", true],
  ["a.c", "abc", false],
  ["[a]", "a", false],
  ["A", "a", false],
];

describe("embedded EC2: wildcards", (test) => {
  for (const [pattern, text, isLike] of ROWS)
    test(`${JSON.stringify(pattern)} is ${isLike ? "" : "not "}like ${JSON.stringify(text)}`, () =>
      assert.is(wildcard(pattern)(text), isLike));
});
