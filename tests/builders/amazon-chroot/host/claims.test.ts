import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { claim, claimantOf, claimFile, unclaim } from "../../../../builders/amazon-chroot/host/claims.js";
import { processIdentity } from "../../../../runtime/system/process-identity.js";
import { describe } from "../../../support/describe.js";

const folder = mkdtempSync(join(tmpdir(), "claims-"));
const file = claimFile(folder, "/dev/sdf");

describe("claims on device names", (test) => {
  test("sd and xvd are one name; others are their own", () => {
    assert.is(claimFile(folder, "/dev/xvdf"), file);
    assert.is.not(claimFile(folder, "/dev/sdg"), file);
    assert.is.not(claimFile(folder, "/dev/nvme1n1"), file);
  });
  test("a claim is its build's, until that gives it up", () => {
    claim(file, { runId: "r", build: "b" });
    assert.is(claimantOf(file)?.build, "b");
    unclaim(file, { runId: "r", build: "another" });
    assert.is(claimantOf(file)?.build, "b");
    unclaim(file, { runId: "r", build: "b" });
    assert.is(claimantOf(file), undefined);
    unclaim(file, { runId: "r", build: "b" });
  });
  test("a claim of a process that is gone, or written by half, is none", () => {
    const mine = processIdentity(process.pid);
    writeFileSync(file, JSON.stringify({ runId: "r", build: "b", ...mine, startTime: "1" }));
    assert.is(claimantOf(file), undefined);
    writeFileSync(file, JSON.stringify({ runId: "r", build: "b", ...mine, bootId: "before" }));
    assert.is(claimantOf(file), undefined);
    writeFileSync(file, '{"runId": "r", "bui');
    assert.is(claimantOf(file), undefined);
  });
  test("removes its folder", () => rmSync(folder, { recursive: true }));
});
