// The second signal ends a run at once and says what it leaves.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { groupLives } from "../../../runtime/system/process-group.js";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";

describe("a second signal", (test) => {
  test("stops at once, with the programs that ignore TERM, without the summary, and says that nothing is left", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-second-"));
    writeFileSync(
      join(folder, "t.pkr.hcl"),
      `source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  provisioner "shell-local" { inline = ["trap '' TERM; sleep 986 & echo started $(cut -d' ' -f5 /proc/$$/stat); sleep 987"] }
}
`,
    );
    const sent = new Set<string>();
    const once = (name: string, act: () => unknown): void => {
      if (sent.has(name)) return;
      sent.add(name);
      act();
    };
    const { code, stdout, stderr } = await pkrts(["build", "t.pkr.hcl"], {
      cwd: folder,
      env: { XDG_STATE_HOME: folder },
      onOutput: (output, child) => {
        if (output.includes("null.a: started")) once("first", () => child.kill("SIGINT"));
        if (output.includes("Cancelling build after receiving interrupt")) once("second", () => child.kill("SIGINT"));
      },
    });
    rmSync(folder, { recursive: true, force: true });
    assert.is(code, 130, `${stdout}${stderr}`);
    assert.match(stderr, "Stopped at once. Nothing is left behind.");
    assert.not.match(stdout, "Wait completed");
    const group = Number(/: started (\d+)/.exec(stdout)?.[1]);
    assert.ok(group > 1);
    // The kernel takes a moment over what was killed.
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.is(groupLives(group), false);
  });
});
