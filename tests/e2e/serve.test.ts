import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { serving } from "../support/ec2-server.js";

async function call(url: string, query: string): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return (await fetch(url, { method: "POST", headers, body: `Version=2016-11-15&${query}` })).text();
}

const CREATE = "Action=CreateVolume&AvailabilityZone=us-east-1a&Size=1";

describe("ec2 serve", (test) => {
  test("-delays keeps a volume in its transition", () =>
    serving(["-delays=CreateVolume=3600"], async (url) => {
      assert.match(await call(url, CREATE), "<status>creating</status>");
      assert.match(await call(url, "Action=DescribeVolumes"), "<status>creating</status>");
    }));

  test("-quota refuses the volume that would not fit, and it alone", () =>
    serving(["-quota=1G"], async (url) => {
      assert.match(await call(url, CREATE), "<volumeId>");
      assert.match(await call(url, CREATE), "<Code>VolumeLimitExceeded</Code>");
      assert.is((await call(url, "Action=DescribeVolumes")).split("<volumeId>").length, 2);
    }));

  const id = (xml: string, kind: string): string => new RegExp(`<${kind}>([^<]+)<`).exec(xml)?.[1] ?? xml;

  test("twenty copies are made at a time", () =>
    serving(["-delays=CopySnapshot=3600"], async (url) => {
      const volume = id(await call(url, CREATE), "volumeId");
      const source = id(await call(url, `Action=CreateSnapshot&VolumeId=${volume}`), "snapshotId");
      const copy = () => call(url, `Action=CopySnapshot&SourceRegion=us-east-1&SourceSnapshotId=${source}`);
      for (let i = 0; i < 20; i += 1) assert.match(await copy(), "<snapshotId>");
      assert.match(await copy(), "<Code>ResourceLimitExceeded</Code>");
    }));

  test("five snapshots of a volume are taken at a time", () =>
    serving(["-delays=CreateSnapshot=3600"], async (url) => {
      const volume = id(await call(url, CREATE), "volumeId");
      const take = () => call(url, `Action=CreateSnapshot&VolumeId=${volume}`);
      for (let i = 0; i < 5; i += 1) assert.match(await take(), "<status>pending</status>");
      assert.match(await take(), "<Code>ConcurrentSnapshotLimitExceeded</Code>");
    }));

  for (const flag of [
    ...["-quota=lots", "-delays=CreateVolume", "-delays=CreateVolum=1", "-listen=here", "-listen=127.0.0.1:65536"],
  ]) {
    test(`${flag} is a wrong command line`, async () => {
      const { code, stderr } = await pkrts(["ec2", "serve", flag], {
        env: { PKRTS_EC2_STATE: join(tmpdir(), "none") },
      });
      assert.is(code, 2);
      assert.match(stderr, "not ");
    });
  }
});
