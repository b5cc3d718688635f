import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import { fromPlain } from "../../../lang/values/plain.js";
import { showValue } from "../../../lang/values/show.js";
import { evaluateExpression } from "../../../runtime/library.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import { evaluating } from "./evaluating.js";

// Where Packer 1.16 and the tools that were at hand to compare with part. The second cell is what its console prints.
describe("where Packer 1.16 differs", (test) => {
  test("fileset: braces may span folders", () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-fileset-"));
    try {
      mkdirSync(join(folder, "sub"));
      for (const name of ["a.txt", "b.md", "sub/c.txt"]) writeFileSync(join(folder, name), "");
      const { json } = evaluateExpression('fileset(".", "{a.txt,sub/c.txt}")', { baseDir: folder });
      assert.is(json, '["a.txt","sub/c.txt"]');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // Byte for byte it depends on the compressor: what counts is what comes out again.
  test("base64gzip: what gunzip makes of it is the text", () => {
    const { value } = evaluating('base64gzip("hello")');
    assert.is(gunzipSync(Buffer.from(String(value.state === "known" ? value.raw : ""), "base64")).toString(), "hello");
  });

  const variables = { var: fromPlain({}), local: fromPlain({}) };
  rows(
    test,
    [
      ["1 / 0", "1 / 0", "+Inf"],
      ["-1 / 0", "-1 / 0", "-Inf"],
      ["pow(0, -1)", "pow(0, -1)", "+Inf"],
      ["log(0, 10)", "log(0, 10)", "-Inf"],
      ['"Inf" + 1', '"Inf" + 1', "+Inf"],
      ["[for x in [1, 2]: x / 0]", "[for x in [1, 2]: x / 0]", "[\n  +Inf,\n  +Inf,\n]"],
      ["try(1 / 0, 2)", "try(1 / 0, 2)", "+Inf"],
      ['format("%v", null)', 'format("%v", null)', "<unknown>"],
      ['format("%s", null)', 'format("%s", null)', "<unknown>"],
      ['formatlist("%s", null)', 'formatlist("%s", null)', "<unknown>"],
      ['replace("aXbX", "/[A-Z]/", "-")', 'replace("aXbX", "/[A-Z]/", "-")', "aXbX"],
      ['replace("a/b/c", "/b/", "-")', 'replace("a/b/c", "/b/", "-")', "a-c"],
      ['cidrnetmask("fd00::/48")', 'cidrnetmask("fd00::/48")', "ffff:ffff:ffff::"],
      ['yamldecode("~")', 'yamldecode("~")', "<unknown>"],
      ['yamldecode("0x1F")', 'yamldecode("0x1F")', "0x1F"],
      ['yamldecode("1_000")', 'yamldecode("1_000")', "1000"],
      ['yamldecode("0b11")', 'yamldecode("0b11")', "3"],
      ['yamldecode("010")', 'yamldecode("010")', "10"],
      ['yamldecode("0o17")', 'yamldecode("0o17")', "0o17"],
      ['yamldecode("Inf")', 'yamldecode("Inf")', "Inf"],
      ["try(ghost, 1)", "try(ghost, 1)", "1"],
      ["can(ghost.x)", "can(ghost.x)", "false"],
      ['try(var.ghost, "d")', 'try(var.ghost, "d")', "d"],
      ['try(local.ghost, "d")', 'try(local.ghost, "d")', "d"],
      ['jsondecode("{\\"a\\":1,\\"a\\":\\"x\\"}")', 'jsondecode("{\\"a\\":1,\\"a\\":\\"x\\"}")', '{\n  "a" = "x"\n}'],
      ["null && true", "null && true", "false"],
      ["true || null", "true || null", "true"],
    ],
    (text, printed) => {
      const { value, diagnostics } = evaluating(text, variables);
      assert.equal(diagnostics, []);
      assert.is(showValue(value), printed);
    },
  );
  rows(
    test,
    [
      ["fails: " + "0 / 0", "0 / 0"],
      ["fails: " + "jsonencode(1 / 0)", "jsonencode(1 / 0)"],
      ["fails: " + "(1 / 0) - (1 / 0)", "(1 / 0) - (1 / 0)"],
      ["fails: " + "(1 / 0) * 0", "(1 / 0) * 0"],
      ["fails: " + 'element(["a", "b", "c"], -1)', 'element(["a", "b", "c"], -1)'],
      ["fails: " + 'element(split(",", "a,b"), -3)', 'element(split(",", "a,b"), -3)'],
      ["fails: " + 'lookup({a = 1}, "a")', 'lookup({a = 1}, "a")'],
      ["fails: " + 'lookup({a = 1}, "b")', 'lookup({a = 1}, "b")'],
      ["fails: " + 'lookup({a = 1}, "a", null)', 'lookup({a = 1}, "a", null)'],
      ["fails: " + 'cidrsubnet("fd00::/48", 80, 1)', 'cidrsubnet("fd00::/48", 80, 1)'],
      ["fails: " + 'cidrsubnet("fd00::/48", 33, 1)', 'cidrsubnet("fd00::/48", 33, 1)'],
      ["fails: " + 'cidrhost("010.0.0.0/8", 1)', 'cidrhost("010.0.0.0/8", 1)'],
      ["fails: " + "ghost", "ghost"],
      ["fails: " + "contains([1, null], null)", "contains([1, null], null)"],
    ],
    (text) => assert.ok(evaluating(text, variables).diagnostics.some(({ severity }) => severity === "error")),
  );
});
