import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { rows } from "../support/rows.js";

const HCL = `locals {
  secret = vault("secret/a", "key")
}
source "null" "a" {
  communicator = "none"
}
build {
  sources = ["source.null.a"]
}
`;
const LEGACY = JSON.stringify({
  variables: { secret: "{{vault `secret/a` `key`}}" },
  builders: [{ type: "null", communicator: "none" }],
});

describe("functions that ask a service", (test) => {
  rows<readonly [string, string]>(
    test,
    [
      ["HCL: unknown in validate, refused in build", "t.pkr.hcl", HCL],
      ["legacy JSON: not asked in validate, never an empty text in build", "t.json", LEGACY],
    ],
    async (name, text) => {
      const folder = mkdtempSync(join(tmpdir(), "pkrts-remote-"));
      try {
        writeFileSync(join(folder, name), text);
        assert.is((await pkrts(["validate", name], { cwd: folder })).code, 0);
        const { code, stderr } = await pkrts(["build", name], { cwd: folder });
        assert.is(code, 1);
        assert.match(stderr.replace(/\s+/g, " "), "pkrts does not ask the service behind vault yet");
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
