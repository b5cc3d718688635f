// The status rows of a terminal of 80 by 24, looked at in the middle of a run and after it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { whyNoTool } from "../../support/workshop.js";

const program = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "dist", "pkrts.cjs");
const TEMPLATE = `source "null" "web" { communicator = "none" }
source "null" "database" { communicator = "none" }
build {
  sources = ["null.web", "null.database"]
  provisioner "shell-local" { inline = ["printf '%0200d\\\\n' 0; touch began-\${source.name}"] }
  provisioner "shell-local" { inline = ["while ! test -e go; do sleep 0.1; done; echo went"] }
}
`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the screen of a tmux session shows while the builds wait, and after they ended. */
async function screens(): Promise<readonly [during: string, after: string]> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-live-"));
  const tmux = (...argv: readonly string[]): string =>
    execFileSync("tmux", ["-S", join(folder, "tmux"), ...argv], { cwd: folder, encoding: "utf8" });
  const until = async (text: string): Promise<string> => {
    for (let i = 0; i < 200; i++) {
      const screen = tmux("capture-pane", "-p");
      if (screen.includes(text)) return screen;
      await pause(100);
    }
    throw new Error(`no ${text} on\n${tmux("capture-pane", "-p")}`);
  };
  try {
    writeFileSync(join(folder, "t.pkr.hcl"), TEMPLATE);
    const line = `XDG_STATE_HOME=${folder} ${process.execPath} ${program} build t.pkr.hcl; echo ended=$?; sleep 60`;
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", line);
    const during = await until("0:02");
    writeFileSync(join(folder, "go"), "");
    return [during, await until("ended=0")];
  } finally {
    tmux("kill-server");
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("build at a terminal", (test) => {
  test.unless(whyNoTool("tmux"), "a row for each running build below the output; none is left at the end", async () => {
    const [during, after] = await screens();
    const rows = during.trimEnd().split("\n").slice(-2);
    assert.match(rows[0] ?? "", /^ {2}null\.web {8}0:0\d {2}provisioner shell-local$/);
    assert.match(rows[1] ?? "", /^ {2}null\.database {3}0:0\d {2}provisioner shell-local$/);
    for (const line of during.split("\n")) assert.ok(line.length <= 80);
    assert.match(after, "==> null.web: went");
    assert.match(after, "==> Builds finished.");
    assert.not.match(after, /^ {2}null\./m);
  });
});
