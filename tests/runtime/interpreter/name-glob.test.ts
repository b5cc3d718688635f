// Globs of -only and -except: what each is was asked of Packer.
import * as assert from "uvu/assert";
import { nameGlob } from "../../../runtime/interpreter/name-glob.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const matched = (pattern: string): boolean => nameGlob(pattern)("null.ab");

describe("globs of names", (test) => {
  for (const pattern of ["amazon-chroot.*", "amazon[-_]chroot.web", "*[!a-y]on-chroot.web"])
    test(`${pattern}: a hyphen`, () => assert.ok(nameGlob(pattern)("amazon-chroot.web")));

  rows(
    test,
    [
      "**",
      "*b",
      "n*.a?",
      "null.{ab}",
      "null.{ab",
      "{null.ab",
      "{{null.ab",
      "nu{ll.ab",
      "null.{a{b}}",
      "null.{{ab}}",
      "null.a{[b]}",
      "null.{x,ab}",
      "{null.{x,a},y}b",
      "null.[a-c]b",
      "null.[ab]b",
      "null.[^a]b",
      "null.[!x]b",
      "null.[!x-z]b",
      "null.a[\\]b]",
      "null\\.\\ab",
    ].map((pattern) => [pattern, pattern] as const),
    (pattern: string) => assert.ok(matched(pattern)),
  );
  rows(
    test,
    ["null.{a", "null.a]", "null.a}b", "null.\\", "{n{u}", "null.{\\}ab", "nullXab", "null.[!a]b", "null.[^]b", ""].map(
      (pattern) => [`not ${pattern}`, pattern] as const,
    ),
    (pattern: string) => assert.not.ok(matched(pattern)),
  );
  rows(
    test,
    [
      ["null.[a", "unexpected end of input"],
      ["null.[a-", "unexpected end of input"],
      ["null.[a-c", "unexpected end of input"],
      ["null.{a[}", "unexpected end of input"],
      ["null.[]", "could not parse range"],
      ["null.[!]", "could not parse range"],
      ["null.a[]b]", "could not parse range"],
      ["null.[a-c-e]b", "expected close range character"],
      ["null.a[a-b-]", "expected close range character"],
      ["null.[b-a]", "hi character 'a' should be greater than lo 'b'"],
    ].map(([pattern = "", problem = ""]) => [`none: ${pattern}`, pattern, problem] as const),
    (pattern: string, problem: string) => assert.throws(() => matched(pattern), problem),
  );
});
