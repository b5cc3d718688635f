// Ten kinds of broken template: one clear diagnostic each, with the source line and a caret, and nothing touched.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { rows } from "../support/rows.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const template = (name: string): string => join("fixtures", "broken", name, "template.pkr.hcl");

/** Builds with -local in a state folder that must not come into being. */
async function buildBroken(name: string): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-broken-"));
  try {
    const state = join(folder, "state");
    const finished = await pkrts(["build", "-local", template(name)], {
      cwd: root,
      env: { PKRTS_EC2_STATE: join(folder, "ec2"), XDG_STATE_HOME: state },
    });
    assert.equal(readdirSync(folder), [], "something was written");
    assert.not.ok(existsSync(state));
    return finished;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("a broken template", (test) => {
  rows(
    test,
    [
      ["syntax", "syntax", "Missing newline after argument", 2, '"'],
      ["an unknown block", "unknown-block", "Unsupported block type", 5, "biuld"],
      ["an unknown option with a near name", "near-option", "Unsupported argument", 2, "source_amy"],
      ["a missing required option", "missing-option", "ami_name must be specified", 1, 'source "amazon-chroot" "a"'],
      ["a wrong type", "wrong-type", "Incorrect attribute value type", 4, '"eu-west-1"'],
      ["a bad reference", "bad-reference", "Unsupported attribute", 6, ".regoin"],
      ["an unset variable", "unset-variable", 'Unset variable "source_ami"', 1, 'variable "source_ami"'],
      ["a missing file", "missing-file", "Failed preparing provisioner-block", 9, '"no-such-script.sh"'],
      ["a cycle in locals", "cycle", "failed to prepare execution graph", 2, "first"],
    ],
    async (name: string, summary: string, line: number, underlined: string) => {
      const { code, stdout, stderr } = await buildBroken(name);
      assert.is(code, 1, `${stdout}${stderr}`);
      assert.is(stdout, "");
      assert.is((stderr.match(/^Error: /gm) ?? []).length, 1, stderr);
      assert.match(stderr, `Error: ${summary}`);
      assert.match(stderr, new RegExp(`template\\.pkr\\.hcl line ${line}[,:]`));
      assert.is(underlinedText(stderr), underlined, stderr);
      assert.not.match(stderr, /^\s+at .*:\d+:\d+/m);
    },
  );
  test("names the near option, the near variable, and the whole cycle", async () => {
    assert.match((await buildBroken("near-option")).stderr, /Did you mean "source_ami"\?/);
    assert.match((await buildBroken("bad-reference")).stderr, /Did you mean "region"\?/);
    assert.match((await buildBroken("unknown-block")).stderr, /Did you mean "build"\?/);
    assert.match((await buildBroken("cycle")).stderr, /local\.first.*local\.second.*local\.third.*local\.first/s);
  });
  test.unless(process.getuid?.() === 0 ? undefined : "needs root to become someone else", "not root for -local", () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-broken-"));
    const script = `exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0" dist/pkrts.cjs build -local ${template("not-root")}`;
    try {
      execFileSync("sh", ["-c", script, process.execPath], {
        cwd: root,
        env: { ...process.env, PKRTS_EC2_STATE: join(folder, "ec2"), XDG_STATE_HOME: join(folder, "state") },
        stdio: "pipe",
      });
      assert.unreachable("a build with -local needs root");
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      assert.is(status, 1, String(stderr));
      assert.match(String(stderr), /^Error: .*root/m);
      assert.match(String(stderr), /template\.pkr\.hcl line 1/);
      assert.match(String(stderr), /\^/);
    } finally {
      assert.equal(readdirSync(folder), []);
      rmSync(folder, { recursive: true });
    }
  });
});

/** What stands above the carets. */
function underlinedText(stderr: string): string {
  const lines = stderr.split("\n");
  const carets = lines.findIndex((line) => /^\s*\^+$/.test(line));
  const start = lines[carets]?.indexOf("^") ?? 0;
  return (lines[carets - 1] ?? "").slice(start, lines[carets]?.length ?? 0);
}
