// What `plan` says of builders that make nothing in a cloud, and of a template that is wrong.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";

async function planned(text: string, flags: readonly string[], look: (folder: string) => void = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-plan-"));
  try {
    writeFileSync(join(folder, "t.pkr.hcl"), text);
    const finished = await pkrts([flags.includes("-dry-run") ? "build" : "plan", ...flags, "t.pkr.hcl"], {
      cwd: folder,
      env: { XDG_STATE_HOME: folder },
    });
    look(folder);
    return finished;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const FILE = `source "file" "f" {
  target  = "made.txt"
  content = "x"
}
build { sources = ["file.f"] }
`;

describe("plan", (test) => {
  test("writes nothing", async () => {
    const { code, stdout } = await planned(FILE, [], (at) => assert.not.ok(existsSync(join(at, "made.txt"))));
    assert.is(code, 0);
    assert.is(stdout, "file.f:\n  nothing in the cloud\n");
  });
  test("is what build -dry-run says", async () => {
    const { code, stdout } = await planned(FILE, ["-dry-run"], (at) => assert.not.ok(existsSync(join(at, "made.txt"))));
    assert.is(code, 0);
    assert.is(stdout, "file.f:\n  nothing in the cloud\n");
  });
  test("-json is one object", async () => {
    const { stdout } = await planned(FILE, ["-json"]);
    assert.equal(JSON.parse(stdout), { builds: [{ name: "file.f", notes: [], policy: null }] });
  });
  test("a template that is wrong: exit 1, nothing on stdout", async () => {
    const { code, stdout, stderr } = await planned(FILE.replace("target", "tarmac"), []);
    assert.is(code, 1);
    assert.is(stdout, "");
    assert.match(stderr, "tarmac");
  });
});
