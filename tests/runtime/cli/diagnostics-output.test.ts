import { tmpdir } from "node:os";
import * as assert from "uvu/assert";
import { printDiagnostics } from "../../../runtime/cli/diagnostics-output.js";
import type { Screen } from "../../../runtime/cli/world.js";
import { secretStore } from "../../../runtime/ui/secrets.js";
import { describe } from "../../support/describe.js";
import { pkrtsAtTerminal } from "../../support/pty.js";
import { whyNoTool } from "../../support/workshop.js";

/** A screen that notes what it is asked. */
function screen(isTerminal: boolean) {
  const asked = { terminal: 0, text: "" };
  const made: Screen = {
    get isTerminal() {
      asked.terminal += 1;
      return isTerminal;
    },
    isColoured: isTerminal,
    columns: 80,
    rows: 24,
    write: (text) => {
      asked.text += text;
    },
  };
  return { made, asked };
}

const MISTAKE = { severity: "error", code: "wrong", summary: "Wrong", detail: "Not right." } as const;

describe("diagnostics on a screen", (test) => {
  test("are in colour on a terminal alone", () => {
    for (const isTerminal of [true, false]) {
      const { made, asked } = screen(isTerminal);
      printDiagnostics([MISTAKE], made, secretStore());
      assert.is(asked.text.includes("\u001b["), isTerminal);
    }
  });

  test("are not where colours are refused", () => {
    const { made, asked } = screen(true);
    printDiagnostics([MISTAKE], made, secretStore(), false);
    assert.is(asked.text.includes("\u001b["), false);
  });

  test("ask nothing of the screen when there are none", () => {
    const { made, asked } = screen(true);
    printDiagnostics([], made, secretStore());
    assert.equal(asked, { terminal: 0, text: "" });
  });
});

describe("diagnostics at a terminal", (test) => {
  const said = async (env: Readonly<Record<string, string>>, argv = ["validate", "no.pkr.hcl"]): Promise<string> =>
    (await pkrtsAtTerminal(argv, { cwd: tmpdir(), typed: [], env: { NO_COLOR: "", TERM: "xterm", ...env } })).output;
  const coloured = async (env: Readonly<Record<string, string>>): Promise<boolean> =>
    (await said(env)).includes("\u001b[");

  test.unless(whyNoTool("script"), "are in colour unless the environment refuses", async () => {
    assert.is(await coloured({}), true);
    for (const refusal of [{ NO_COLOR: "1" }, { PACKER_NO_COLOR: "1" }, { TERM: "dumb" }, { FORCE_COLOR: "0" }])
      assert.is(await coloured(refusal), false, JSON.stringify(refusal));
  });

  // `script` gives its terminal no size where it has no terminal itself.
  test.unless(whyNoTool("script"), "of no known width are 80 columns wide", async () => {
    assert.match(await said({ NO_COLOR: "1" }), "stat no.pkr.hcl: no such file or directory. Give a folder of");
  });
});
