// The console on a real terminal: tmux types, and shows what is on the screen.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { whyNoTool } from "../../support/workshop.js";

const program = join(dirname(fileURLToPath(import.meta.url)), "../../../dist/pkrts.cjs");

interface Screen {
  type(...keys: readonly string[]): void;
  /** Waits until the screen shows it. */
  shows(text: string): Promise<void>;
}

async function onTerminal(body: (screen: Screen) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-console-"));
  const tmux = (...argv: readonly string[]): string =>
    execFileSync("tmux", ["-u", "-f", "/dev/null", "-S", join(folder, "socket"), ...argv], { encoding: "utf8" });
  const screen = (): string => tmux("capture-pane", "-p");
  try {
    tmux(
      "new-session",
      "-d",
      "-x",
      "100",
      "-y",
      "40",
      `'${process.execPath}' '${program}' console; echo "left with $?"; sleep 60`,
    );
    await body({
      type: (...keys) => void tmux("send-keys", ...keys),
      async shows(text) {
        for (let tries = 0; tries < 150 && !screen().includes(text); tries += 1) await sleep(100);
        assert.ok(screen().includes(text), screen());
      },
    });
  } finally {
    tmux("kill-server");
    rmSync(folder, { recursive: true });
  }
}

describe("console on a terminal", (test) => {
  const unable = whyNoTool("tmux");
  test.unless(unable, "answers, remembers lines, and goes on over several", () =>
    onTerminal(async ({ type, shows }) => {
      await shows(">");
      type('upper("first")', "Enter");
      await shows("FIRST");
      type('join("-", [', "Enter");
      await shows("…");
      type('"a",', "Enter", '"b"])', "Enter");
      await shows("a-b");
      type('lower("LAST")', "Enter");
      await shows("last");
      // Up past the line of the entry before, back to a line, which is edited and sent again.
      type("Up", "BSpace", "BSpace", 'ER")', "Enter");
      await shows("laster");
      type("ghost", "Enter");
      await shows("Unknown variable");
      type("exit", "Enter");
      await shows("left with 0");
    }),
  );

  test.unless(unable, "Ctrl-C gives up an open entry, then the console; Ctrl-D leaves", () =>
    onTerminal(async ({ type, shows }) => {
      await shows(">");
      type("[1,", "Enter");
      await shows("…");
      type("C-c", "1 + 1", "Enter");
      await shows("2");
      type("C-d");
      await shows("left with 0");
    }),
  );
});
