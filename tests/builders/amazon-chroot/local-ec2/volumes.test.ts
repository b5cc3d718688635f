import { existsSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-ec2";
import * as assert from "uvu/assert";
import { openLocalEc2 } from "../../../../builders/amazon-chroot/local-ec2/index.js";
import { describe } from "../../../support/describe.js";

const notRoot = process.getuid?.() === 0 ? undefined : "loop devices need root";

describe("embedded EC2: volumes through the SDK", (test) => {
  test.unless(notRoot, "goes from an imported disk to a registered image", async () => {
    const dir = await mkdtemp(join(tmpdir(), "ec2-"));
    const base = join(dir, "base.img");
    await writeFile(base, "");
    await truncate(base, 1024 ** 3);
    const ec2 = await openLocalEc2({ stateDir: join(dir, "state") });
    const served = await ec2.listen();
    const client = new sdk.EC2Client({
      region: "us-east-1",
      endpoint: served.url,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    try {
      const ami = await ec2.importImage(base, { name: "base-image" });
      const { Images } = await client.send(
        new sdk.DescribeImagesCommand({ Filters: [{ Name: "name", Values: ["base-*"] }] }),
      );
      assert.equal(
        Images?.map((image) => image.ImageId),
        [ami],
      );
      const SnapshotId = Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
      const { VolumeId } = await client.send(
        new sdk.CreateVolumeCommand({ AvailabilityZone: "us-east-1a", SnapshotId, Size: 2 }),
      );
      // As a server that was killed leaves it behind.
      symlinkSync("/dev/loop4711p1", "/dev/xvdq1");
      await client.send(
        new sdk.AttachVolumeCommand({ VolumeId, InstanceId: "i-0123456789abcdef0", Device: "/dev/sdq" }),
      );
      assert.ok(existsSync("/dev/xvdq"));
      assert.is.not(readlinkSync("/dev/xvdq1"), "/dev/loop4711p1");
      await client.send(new sdk.DetachVolumeCommand({ VolumeId }));
      assert.not(existsSync("/dev/xvdq"));
      const made = await client.send(new sdk.CreateSnapshotCommand({ VolumeId }));
      assert.is(made.State, "pending");
      const mapping = { DeviceName: "/dev/xvda", Ebs: { SnapshotId: made.SnapshotId } };
      await client.send(
        new sdk.RegisterImageCommand({
          Name: "made & <new>".replace(/[&<>]/g, "-"),
          RootDeviceName: "/dev/xvda",
          BlockDeviceMappings: [mapping],
        }),
      );
      await client.send(new sdk.DeleteVolumeCommand({ VolumeId }));
      assert.is((await ec2.images()).length, 2);
      assert.is((await ec2.volumes()).length, 0);
    } finally {
      rmSync("/dev/xvdq1", { force: true });
      for (const { VolumeId } of (
        await client.send(new sdk.DescribeVolumesCommand({ Filters: [{ Name: "status", Values: ["in-use"] }] }))
      ).Volumes ?? []) {
        await client.send(new sdk.DetachVolumeCommand({ VolumeId }));
      }
      client.destroy();
      await served.close();
      await rm(dir, { recursive: true });
    }
  });
});
