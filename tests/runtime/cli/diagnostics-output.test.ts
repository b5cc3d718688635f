import * as assert from "uvu/assert";
import { printDiagnostics } from "../../../runtime/cli/diagnostics-output.js";
import type { Screen } from "../../../runtime/cli/world.js";
import { secretStore } from "../../../runtime/ui/secrets.js";
import { describe } from "../../support/describe.js";

/** A screen that notes what it is asked. */
function screen(isTerminal: boolean) {
  const asked = { terminal: 0, text: "" };
  const made: Screen = {
    get isTerminal() {
      asked.terminal += 1;
      return isTerminal;
    },
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
