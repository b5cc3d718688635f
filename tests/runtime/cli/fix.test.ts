import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

async function fix(template: string, ...flags: readonly string[]): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-fix-"));
  try {
    writeFileSync(join(folder, "t.json"), template);
    const finished = await pkrts(["fix", ...flags, "t.json"], { cwd: folder });
    assert.is(readFileSync(join(folder, "t.json"), "utf8"), template, "the file stays as it is");
    return finished;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("fix", (test) => {
  test("prints the fixed template alone on standard output", async () => {
    const { code, stdout, stderr } = await fix('{"builders": [{"type": "null", "ssh_wait_timeout": "5m"}]}');
    assert.equal([code, stderr], [0, ""]);
    assert.is(stdout, '{\n  "builders": [\n    {\n      "ssh_timeout": "5m",\n      "type": "null"\n    }\n  ]\n}\n');
  });

  test("a fixed template with mistakes is printed, told and exit code 1", async () => {
    const template = '{"builders": [{"type": "null"}], "provisioners": [{"type": "shell", "only": ["gone"]}]}';
    const { code, stdout, stderr } = await fix(template);
    assert.is(code, 1);
    assert.match(stdout, /^\{\n/);
    assert.match(stderr, /^Error! Fixed template failed to validate:/);
    assert.match(stderr, /provisioner 1: 'only' specified builder 'gone' not found/);
  });

  test("-validate=false only fixes", async () => {
    const { code, stderr } = await fix('{"variables": {}}', "-validate=false");
    assert.equal([code, stderr], [0, ""]);
  });

  test("-validate=false: what has nothing to fix stays as it is", async () => {
    const template = '{"builders": null, "post-processors": ["x", ["y"]], "provisioners": [3], "variables": 3}';
    const { code, stdout, stderr } = await fix(template, "-validate=false");
    assert.equal([code, stderr], [0, ""]);
    assert.equal(JSON.parse(stdout), JSON.parse(template));
  });

  rows(
    test,
    [
      ["no JSON", '{\n "builders": [}', "t.json line 2:"],
      [
        "builders that are no list",
        '{"builders": 3}',
        "* 'Builders': source data must be an array or slice, got float64",
      ],
      ["a builder that is no object", '{"builders": [{}, 3]}', "* 'Builders[1]' expected a map, got 'float64'"],
      [
        "post-processors that are no list",
        '{"post-processors": "x"}',
        "* 'post-processors': source data must be an array or slice, got string",
      ],
      ["a name twice", '{"builders": [], "builders": []}', "template has duplicate field: builders"],
    ],
    async (template, message) => {
      for (const flag of ["-validate=true", "-validate=false"]) {
        const { code, stdout, stderr } = await fix(template, flag);
        assert.equal([code, stdout], [1, ""]);
        assert.ok(stderr.includes(message), stderr);
      }
    },
  );

  rows(
    test,
    [
      ["a builder without type", '{"builders": [{}]}', "builder 1: missing 'type'"],
      ["a key that means nothing", '{"greeting": "x"}', "Unknown root level key in template: 'greeting'"],
    ],
    async (template, message) => {
      const { code, stdout, stderr } = await fix(template);
      assert.equal([code, stdout.startsWith("{\n")], [1, true]);
      assert.ok(stderr.includes(message) && stderr.includes("t.json line 1"), stderr);
      assert.equal((await fix(template, "-validate=false")).code, 0);
    },
  );

  test("an HCL2 template, a folder and no file at all are refused", async () => {
    for (const [path, message] of [
      ["x.pkr.hcl", "pkrts fix only works with JSON files for now"],
      [tmpdir(), "is a directory"],
      ["gone.json", "no such file or directory"],
    ] as const) {
      const { code, stdout, stderr } = await pkrts(["fix", path]);
      assert.equal([code, stdout], [1, ""]);
      assert.ok(stderr.includes(message), stderr);
    }
  });

  test("its help lists the fixes", async () => {
    const { code, stdout } = await pkrts(["fix", "--help"]);
    assert.is(code, 0);
    assert.match(stdout, /iso-md5: /);
    assert.match(stdout, /proxmox-type: /);
  });

  test("validate points at what fix would rename, and the fixed template is valid", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-fix-"));
    try {
      const old = {
        builders: [{ type: "null", communicator: "none", ssh_disable_agent: true }],
        provisioners: [{ type: "shell-local", inline: ["x"], ssh_disable_agent: true }],
        "post-processors": [{ type: "manifest", filename: "x", output: "y" }],
      };
      writeFileSync(join(folder, "old.json"), JSON.stringify(old, null, 1));
      const { code, stderr } = await pkrts(["validate", "old.json"], { cwd: folder });
      assert.is(code, 1);
      assert.match(
        stderr,
        /line 6:\n.*\n.*\n\n1 error\(s\) occurred:\n\n\* Deprecated configuration key: 'ssh_disable_agent'\./,
      );
      assert.match(stderr, /\* Deprecated configuration key: 'filename'\. Please call `pkrts fix`/);
      assert.match(
        stderr,
        /unknown configuration key: '"ssh_disable_agent"'/,
        "of a provisioner, fix knows no such option",
      );
      old.provisioners = [];
      writeFileSync(join(folder, "old.json"), JSON.stringify(old));
      const fixed = await pkrts(["fix", "old.json"], { cwd: folder });
      writeFileSync(join(folder, "new.json"), fixed.stdout);
      assert.is((await pkrts(["validate", "new.json"], { cwd: folder })).code, 0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
