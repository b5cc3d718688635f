// The examples of the reference pages are templates: they validate, without a warning, and are formatted.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "examples");
const examples = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".pkr.hcl"));

describe("the examples of the reference pages", (test) => {
  for (const name of examples) {
    test(`${name} validates without a warning`, async () => {
      const { code, stderr } = await pkrts(["validate", join(folder, name)]);
      assert.is(code, 0, stderr);
      assert.is(stderr, "");
    });
  }

  test("all are in canonical format", async () => {
    const { code, stdout } = await pkrts(["fmt", "-check", "-recursive", folder]);
    assert.is(code, 0, stdout);
  });
});
