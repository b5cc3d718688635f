// A thousand builds that all wait for the one signal of their run: no warning of listeners, and none left behind.
import { getEventListeners } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { build } from "../../../runtime/library.js";
import { describe } from "../../support/describe.js";

const BUILDS = 1000;

function template(): string {
  const names = Array.from({ length: BUILDS }, (_, i) => `n${i}`);
  return `${names.map((name) => `source "null" "${name}" { communicator = "none" }\n`).join("")}
build {
  sources = [${names.map((name) => `"null.${name}"`).join(", ")}]
  provisioner "sleep" {
    duration = "200ms"
    timeout  = "1m"
  }
  provisioner "sleep" { duration = "1ms" }
}
`;
}

async function listenersWhile(parallel: number) {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-thousand-"));
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): void => void warnings.push(message);
  const { signal } = new AbortController();
  let most = 0;
  let ok = 0;
  process.on("warning", onWarning);
  try {
    writeFileSync(join(folder, "t.pkr.hcl"), template());
    for await (const event of build(join(folder, "t.pkr.hcl"), { parallel, signal })) {
      most = Math.max(most, getEventListeners(signal, "abort").length);
      if (event.type === "summary") ok = event.builds.filter((each) => each.ok).length;
    }
    // Warnings are told in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("warning", onWarning);
    rmSync(folder, { recursive: true, force: true });
  }
  return { most, left: getEventListeners(signal, "abort").length, warnings, ok };
}

describe("a thousand builds", (test) => {
  for (const parallel of [0, 50]) {
    test(`-parallel-builds=${parallel}: all succeed, no listener is left, no warning`, async () => {
      const { most, left, warnings, ok } = await listenersWhile(parallel);
      assert.is(ok, BUILDS);
      assert.is(left, 0);
      // One or two for each build that runs, not for each that ever ran.
      assert.ok(most <= 3 * (parallel === 0 ? BUILDS : parallel), `${most} listeners at once`);
      assert.equal(warnings, []);
    });
  }
});
