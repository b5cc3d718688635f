// docs/without-aws.md shows a template of the fixtures: it validates, and the page says of it what is true.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const template = "fixtures/debian/debian.pkr.hcl";
const page = readFileSync(join(root, "docs/without-aws.md"), "utf8");

describe("the Debian image of docs/without-aws.md", (test) => {
  test("its template validates without a warning and is in canonical format", async () => {
    const { code, stderr } = await pkrts(["validate", join(root, template)]);
    assert.is(code, 0, stderr);
    assert.is(stderr, "");
    const formatted = await pkrts(["fmt", "-check", join(root, template)]);
    assert.is(formatted.code, 0, formatted.stdout);
  });

  test("the page links the template, and README the page", () => {
    assert.ok(page.includes(`](../${template})`));
    assert.ok(readFileSync(join(root, "README.md"), "utf8").includes("](docs/without-aws.md)"));
  });

  test("the page lists the template's variables, with their defaults", () => {
    const declared = readFileSync(join(root, template), "utf8").matchAll(
      /variable "(\w+)" \{\n.*\n {2}default += (.*)\n/g,
    );
    const wanted = [...declared].map(([, name = "", value = ""]) => [name, value.replaceAll('"', "") || "empty"]);
    const listed = [...page.matchAll(/^\| `(\w+)` \| `?([^|`]*)`? \|.*\|$/gm)].map(([, name, value]) => [
      name,
      value?.trim(),
    ]);
    assert.equal(wanted.length, 4);
    assert.equal(
      listed.filter(([name]) => name !== "pre_mount_commands" && name !== "post_mount_commands"),
      wanted,
    );
  });
});
