import * as assert from "uvu/assert";
import { COMMANDS } from "../../../runtime/cli/commands.js";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { withFolder } from "../../support/template-folder.js";

describe("the program without a command that it knows", (test) => {
  for (const [argv, code] of [
    [["--help"], 0],
    [["help"], 127],
    [[], 127],
  ] as const) {
    test(`pkrts ${argv.join(" ")}: lists every command, exit ${code}`, async () => {
      const finished = await pkrts(argv);
      assert.is(finished.code, code);
      assert.is(finished.stderr, "");
      for (const { name } of COMMANDS) assert.match(finished.stdout, new RegExp(`^ +${name} `, "m"));
    });
  }

  test("a misspelt command: names the near one, and lists them all", async () => {
    const { code, stdout, stderr } = await pkrts(["bild", "."]);
    assert.is(code, 127);
    assert.is(stderr, 'There is no command "bild". Did you mean "build"?\n\n');
    assert.match(stdout, "Usage: pkrts");
  });

  test("flags before the command: says where they go, with the command line as it would be right", async () => {
    const { code, stdout, stderr } = await pkrts(["-only=x", "build", "t"]);
    assert.is(code, 2);
    assert.is(stdout, "");
    assert.match(stderr, /^Invalid flags before the subcommand\./);
    assert.match(stderr, "For example: pkrts build -only=x t\n");
  });

  test("a flag alone: no example is made up", async () => {
    const { code, stderr } = await pkrts(["-x"]);
    assert.is(code, 2);
    assert.not.match(stderr, "For example");
  });
});

const RECORD = /^\d+,,ui,say,The configuration is valid\.\n$/;

describe("-machine-readable, which Packer hears wherever it stands", (test) => {
  const template = "docs/examples/builders/null.pkr.hcl";
  for (const argv of [
    ["-machine-readable", "validate", template],
    ["--machine-readable", "validate", template],
    ["validate", "-machine-readable", template],
    ["validate", template, "-machine-readable"],
  ])
    test(`pkrts ${argv.join(" ")}`, async () => {
      const { code, stdout, stderr } = await pkrts(argv);
      assert.is(code, 0, stderr);
      assert.match(stdout, RECORD);
    });

  for (const argv of [
    ["-machine-readable", "version"],
    ["version", "-machine-readable"],
    ["-machine-readable", "--version"],
  ])
    test(`pkrts ${argv.join(" ")}: Packer's records of a version`, async () => {
      const { code, stdout } = await pkrts(argv);
      assert.is(code, 0);
      assert.match(
        stdout,
        /^\d+,,version,1\.16\.0\n\d+,,version-prelease,\n\d+,,version-commit,\n\d+,,ui,say,pkrts v\S+ .*\n$/,
      );
    });

  test("a command without it says so; alone, it is no command", async () => {
    const refused = await pkrts(["-machine-readable", "doctor"]);
    assert.is(refused.code, 2);
    assert.match(refused.stderr, "flag provided but not defined: -machine-readable\n");
    assert.is((await pkrts(["-machine-readable"])).code, 127);
  });

  test("behind -- it is an operand", async () => {
    assert.match((await pkrts(["validate", "--", "-machine-readable"])).stderr, "-machine-readable");
  });
});

describe("a command that takes no argument", (test) => {
  for (const argv of [
    ["cleanup", "x", "-dry-run"],
    ["doctor", "x"],
    ["lsp", "x"],
    ["plugins", "installed", "x"],
    ["ec2", "images", "x"],
    ["ec2", "volumes", "x"],
    ["ec2", "snapshots", "x"],
    ["ec2", "serve", "x"],
    ["ec2", "fsck", "x"],
  ])
    test(`${argv.join(" ")}: what it would not have heard is a wrong command line`, () =>
      withFolder({}, async (run) => {
        const { code, stdout, stderr } = await run(argv);
        assert.is(code, 2);
        assert.is(stdout, "");
        assert.match(stderr, "no argument is expected, not x");
      }));

  test("ec2 import: a flag behind the disk is told as what it is", () =>
    withFolder({ "disk.img": "" }, async (run) => {
      const { code, stderr } = await run(["ec2", "import", "disk.img", "-name=base"]);
      assert.is(code, 2);
      assert.match(stderr, "flags go before the disk: -name=base");
    }));
});
