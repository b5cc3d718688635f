// Packer's lock: who has it, and that a wait for it can be cancelled.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import * as assert from "uvu/assert";
import { exclusiveHolders, holdPackerLock } from "../../../runtime/system/lock.js";
import { describe } from "../../support/describe.js";
import { whyNoTool } from "../../support/workshop.js";

const LOCKS = `1: FLOCK  ADVISORY  WRITE 100 fe:00:4407399 0 EOF
1: -> FLOCK  ADVISORY  READ  101 fe:00:4407399 0 EOF
2: FLOCK  ADVISORY  READ  102 fe:00:4407399 0 EOF
3: POSIX  ADVISORY  WRITE 103 fe:00:4407399 0 EOF
4: FLOCK  ADVISORY  WRITE 104 fe:00:44073 0 EOF
`;
const unable = process.getuid?.() === 0 ? whyNoTool("flock") : "needs root";

describe("Packer's lock", (test) => {
  test("is held by whom the kernel names", () => {
    assert.equal(exclusiveHolders(LOCKS, 4407399), [100]);
    assert.equal(exclusiveHolders(LOCKS, 1), []);
    assert.equal(exclusiveHolders("", 1), []);
  });
  test.unless(unable, "is waited for, with the holder's name, until the wait is cancelled", async () => {
    await (await holdPackerLock(new AbortController().signal, () => undefined))();
    assert.ok(existsSync("/var/lock/packer-chroot/lock"));
    const packer = spawn("flock", ["/var/lock/packer-chroot/lock", "sh", "-c", "echo held; read _"]);
    await once(packer.stdout, "data");
    const abort = new AbortController();
    const waits: (readonly string[])[] = [];
    const held = holdPackerLock(abort.signal, (holders) => {
      waits.push(holders);
      abort.abort(new Error("enough"));
    });
    const message = await held.then(
      () => "it was free",
      (error: Error) => error.message,
    );
    packer.stdin.end();
    assert.equal([message, waits], ["enough", [[`process ${packer.pid}, flock`]]]);
    await (await holdPackerLock(new AbortController().signal, () => undefined))();
  });
});
