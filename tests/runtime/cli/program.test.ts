import * as assert from "uvu/assert";
import { COMMANDS } from "../../../runtime/cli/commands.js";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";

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
