// What a host can do, with the remedy for what it can't; the exit code says whether anything can be built here.
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { whyNoLocalBuilds } from "../../support/workshop.js";

interface Report {
  readonly can: { readonly ec2: boolean; readonly local: boolean };
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly found: string;
    readonly remedy?: string;
  }[];
}

async function doctor(
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly report: Report }> {
  const home = mkdtempSync(join(tmpdir(), "pkrts-doctor-"));
  // No machine answers there: what this test finds must not depend on where it runs.
  const offline = { HOME: home, AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:9", XDG_STATE_HOME: home };
  try {
    const { code, stdout } = await pkrts(["doctor", "-json"], { env: { ...offline, ...env } });
    return { code, report: JSON.parse(stdout) };
  } finally {
    rmSync(home, { recursive: true });
  }
}

const checkOf = ({ checks }: Report, name: string) => checks.find((check) => check.name.startsWith(name));

describe("pkrts doctor", (test) => {
  test.unless(
    whyNoLocalBuilds(),
    "finds a host with root and loop devices fit for -local, and says why not for EC2",
    async () => {
      const { code, report } = await doctor();
      assert.is(code, 0);
      assert.equal(report.can, { ec2: false, local: true });
      assert.is(checkOf(report, "instance metadata")?.ok, false);
      assert.match(checkOf(report, "instance metadata")?.remedy ?? "", "pkrts build -local");
      for (const { ok, remedy } of report.checks) assert.is(ok, remedy === undefined);
    },
  );
  test("names the tools that are missing; exit 1 when nothing can be built", async () => {
    const bin = mkdtempSync(join(tmpdir(), "pkrts-bin-"));
    symlinkSync(process.execPath, join(bin, "node"));
    const { code, report } = await doctor({ PATH: bin });
    rmSync(bin, { recursive: true });
    assert.is(code, 1);
    assert.match(checkOf(report, "tools: mount")?.found ?? "", "mount, umount");
  });
  test.unless(whyNoLocalBuilds(), "a state folder that can't be written", async () => {
    const { report } = await doctor({ PKRTS_EC2_STATE: "/proc/nothing/here" });
    const state = checkOf(report, "state of the embedded EC2");
    assert.is(state?.ok, false, state?.found);
    assert.match(state?.remedy ?? "", "PKRTS_EC2_STATE");
  });
  test("prints a line for each, and what it means", async () => {
    const { stdout } = await pkrts(["doctor"], { env: { AWS_EC2_METADATA_DISABLED: "true" } });
    assert.match(stdout, "AWS_EC2_METADATA_DISABLED turns it off");
    assert.match(stdout, /`pkrts build` does not work here\n/);
  });
});
