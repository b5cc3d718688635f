// Volumes that grow: detached, shared with a snapshot, attached; what a killed server leaves of it.
import { readFileSync, readlinkSync, statSync, truncateSync } from "node:fs";
import { basename } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../../support/describe.js";
import { type Account, newVolume, onAccount, type Query, ZONE } from "../../../support/local-account.js";
import { whyNoLocalBuilds } from "../../../support/workshop.js";

const unable = whyNoLocalBuilds();

const sizes = ({ get }: Account): Promise<readonly string[]> => get("size", "DescribeVolumes");

describe("embedded EC2: ModifyVolume", (test) => {
  test(
    "makes a volume larger and of another type, with that type's defaults; says from what to what",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account);
      const query = { VolumeId, Size: "3", VolumeType: "gp3" };
      assert.equal(await account.get("modificationState", "ModifyVolume", query), ["modifying"]);
      assert.equal(await sizes(account), ["3"]);
      const [, told] = await account.ask("DescribeVolumesModifications", { "VolumeId.1": VolumeId });
      for (const [tag, value] of [
        ["modificationState", "completed"],
        ["progress", "100"],
        ["originalSize", "1"],
        ["originalVolumeType", "gp2"],
        ["originalIops", "100"],
        ["targetSize", "3"],
        ["targetVolumeType", "gp3"],
        ["targetIops", "3000"],
        ["targetThroughput", "125"],
      ])
        assert.match(told, `<${tag}>${value}</${tag}>`);
      await account.get("modificationState", "ModifyVolume", { VolumeId, Throughput: "200" });
      assert.equal(await account.get("throughput", "DescribeVolumes"), ["200"]);
      await account.get("modificationState", "ModifyVolume", { VolumeId, VolumeType: "gp2" });
      assert.equal(await account.get("iops", "DescribeVolumes"), ["100"]);
      assert.equal(await account.get("throughput", "DescribeVolumes"), []);
      assert.equal(await account.ec2.check(), []);
    }),
  );

  const REFUSED: readonly (readonly [code: string, query: Query])[] = [
    ["InvalidParameterValue", { Size: "1" }],
    ["InvalidParameterValue", { Size: "99999" }],
    ["UnknownVolumeType", { VolumeType: "fast" }],
    ["InvalidParameterCombination", { Iops: "3000" }],
    ["InvalidParameterValue", { VolumeType: "io1" }],
    ["UnsupportedOperation", { MultiAttachEnabled: "true" }],
    ["UnknownParameter", { Encrypted: "true" }],
  ];
  test(
    "refuses what EC2 does, and changes nothing then",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account, { Size: "2" });
      for (const [code, query] of REFUSED)
        assert.is(await account.refusal("ModifyVolume", { VolumeId, ...query }), code, JSON.stringify(query));
      assert.equal(await sizes(account), ["2"]);
      const of = { "VolumeId.1": VolumeId };
      assert.is(await account.refusal("DescribeVolumesModifications", of), "InvalidVolumeModification.NotFound");
      assert.equal(await account.ec2.check(), []);
    }),
  );

  test(
    "is done four times a day",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account);
      for (const Size of ["2", "3", "4", "5"]) await account.get("progress", "ModifyVolume", { VolumeId, Size });
      const once = { VolumeId, Size: "6" };
      assert.is(await account.refusal("ModifyVolume", once), "VolumeModificationRateExceeded");
    }),
  );

  test(
    "leaves the snapshot that shares the disk as it is, and recovery takes back what was not written down",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account);
      await account.get("snapshotId", "CreateSnapshot", { VolumeId });
      await account.get("progress", "ModifyVolume", { VolumeId, Size: "2" });
      assert.equal(await account.get("volumeSize", "DescribeSnapshots"), ["1"]);
      assert.equal(await account.ec2.check(), []);
      truncateSync(account.disk(VolumeId), 7 * 1024 ** 3);
      assert.equal(await account.reopened(), [`${VolumeId}: 2 GiB again`]);
      assert.equal(await account.ec2.check(), []);
    }),
  );

  test(
    "recovery takes that back from a snapshot, too, that was taken meanwhile",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account);
      truncateSync(account.disk(VolumeId), 7 * 1024 ** 3);
      const [snapshot = ""] = await account.get("snapshotId", "CreateSnapshot", { VolumeId });
      await account.reopened();
      assert.is(statSync(account.disk(snapshot)).size, 1024 ** 3);
      assert.equal(await account.ec2.check(), []);
    }),
  );

  test.unless(
    unable,
    "shows an attached disk's new size at once",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account, ZONE);
      await account.get("status", "AttachVolume", { VolumeId, InstanceId: "i-0123456789abcdef0", Device: "/dev/sdu" });
      try {
        await account.get("progress", "ModifyVolume", { VolumeId, Size: "2" });
        const loop = basename(readlinkSync("/dev/xvdu"));
        const sectors = Number(readFileSync(`/sys/block/${loop}/size`, "utf8"));
        assert.is(sectors * 512, 2 * 1024 ** 3);
        assert.equal(await account.ec2.check(), []);
      } finally {
        await account.get("status", "DetachVolume", { VolumeId });
      }
    }),
  );
});
