// build() of the library, read as programs read it: not always to the end.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as assert from "uvu/assert";
import { build } from "../../runtime/library.js";
import { describe } from "../support/describe.js";
import { withFiles } from "../support/template-files.js";
import { onNull } from "../support/traps.js";

const WAITING = onNull(`  provisioner "shell-local" {
    inline = ["echo began", "while ! test -e go; do sleep 0.05; done", "touch went"]
  }`);

/** In a folder that the scripts run in, too. */
const inside = (body: (path: string, folder: string) => Promise<void>): Promise<void> =>
  withFiles(WAITING, async (folder) => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      await body(join(folder, "t.pkr.hcl"), folder);
    } finally {
      process.chdir(before);
    }
  });

/** Nothing runs any more: what the script waits for does not wake it. */
async function nothingRuns(folder: string): Promise<void> {
  writeFileSync(join(folder, "go"), "");
  await sleep(200);
  assert.not(existsSync(join(folder, "went")));
}

describe("a build's events", (test) => {
  const files = {
    "t.pkr.hcl": `variable "pw" {\n  sensitive = true\n  default = "hunter2"\n}\n${
      onNull('  provisioner "shell-local" {\n    inline = ["echo says ${var.pw}", "exit 3"]\n  }')["t.pkr.hcl"]
    }`,
  };
  test("show nothing sensitive, as the command's", () =>
    withFiles(files, async (folder) => {
      const lines: string[] = [];
      let told = "";
      for await (const event of build(join(folder, "t.pkr.hcl"))) {
        if (event.type === "output") lines.push(event.line);
        if (event.type === "summary") told = String(event.builds[0]?.error?.message);
        assert.not.match(JSON.stringify(event), "hunter2");
      }
      assert.equal(lines, ["says <sensitive>"]);
      assert.match(told, "non-zero exit status: 3");
    }));
});

describe("who stops reading a build's events", (test) => {
  test("has it cancelled by then", () =>
    inside(async (path, folder) => {
      for await (const { type } of build(path)) if (type === "output") break;
      await nothingRuns(folder);
    }));

  test("by throwing, gets the own error", () =>
    inside(async (path, folder) => {
      const read = async (): Promise<void> => {
        for await (const { type } of build(path)) if (type === "output") throw new Error("mine");
      };
      assert.is(await read().catch(({ message }: Error) => message), "mine");
      await nothingRuns(folder);
    }));

  test("by a signal, reads on to the summary", () =>
    inside(async (path, folder) => {
      const controller = new AbortController();
      const types: string[] = [];
      for await (const event of build(path, { signal: controller.signal })) {
        types.push(event.type);
        if (event.type === "output") controller.abort();
        if (event.type === "summary")
          assert.equal(
            event.builds.map(({ ok }) => ok),
            [false],
          );
      }
      assert.is(types.at(-1), "summary");
      await nothingRuns(folder);
    }));
});
