// The examples of the reference pages are templates: they validate, without a warning, and are formatted.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { builtins } from "../../runtime/builtins.js";
import type { Kind } from "../../runtime/contract/component.js";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "examples");

/** Where the examples of each kind lie, and the block that uses such a component. */
const KINDS: readonly (readonly [kind: Kind, folder: string, block: string])[] = [
  ["builder", "builders", "source"],
  ["data-source", "data-sources", "data"],
  ["provisioner", "provisioners", "provisioner"],
  ["post-processor", "post-processors", "post-processor"],
];

describe("the examples of the reference pages", (test) => {
  for (const [kind, place, block] of KINDS) {
    for (const type of builtins.types(kind)) {
      const name = `${place}/${type}.pkr.hcl`;
      test(`${name} uses it, and validates without a warning`, async () => {
        assert.match(readFileSync(join(folder, name), "utf8"), `${block} "${type}" `);
        const { code, stderr } = await pkrts(["validate", join(folder, name)]);
        assert.is(code, 0, stderr);
        assert.is(stderr, "");
      });
    }
  }

  test("none is of a component that is not there", () => {
    const there = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".hcl"));
    const known = KINDS.flatMap(([kind, place]) => builtins.types(kind).map((type) => `${place}/${type}.pkr.hcl`));
    assert.equal(there.sort(), known.sort());
  });

  test("all are in canonical format", async () => {
    const { code, stdout } = await pkrts(["fmt", "-check", "-recursive", folder]);
    assert.is(code, 0, stdout);
  });
});
