// The table of traps (cli-runtime §10): signals. [Packer]: as Packer; [D]: as the table's or decisions.md's own rule.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";

/** Two builds: one that ends by itself, and one that is interrupted once the first has ended. */
const TWO = `source "null" "slow" { communicator = "none" }
source "file" "quick" {
  target  = "f.txt"
  content = "text"
}
build {
  sources = ["file.quick", "null.slow"]
  provisioner "shell-local" {
    only   = ["null.slow"]
    inline = ["sleep 60"]
  }
  post-processor "shell-local" {
    only   = ["null.slow"]
    inline = ["touch post-processed"]
  }
}
`;

async function interrupted(look: (finished: Finished, folder: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-interrupted-"));
  writeFileSync(join(folder, "t.pkr.hcl"), TWO);
  let sent = false;
  try {
    const finished = await pkrts(["build", "t.pkr.hcl"], {
      cwd: folder,
      detached: true,
      env: { XDG_STATE_HOME: join(folder, "state") },
      onOutput: (output, child) => {
        const ready = output.includes("Build 'file.quick' finished") && output.includes("null.slow: Running local");
        if (ready && !sent) sent = child.kill("SIGINT");
      },
    });
    look(finished, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("traps: signals", (test) => {
  test("43 [D] a SIGINT to the process alone cancels: there is no other that would get it; exit 130", () =>
    interrupted(({ code, stdout }, folder) => {
      assert.is(code, 130, stdout);
      assert.match(stdout, "Cancelling build after receiving interrupt\n");
      assert.match(stdout, /Build 'null\.slow' errored after .*: context canceled\n/);
      assert.match(stdout, "Cleanly cancelled builds after being interrupted.\n");
      assert.not(existsSync(join(folder, "post-processed")));
    }));

  test("44 [D] what was finished before it is kept and named, for nothing is made silently; no error is listed", () =>
    interrupted(({ code, stdout }, folder) => {
      assert.is(code, 130, stdout);
      assert.match(stdout, "--> file.quick: Stored file: f.txt\n");
      assert.ok(existsSync(join(folder, "f.txt")));
      assert.not.match(stdout, "--> null.slow");
      assert.not.match(stdout, "Some builds didn't complete");
    }));
});
