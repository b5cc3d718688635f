// default < PKR_VAR_x < *.auto.pkrvars.hcl < *.auto.pkrvars.json < -var-file < -var, as Packer has it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";

const TEMPLATE = `
variable "x" {
  type    = string
  default = "default"
}
source "file" "f" {
  content = var.x
  target  = "out.txt"
}
build {
  sources = ["source.file.f"]
}
`;

interface Given {
  readonly env?: string;
  readonly autoHcl?: string;
  readonly autoJson?: string;
  readonly files?: readonly string[];
  readonly flags?: readonly string[];
  readonly path?: string;
}

/** What `var.x` was worth in the build. */
async function winner({ env, autoHcl, autoJson, files = [], flags = [], path = "." }: Given): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), "pkrts-precedence-"));
  try {
    writeFileSync(join(cwd, "t.pkr.hcl"), TEMPLATE);
    if (autoHcl !== undefined) writeFileSync(join(cwd, "a.auto.pkrvars.hcl"), `x = "${autoHcl}"\n`);
    if (autoJson !== undefined) writeFileSync(join(cwd, "a.auto.pkrvars.json"), JSON.stringify({ x: autoJson }));
    for (const [i, value] of files.entries()) writeFileSync(join(cwd, `${i}.pkrvars.hcl`), `x = "${value}"\n`);
    const argv = [
      ...files.map((_, i) => `-var-file=${i}.pkrvars.hcl`),
      ...flags.flatMap((value) => ["-var", `x=${value}`]),
    ];
    const { code, stdout, stderr } = await pkrts(["build", ...argv, path], {
      cwd,
      env: { XDG_STATE_HOME: join(cwd, "state"), ...(env === undefined ? {} : { PKR_VAR_x: env }) },
    });
    assert.is(code, 0, `${stdout}${stderr}`);
    return readFileSync(join(cwd, "out.txt"), "utf8");
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

describe("variables from everywhere", (test) => {
  test("the default, when nothing else is given", async () => assert.is(await winner({}), "default"));
  test("the environment beats the default", async () => assert.is(await winner({ env: "env" }), "env"));
  test("an automatic file beats the environment", async () =>
    assert.is(await winner({ env: "env", autoHcl: "auto" }), "auto"));
  test("a JSON one beats an HCL one", async () =>
    assert.is(await winner({ autoHcl: "hcl", autoJson: "json" }), "json"));
  test("-var-file beats automatic files, a later one an earlier one", async () =>
    assert.is(await winner({ env: "env", autoJson: "auto", files: ["first", "second"] }), "second"));
  test("-var beats all, wherever it stands, and the last one counts", async () =>
    assert.is(await winner({ env: "env", autoHcl: "auto", files: ["file"], flags: ["one", "two"] }), "two"));
  test("automatic files are not read beside a template file that was named", async () =>
    assert.is(await winner({ env: "env", autoHcl: "auto", path: "t.pkr.hcl" }), "env"));
});
