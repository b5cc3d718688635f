import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { OutputScreen } from "../../../runtime/cli/output-screen.js";
import { describe } from "../../support/describe.js";

const noStream = (): NodeJS.WriteStream => assert.unreachable("no stream is needed") as never;

const noFailure = (error: Error): void => assert.unreachable(error.message);

function withFile(body: (descriptor: number) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-screen-"));
  const path = join(folder, "output");
  const descriptor = openSync(path, "w");
  try {
    body(descriptor);
    return readFileSync(path, "utf8");
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
}

/** A stream that notes what it is given. */
function notingStream(): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  let text = "";
  const stream = { on: () => stream, write: (more: Uint8Array | string) => (text += Buffer.from(more).toString()) };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

describe("an output of the process", (test) => {
  test("that is a file is written to directly, and is 80 columns wide", () => {
    const written = withFile((descriptor) => {
      const screen = new OutputScreen(descriptor, noStream, noFailure);
      screen.write("é one\n");
      screen.write("two\n");
      assert.is(screen.isTerminal, false);
      assert.equal([screen.columns, screen.rows], [80, 24]);
    });
    assert.is(written, "é one\ntwo\n");
  });

  test("that takes nothing now gets everything from then on through its stream, in order", () => {
    const { stream, text } = notingStream();
    const screen = new OutputScreen(openAndClosed(), () => stream, noFailure);
    screen.write("one\n");
    screen.write("two\n");
    assert.is(text(), "one\ntwo\n");
  });

  test("that is slower than we are loses nothing", () => {
    const { status, stdout } = spawnSync("sh", ["-c", `node --import tsx -e '${SLOW}' | { sleep 0.3; wc -c; }`], {
      encoding: "utf8",
    });
    assert.equal([status, stdout.trim()], [0, "3000000"]);
  });

  test("that can't be written to is told in one line, and is no success", () => {
    const { status, stderr } = spawnSync("sh", ["-c", "node dist/pkrts.cjs version > /dev/full"], { encoding: "utf8" });
    assert.is(stderr, "The output can't be written: ENOSPC: no space left on device, write\n");
    assert.is(status, 1);
  });

  test("whose reader went away is no failure", () => {
    const { stdout } = spawnSync(
      "bash",
      ["-c", `node --import tsx -e '${SLOW}' | head -c 1 >&2; echo \${PIPESTATUS[0]}`],
      {
        encoding: "utf8",
      },
    );
    assert.is(stdout.trim(), "0");
  });
});

/** A descriptor that nothing can be written to. */
function openAndClosed(): number {
  const descriptor = openSync("/dev/null", "r");
  process.once("exit", () => closeSync(descriptor));
  return descriptor;
}

const SLOW = `
  const { OutputScreen } = await import("./runtime/cli/output-screen.ts");
  const screen = new OutputScreen(1, () => process.stdout, () => process.exit(9));
  for (let i = 0; i < 3; i += 1) screen.write("x".repeat(1_000_000));
`;
