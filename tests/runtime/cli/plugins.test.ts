import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const SOURCE = 'source "null" "a" {\n  communicator = "none"\n}\nbuild {\n  sources = ["source.null.a"]\n}\n';

const requiring = (plugins: Readonly<Record<string, readonly [source: string, version: string]>>): string => {
  const entries = Object.entries(plugins).map(
    ([name, [source, version]]) => `${name} = {\nsource = "${source}"\nversion = "${version}"\n}\n`,
  );
  return `packer {\nrequired_plugins {\n${entries.join("")}}\n}\n${SOURCE}`;
};

/** Runs a command on a template, in a folder of its own. */
async function on(template: string, argv: readonly string[], file = "t.pkr.hcl"): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-plugins-"));
  try {
    writeFileSync(join(folder, file), template);
    return await pkrts(argv, { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const AMAZON = "github.com/hashicorp/amazon";

describe("init", (test) => {
  test("what is built in satisfies the template", async () => {
    const { code, stdout, stderr } = await on(requiring({ amazon: [AMAZON, "~> 1"] }), ["init", "."]);
    assert.equal([code, stderr], [0, ""]);
    assert.is(stdout, `${AMAZON} ~> 1: built in, as 1.8.2\n`);
  });

  test("flags for Packer's sake change nothing", async () => {
    const { code } = await on(requiring({ amazon: [AMAZON, ">= 1.0.0"] }), ["init", "-upgrade", "-force", "t.pkr.hcl"]);
    assert.is(code, 0);
  });

  rows(
    test,
    [
      ["another version", AMAZON, ">= 9", "it is built in as 1.8.2"],
      ["another plugin", "github.com/hashicorp/docker", "~> 1", "pkrts runs built-in components only"],
      [
        "somebody else's plugin of the same name",
        "github.com/acme/amazon",
        "~> 1",
        "pkrts runs built-in components only",
      ],
      ["a registry of the same path", "example.com/hashicorp/amazon", "~> 1", "pkrts runs built-in components only"],
    ],
    async (source, version, why) => {
      const { code, stdout, stderr } = await on(requiring({ x: [source, version] }), ["init", "."]);
      assert.equal([code, stdout], [1, ""]);
      assert.match(stderr, /Error: Missing plugins\n\n {2}on t\.pkr\.hcl line 3/);
      assert.ok(stderr.replaceAll(/\s+/g, " ").includes(`* ${source} ${version} (not supported: ${why})`), stderr);
    },
  );

  test("each missing plugin is told at its place, and what is there too", async () => {
    const template = requiring({
      amazon: [AMAZON, "~> 1"],
      docker: ["github.com/hashicorp/docker", "~> 1"],
      qemu: ["github.com/hashicorp/qemu", "1.0"],
    });
    const { code, stdout, stderr } = await on(template, ["init", "."]);
    assert.is(code, 1);
    assert.match(stdout, /amazon ~> 1: built in/);
    assert.is(stderr.match(/Error: Missing plugins/g)?.length, 2);
  });

  test("a template that requires nothing is fine, with a note", async () => {
    const { code, stdout } = await on(SOURCE, ["init", "."]);
    assert.is(code, 0);
    assert.match(stdout, /^No plugins requirement found/);
    assert.is(stdout.trim().split("\n").length, 4);
  });

  test("a legacy template is refused, with what to do", async () => {
    const { code, stderr } = await on('{"builders": [{"type": "null"}]}', ["init", "t.json"], "t.json");
    assert.is(code, 1);
    assert.match(stderr, /Only HCL2 templates require plugins\. hcl2_upgrade writes/);
  });

  rows(
    test,
    [
      ["a mistake in the template", "packer {", ["init", "."], 1, "Error: "],
      ["a wrong constraint", requiring({ amazon: [AMAZON, "^1"] }), ["init", "."], 1, "Invalid version constraint"],
      [
        "a newer Packer",
        'packer {\nrequired_version = ">= 99"\n}\n',
        ["init", "."],
        1,
        "Unsupported Packer Core version",
      ],
      ["a folder that is not there", SOURCE, ["init", "gone"], 1, "no such file or directory"],
      ["no path", SOURCE, ["init"], 2, "PATH is missing"],
    ],
    async (template, argv, exitCode, message) => {
      const { code, stdout, stderr } = await on(template, argv);
      assert.equal([code, stdout], [exitCode, ""]);
      assert.ok(stderr.includes(message), stderr);
    },
  );

  test("validate agrees about somebody else's plugin", async () => {
    const { code, stderr } = await on(requiring({ amazon: ["github.com/acme/amazon", "~> 1"] }), ["validate", "."]);
    assert.is(code, 1);
    assert.match(stderr, /\* github\.com\/acme\/amazon ~> 1/);
  });
});

describe("plugins", (test) => {
  test("alone, its help and exit code 1", async () => {
    const { code, stdout } = await pkrts(["plugins"]);
    assert.is(code, 1);
    assert.match(stdout, /pkrts plugins required PATH/);
  });

  test("installed lists the built-in components", async () => {
    const { code, stdout } = await pkrts(["plugins", "installed"]);
    const lines = stdout.trimEnd().split("\n");
    assert.is(code, 0);
    assert.ok(lines.includes(`builder.amazon-chroot ${AMAZON} 1.8.2`), stdout);
    assert.ok(lines.includes("provisioner.shell"));
    assert.ok(lines.includes("post-processor.manifest"));
  });

  test("required lists what a template asks for, sorted, and what becomes of it", async () => {
    const template = requiring({
      qemu: ["github.com/hashicorp/qemu", "~> 1"],
      amazon: [AMAZON, ">= 1.0"],
      aws: [AMAZON, "2.0"],
    });
    const { code, stdout, stderr } = await on(template, ["plugins", "required", "."]);
    assert.equal([code, stderr], [0, ""]);
    assert.equal(stdout.trimEnd().split("\n"), [
      `amazon ${AMAZON} ">= 1.0" built in, as 1.8.2`,
      `aws ${AMAZON} "2.0" not supported: it is built in as 1.8.2`,
      'qemu github.com/hashicorp/qemu "~> 1" not supported: pkrts runs built-in components only',
    ]);
  });

  rows(
    test,
    [
      ["install", ["plugins", "install", AMAZON], 1, "there is nothing to install or remove"],
      ["remove", ["plugins", "remove", AMAZON], 1, "there is nothing to install or remove"],
      ["an unknown action", ["plugins", "instaled"], 2, 'did you mean "installed"?'],
      ["installed with an operand", ["plugins", "installed", "x"], 2, "no argument is expected, not x"],
      ["required without a path", ["plugins", "required"], 2, "PATH is missing"],
      ["required of a folder that is not there", ["plugins", "required", "gone"], 1, "no such file or directory"],
    ],
    async (argv, exitCode, message) => {
      const { code, stdout, stderr } = await pkrts(argv);
      assert.equal([code, stdout], [exitCode, ""]);
      assert.ok(stderr.includes(message), stderr);
    },
  );
});
