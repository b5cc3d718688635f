// What Packer does where one would not expect it (the traps of a build's failures), each on a null builder.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const template = (provisioners: string): string => `
source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  ${provisioners}
}
`;

const FAILING = `provisioner "shell-local" { inline = ["exit 3"] }`;
const CLEANUP = `error-cleanup-provisioner "shell-local" { inline = ["echo tidied"] }`;
const RETRIED = `provisioner "shell-local" {
    max_retries = 2
    inline      = ["echo attempt; exit 3"]
  }`;

async function built(text: string, flags: readonly string[]): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-traps-"));
  try {
    writeFileSync(join(folder, "t.pkr.hcl"), template(text));
    return await pkrts(["build", ...flags, "t.pkr.hcl"], { cwd: folder, env: { XDG_STATE_HOME: folder } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const count = (text: string, part: string): number => text.split(part).length - 1;
const ANNOUNCED = "Provisioning step had errors: Running the cleanup provisioner, if present...";

describe("traps of a failing build", (test) => {
  rows(
    test,
    [
      ["[Packer] the cleanup provisioner is announced where there is none", FAILING, [], { [ANNOUNCED]: 1 }],
      ["[Packer] it runs after a failure", `${FAILING}\n${CLEANUP}`, [], { [ANNOUNCED]: 1, "null.a: tidied": 1 }],
      [
        "45 [Packer] -on-error=abort skips the cleanup provisioner too",
        `${FAILING}\n${CLEANUP}`,
        ["-on-error=abort"],
        { [ANNOUNCED]: 0, "null.a: tidied": 0, "aborting...": 1 },
      ],
      [
        "[Packer] -on-error=run-cleanup-provisioner runs it, then aborts",
        `${FAILING}\n${CLEANUP}`,
        ["-on-error=run-cleanup-provisioner"],
        { [ANNOUNCED]: 1, "null.a: tidied": 1, "aborting...": 1 },
      ],
      [
        "27 [Packer] max_retries=2 is up to three attempts",
        RETRIED,
        [],
        {
          "null.a: attempt": 3,
          "retrying with 2 trie(s) left": 1,
          "retrying with 1 trie(s) left": 1,
          "retry limit reached.": 1,
        },
      ],
      [
        "42 [Packer] a cleanup provisioner that fails too",
        `${FAILING}\nerror-cleanup-provisioner "shell-local" { inline = ["exit 4"] }`,
        [],
        { "--> null.a: Cleanup failed: Script exited with non-zero exit status: 4": 1 },
      ],
    ],
    async (text: string, flags: readonly string[], expected: Readonly<Record<string, number>>) => {
      const { code, stdout, stderr } = await built(text, flags);
      assert.is(code, 1, `${stdout}${stderr}`);
      for (const [part, times] of Object.entries(expected)) assert.is(count(stdout, part), times, `${part}\n${stdout}`);
    },
  );
});
