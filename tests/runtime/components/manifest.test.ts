// The manifest's file as others left it: what is none is told as such, and not written over.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { onFile, type Trap, trapTests } from "../../support/traps.js";

const among = (text: string, more: Partial<Trap>): Trap => ({
  files: { ...onFile('  post-processor "manifest" {\n    output = "m.json"\n  }'), "m.json": text },
  argv: ["build", "t.pkr.hcl"],
  code: 0,
  ...more,
});
const refused = (text: string, why: string): Trap =>
  among(text, {
    code: 1,
    has: [`/m.json: ${why}`, "kept: Stored file: f.txt"],
    lacks: ["iterable", "destructure"],
    left: { "m.json": text, "f.txt": "text", "m.json.lock": false },
  });

describe("manifest: the file that is there", (test) => {
  trapTests(test, {
    "no JSON": refused("{broken", "Expected property name"),
    "a list": refused("[1]", "it holds JSON that is no manifest"),
    "a text": refused('"x"', "it holds JSON that is no manifest"),
    "builds that are none": refused('{"builds": {"a": 1}}', 'its "builds" is no list'),
    "nothing at all": among("", { look: holds(1) }),
    "null, which Go takes for nothing": among("null", { look: holds(1) }),
    "no builds": among('{"builds": null}', { look: holds(1) }),
    "builds, which stay": among('{"builds": [{"name": "old"}]}', { look: holds(2) }),
  });
});

function holds(builds: number): NonNullable<Trap["look"]> {
  return (folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, "m.json"), "utf8")) as {
      readonly builds: readonly unknown[];
    };
    assert.is(manifest.builds.length, builds);
  };
}
