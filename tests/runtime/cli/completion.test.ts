// Completion as shells do it, and the help that the same table gives.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { COMMANDS } from "../../../runtime/cli/commands.js";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import { withFiles } from "../../support/template-files.js";
import { whyNoTool } from "../../support/workshop.js";

const program = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "dist", "pkrts.cjs");
const TEMPLATE = `variable "unset" { type = string }
source "null" "web" { communicator = "none" }
source "file" "page" {
  target  = var.unset
  content = "x"
}
build {
  name    = "site"
  sources = ["null.web", "file.page"]
}
`;

async function inFolder<T>(body: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-completion-"));
  try {
    writeFileSync(join(folder, "t.pkr.hcl"), TEMPLATE);
    writeFileSync(join(folder, "pkrts"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(join(folder, "pkrts"), 0o755);
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What bash would offer at the end of `line`, sorted. */
const offered = (line: string): Promise<readonly string[]> =>
  inFolder((cwd) => {
    const script = `eval "$(pkrts completion bash)"
COMP_LINE=$1 COMP_POINT=\${#1}
read -ra COMP_WORDS <<< "$1"
[ "\${1% }" = "$1" ] || COMP_WORDS+=("")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_pkrts 2>/dev/null
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${cwd}:${process.env["PATH"]}` };
    const text = execFileSync("bash", ["-c", script, "bash", line], { cwd, env, encoding: "utf8" });
    return text
      .split("\n")
      .filter((word) => word !== "")
      .sort();
  });

describe("completion in bash", (test) => {
  rows(
    test,
    [
      ["commands", "pkrts va", ["validate"]],
      ["every command", "pkrts ", COMMANDS.map(({ name }) => name).sort()],
      ["flags of the command", "pkrts build -on", ["-on-error=", "-only="]],
      ["with two dashes, too", "pkrts build --par", ["-parallel-builds="]],
      ["words of a flag", "pkrts build -on-error=a", ["abort", "ask"]],
      ["builds of the template", "pkrts build -only=site.", ["site.file.page", "site.null.web"]],
      ["the second of several", "pkrts build -except=a,site.n", ["a,site.null.web"]],
      ["actions", "pkrts ec2 i", ["images", "import"]],
      ["actions of plugins", "pkrts plugins re", ["remove", "required"]],
      ["shells", "pkrts completion ", ["bash", "fish", "zsh"]],
      ["components", "pkrts schema builder.", ["builder.amazon-chroot", "builder.file", "builder.null"]],
      ["files behind an action", "pkrts plugins required t.", ["t.pkr.hcl"]],
      ["files", "pkrts validate t.", ["t.pkr.hcl"]],
    ],
    async (line: string, words: readonly string[]) => assert.equal(await offered(line), words),
  );
});

describe("completion in fish", (test) => {
  const asked = (line: string): Promise<readonly string[]> =>
    inFolder(async (cwd) => {
      writeFileSync(join(cwd, "script"), (await pkrts(["completion", "fish"])).stdout);
      const env = { ...process.env, HOME: cwd, PATH: `${cwd}:${process.env["PATH"]}` };
      const argv = ["--no-config", "-c", "source script; complete -C $argv[1]", "--", line];
      const text = execFileSync("fish", argv, { cwd, env, encoding: "utf8" });
      return text.split("\n").flatMap((offer) => (offer === "" ? [] : [offer.split("\t")[0] ?? ""]));
    });
  for (const [line, words] of [
    ["pkrts va", ["validate"]],
    ["pkrts ec2 i", ["images", "import"]],
    ["pkrts completion ", ["bash", "fish", "zsh"]],
    ["pkrts plugins required t.", ["t.pkr.hcl"]],
    ["pkrts build -only=site.n", ["-only=site.null.web"]],
  ] as const)
    test.unless(whyNoTool("fish"), line, async () => assert.equal([...(await asked(line))].sort(), words));
});

describe("completion scripts", (test) => {
  for (const shell of ["bash", "zsh", "fish"]) {
    test(`${shell}: has every command and flag`, async () => {
      const { stdout, code } = await pkrts(["completion", shell]);
      assert.is(code, 0);
      for (const { name, load } of COMMANDS) {
        assert.match(stdout, name);
        for (const flag of Object.keys((await load()).flags)) assert.match(stdout, flag);
      }
    });
    test.unless(whyNoTool(shell), `${shell} can read it`, async () => {
      const { stdout } = await pkrts(["completion", shell]);
      // A file: fish reads no script from the socket that Node's pipes are.
      await withFiles({ script: stdout }, (folder) =>
        execFileSync(shell, ["-n", join(folder, "script")], { stdio: ["ignore", "ignore", "inherit"] }),
      );
    });
  }
  test("another shell: exit 2, and which there are", async () => {
    const { code, stderr } = await pkrts(["completion", "tcsh"]);
    assert.is(code, 2);
    assert.match(stderr, "one shell expected: bash, zsh, fish");
  });
});

describe("the help of every command", (test) => {
  for (const { name } of COMMANDS) {
    test(`${name}: usage, and an example of it`, async () => {
      const { stdout, code } = await pkrts([name, "--help"]);
      assert.is(code, 0);
      assert.match(stdout, new RegExp(`^Usage: pkrts ${name}`));
      assert.match(stdout, new RegExp(`\nExamples:\n(?: {4}.*\n)* {4}.*pkrts ${name}`));
      for (const line of stdout.split("\nExamples:")[0]?.split("\n") ?? []) assert.ok(line.length <= 80, line);
    });
  }
});
