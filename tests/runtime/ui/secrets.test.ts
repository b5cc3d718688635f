import fc from "fast-check";
import * as assert from "uvu/assert";
import { secretStore } from "../../../runtime/ui/secrets.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const masked = (secret: string, text: string): string => {
  const secrets = secretStore();
  secrets.add(secret);
  return secrets.mask(text);
};

describe("secretStore", (test) => {
  rows(
    test,
    [
      ["hides the text wherever it stands", "hunter22", "xhunter22y hunter22", "x<sensitive>y <sensitive>"],
      ["hides it quoted for JSON", 'a"b\\c', JSON.stringify({ p: 'a"b\\c' }), '{"p":"<sensitive>"}'],
      ["hides it quoted for a shell", "it's me", `X='it'"'"'s me'`, "X='<sensitive>'"],
      ["hides it in a URL", "p&ss w/rd", `?q=${encodeURIComponent("p&ss w/rd")}`, "?q=<sensitive>"],
      ["hides each of its lines", "first line\nsecond line", "[second line]", "[<sensitive>]"],
      ["hides a short one only as a word", "abc", "abc abcd xabc a-abc", "<sensitive> abcd xabc a-<sensitive>"],
      ["hides one of any length", `${'x"'.repeat(50_000)}y`, `a ${'x"'.repeat(50_000)}y b`, "a <sensitive> b"],
      [
        "hides a long one encoded",
        "x&".repeat(50_000),
        `${encodeURIComponent("x&".repeat(50_000))} ${JSON.stringify(["x&".repeat(50_000)])}`,
        '<sensitive> ["<sensitive>"]',
      ],
      ["knows no pattern characters", "a.*(b)[$]", "a.*(b)[$] axxb", "<sensitive> axxb"],
    ],
    (secret: string, text: string, expected: string) => assert.is(masked(secret, text), expected),
  );
  test("hides the longest first", () => {
    const secrets = secretStore();
    secrets.add("secret");
    secrets.add("secret-and-more");
    assert.is(secrets.mask("secret-and-more secret"), "<sensitive> <sensitive>");
  });
  test("says when one is too short to be hidden everywhere", () => {
    assert.equal(
      ["abc", "abcd", ""].map((text) => secretStore().add(text)),
      ["short", "hidden", "empty"],
    );
  });
  test("hides base64 of it at any offset", () => {
    const secret = "correct horse battery";
    for (const before of ["", "x", "xy", "xyz"]) {
      const encoded = Buffer.from(`${before}${secret} after`).toString("base64");
      assert.match(masked(secret, encoded), "<sensitive>");
    }
  });
  test("leaves none of a thousand secrets in text, JSON or a shell word", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: "grapheme" }), fc.string(), (secret, around) => {
        if (around.includes(secret) || secret.trim() === "" || "<sensitive>".includes(secret)) return;
        const shell = secret.replaceAll("'", `'"'"'`);
        const text = `${around}${secret}${around}|${JSON.stringify(secret)}|'${shell}'`;
        assert.not.ok(masked(secret, text).includes(secret));
      }),
      { numRuns: 1000 },
    );
  });
});
