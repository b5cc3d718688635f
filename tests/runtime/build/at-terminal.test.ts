// -on-error=ask, -debug and breakpoint, each answered at a real terminal.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { pkrtsAtTerminal, type Typed } from "../../support/pty.js";
import { onNull } from "../../support/traps.js";
import { whyNoTool } from "../../support/workshop.js";

const unable = whyNoTool("script");
const QUESTION = "or [r] retry step (build may fail even if retry succeeds)? ";
const CLEANUP = `error-cleanup-provisioner "shell-local" { inline = ["echo tidied"] }`;
const FAILING = `provisioner "shell-local" { inline = ["echo tried >> tries", "exit 3"] }\n${CLEANUP}`;
const SECOND_TIME = `provisioner "shell-local" { inline = ["echo tried >> tries", "test $(wc -l < tries) -ge 2"] }`;

async function at(body: string, argv: readonly string[], typed: readonly Typed[]) {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-tty-"));
  try {
    for (const [name, text] of Object.entries(onNull(body))) writeFileSync(join(folder, name), text);
    const { code, output } = await pkrtsAtTerminal(["build", ...argv, "t.pkr.hcl"], { cwd: folder, typed });
    const tries = (): number => readFileSync(join(folder, "tries"), "utf8").split("\n").length - 1;
    return { code, output, tries: body.includes("tries") ? tries() : 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const answer = (...texts: readonly string[]): readonly Typed[] => texts.map((type) => ({ when: QUESTION, type }));
const times = (text: string, part: string): number => text.split(part).length - 1;

describe("-on-error=ask at a terminal", (test) => {
  test.unless(unable, "c cleans up, the cleanup provisioner included", async () => {
    const { code, output } = await at(FAILING, ["-on-error=ask"], answer("c\n"));
    assert.is(code, 1);
    assert.match(output, 'null.a: Step "StepProvision" failed\n');
    assert.match(output, "null.a: tidied");
  });
  test.unless(unable, "an empty answer is c, and any word counts by its first letter", async () => {
    assert.match((await at(FAILING, ["-on-error=ask"], answer("\n"))).output, "null.a: tidied");
    assert.match((await at(FAILING, ["-on-error=ask"], answer("CLEAN\n"))).output, "null.a: tidied");
  });
  test.unless(unable, "a leaves everything, the cleanup provisioner too", async () => {
    const { code, output } = await at(FAILING, ["-on-error=ask"], answer("a\n"));
    assert.is(code, 1);
    assert.match(output, 'Step "StepProvision" failed, aborting...');
    assert.not.match(output, "tidied");
  });
  test.unless(unable, "anything else is asked again", async () => {
    const { output } = await at(FAILING, ["-on-error=ask"], answer("z\n", "c\n"));
    assert.match(output, 'Incorrect input: "z"');
    assert.is(times(output, QUESTION), 2);
  });
  test.unless(
    unable,
    "46 [Packer] r runs the step again; the build fails with the first error though it succeeds",
    async () => {
      const { code, output, tries } = await at(SECOND_TIME, ["-on-error=ask"], answer("r\n"));
      assert.is(tries, 2);
      assert.is(code, 1);
      assert.match(output, "--> null.a: Script exited with non-zero exit status: 1.");
    },
  );
  test.unless(unable, "the end of input cleans up", async () => {
    const { code, output } = await at(FAILING, ["-on-error=ask"], answer("\x04"));
    assert.is(code, 1);
    assert.match(output, "null.a: tidied");
  });
  test.unless(unable, "Ctrl-C at the question cancels the run", async () => {
    const { code, output } = await at(FAILING, ["-on-error=ask"], answer("\x03"));
    assert.is(code, 130);
    assert.match(output, "Cancelling build after receiving interrupt");
  });
});

const pauses = (output: string): readonly string[] => output.match(/Pausing [^\n]*? Press enter to continue\./g) ?? [];
const PAUSE = "Press enter to continue. ";

describe("-debug at a terminal", (test) => {
  const body = `provisioner "shell-local" { inline = ["echo ran"] }`;
  test.unless(unable, "pauses before the provisioner, after the step and before its cleanup", async () => {
    const typed = Array.from({ length: 8 }, () => ({ when: PAUSE, type: "\n" }));
    const { code, output } = await at(body, ["-debug"], typed);
    assert.is(code, 0);
    assert.match(output, "Debug mode enabled. Builds will not be parallelized.\n");
    const provision = [
      "Pausing before the next provisioner . Press enter to continue.",
      "Pausing after run of step 'StepProvision'. Press enter to continue.",
      "Pausing before cleanup of step 'StepProvision'. Press enter to continue.",
    ];
    assert.equal(
      pauses(output).filter((pause) => provision.includes(pause)),
      provision,
    );
  });
  test.unless(unable, "the end of input continues", async () => {
    const typed = Array.from({ length: 8 }, () => ({ when: PAUSE, type: "\x04" }));
    const { code, output } = await at(body, ["-debug"], typed);
    assert.is(code, 0);
    assert.match(output, "null.a: ran");
  });
  test.unless(unable, "breakpoint waits for enter", async () => {
    const { code, output } = await at(`provisioner "breakpoint" { note = "here" }`, [], [{ when: PAUSE, type: "\n" }]);
    assert.is(code, 0);
    assert.match(output, 'null.a: Pausing at breakpoint provisioner with note "here".');
  });
});
