// What is given back long after, when somebody has tidied up by hand already.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { UNDO } from "../../../builders/amazon-chroot/undo.js";
import type { RunContext } from "../../../runtime/contract/run-context.js";
import { describe } from "../../support/describe.js";

describe("a file that was copied into an image", (test) => {
  test("is not looked for in the host's folder where the image is not mounted any more", async () => {
    const root = mkdtempSync(join(tmpdir(), "pkrts-undo-"));
    const run = { runId: "r", build: "b" } as unknown as RunContext;
    const file = { root, folder: "/etc", name: "resolv.conf", saved: "resolv.conf.saved", existed: false };
    try {
      await UNDO.restoreFile(file, run);
      mkdirSync(join(root, "etc"));
      writeFileSync(join(root, "etc/resolv.conf"), "the host's\n");
      await UNDO.restoreFile(file, run);
      assert.is(readFileSync(join(root, "etc/resolv.conf"), "utf8"), "the host's\n");
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
