// Each action of the embedded EC2 over HTTP, as any client would call it: defaults, refusals, filters, pages, regions.
import * as assert from "uvu/assert";
import { describe } from "../../../support/describe.js";
import { newVolume, onAccount, type Query, ZONE } from "../../../support/local-account.js";

const tagged = (key: string, value: string): Query => ({
  "TagSpecification.1.ResourceType": "volume",
  "TagSpecification.1.Tag.1.Key": key,
  "TagSpecification.1.Tag.1.Value": value,
});

describe("embedded EC2: volumes", (test) => {
  test(
    "defaults are EC2's: gp2 with 100 IOPS, gp3 with 3000 and 125 MiB/s",
    onAccount(async (account) => {
      await newVolume(account);
      await newVolume(account, { VolumeType: "gp3" });
      assert.equal(await account.get("volumeType", "DescribeVolumes"), ["gp2", "gp3"]);
      assert.equal(await account.get("iops", "DescribeVolumes"), ["100", "3000"]);
      assert.equal(await account.get("throughput", "DescribeVolumes"), ["125"]);
      assert.equal(await account.get("encrypted", "DescribeVolumes"), ["false", "false"]);
    }),
  );

  const REFUSED: readonly (readonly [string, Query])[] = [
    ["MissingParameter", ZONE],
    ["MissingParameter", { Size: "1" }],
    ["InvalidParameterValue", { ...ZONE, Size: "0" }],
    ["InvalidParameterValue", { ...ZONE, Size: "1e3" }],
    ["InvalidParameterValue", { AvailabilityZone: "us-east-1z", Size: "1" }],
    ["InvalidParameterValue", { ...ZONE, Size: "1", VolumeType: "st1" }],
    ["InvalidParameterValue", { ...ZONE, Size: "1", VolumeType: "gp3", Iops: "99" }],
    ["InvalidParameterCombination", { ...ZONE, Size: "1", VolumeType: "gp2", Iops: "300" }],
    ["MissingParameter", { ...ZONE, Size: "4", VolumeType: "io2" }],
    ["UnknownVolumeType", { ...ZONE, Size: "1", VolumeType: "toString" }],
    ["InvalidParameterValue", { ...ZONE, Size: "4", VolumeType: "io1", Iops: "201" }],
    ["InvalidParameterValue", { ...ZONE, Size: "20", VolumeType: "gp3", Iops: "15000" }],
    ["InvalidParameterValue", { ...ZONE, Size: "1", VolumeType: "gp3", Throughput: "751" }],
    ["InvalidParameterValue", { ...ZONE, Size: "1", ...tagged("a", "x".repeat(257)) }],
    ["InvalidParameterValue", { ...ZONE, Size: "1", ...tagged("Aws:a", "") }],
    ["InvalidParameterDependency", { ...ZONE, Size: "1", KmsKeyId: "alias/mine" }],
    ["InvalidSnapshot.NotFound", { ...ZONE, SnapshotId: "snap-00000000000000000" }],
    ["InvalidParameterValue", { ...ZONE, SnapshotId: "snapshot" }],
    ["InvalidParameterValue", { ...ZONE, Size: "1", "TagSpecification.1.ResourceType": "image" }],
    ["InvalidParameterValue", { ...ZONE, Size: "1", Encrypted: "yes" }],
    ["InvalidParameterValue", { AvailabilityZoneId: "use1-az9", Size: "1" }],
    ["InvalidParameterCombination", { ...ZONE, AvailabilityZoneId: "use1-az1", Size: "1" }],
    ["InvalidParameterCombination", { ...ZONE, Size: "1", VolumeInitializationRate: "100" }],
    ["UnsupportedOperation", { ...ZONE, Size: "4", VolumeType: "io2", Iops: "100", MultiAttachEnabled: "true" }],
    ["UnknownParameter", { ...ZONE, Size: "1", OutpostArn: "arn:aws:outposts:us-east-1:000000000000:outpost/op-1" }],
    ["UnknownParameter", { ...ZONE, Size: "1", Sise: "2" }],
    ["UnknownParameter", { ...ZONE, Size: "1", DryRun: "true", "TagSpecification.1.Tags.1.Key": "a" }],
  ];
  for (const [code, query] of REFUSED)
    test(
      `CreateVolume ${JSON.stringify(query)} is ${code}, and makes nothing`,
      onAccount(async ({ ec2, refusal }) => {
        assert.is(await refusal("CreateVolume", query), code);
        assert.equal(await ec2.volumes(), []);
      }),
    );

  test(
    "a zone by its id, a rate to read the snapshot with, no Multi-Attach",
    onAccount(async (account) => {
      const [VolumeId = ""] = await account.get("volumeId", "CreateVolume", {
        AvailabilityZoneId: "use1-az2",
        Size: "1",
      });
      assert.equal(await account.get("availabilityZone", "DescribeVolumes"), ["us-east-1b"]);
      assert.equal(await account.get("availabilityZoneId", "DescribeVolumes"), ["use1-az2"]);
      const [SnapshotId = ""] = await account.get("snapshotId", "CreateSnapshot", { VolumeId, Location: "regional" });
      const query = { ...ZONE, SnapshotId, VolumeInitializationRate: "300", MultiAttachEnabled: "false" };
      assert.equal(await account.get("volumeInitializationRate", "CreateVolume", query), ["300"]);
      const faster = { ...query, VolumeInitializationRate: "301" };
      assert.is(await account.refusal("CreateVolume", faster), "InvalidParameterValue");
      assert.is(await account.refusal("CreateSnapshot", { VolumeId, Location: "local" }), "InvalidParameterValue");
      const attach = { VolumeId, InstanceId: "i-0123456789abcdef0", Device: "/dev/sdf", EbsCardIndex: "1" };
      assert.is(await account.refusal("AttachVolume", attach), "InvalidParameterValue");
    }),
  );

  test(
    "a repeated ClientToken makes one volume; with other parameters it is a mismatch",
    onAccount(async (account) => {
      const first = await newVolume(account, { ClientToken: "once" });
      assert.is(await newVolume(account, { ClientToken: "once" }), first);
      assert.is((await account.ec2.volumes()).length, 1);
      const other = { ...ZONE, Size: "2", ClientToken: "once" };
      assert.is(await account.refusal("CreateVolume", other), "IdempotentParameterMismatch");
      assert.is.not(
        await newVolume(account, { AvailabilityZone: "eu-west-1a", ClientToken: "once" }, "eu-west-1"),
        first,
      );
    }),
  );

  test(
    "DryRun says that it would have succeeded, with 412, and does nothing",
    onAccount(async ({ ec2, ask }) => {
      const [status, body] = await ask("CreateVolume", { ...ZONE, Size: "1", DryRun: "true" });
      assert.is(status, 412);
      assert.match(body, "<Code>DryRunOperation</Code>");
      assert.equal(await ec2.volumes(), []);
    }),
  );

  test(
    "a volume larger than any file of the state's file system is refused as such, not as our failure",
    onAccount(async ({ ask }) => {
      const [status, text] = await ask("CreateVolume", { ...ZONE, Size: "65536", VolumeType: "gp3" });
      assert.ok(status === 200 || text.includes("InsufficientVolumeCapacity"), text);
    }),
  );

  test(
    "a volume of another zone than the instance's can't be attached",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account, { AvailabilityZone: "us-east-1b" });
      const query = { VolumeId, InstanceId: "i-0123456789abcdef0", Device: "/dev/sdr" };
      assert.is(await account.refusal("AttachVolume", query), "InvalidVolume.ZoneMismatch");
    }),
  );

  test(
    "regions know nothing of each other",
    onAccount(async (account) => {
      const here = await newVolume(account);
      const there = await newVolume(account, { AvailabilityZone: "eu-west-1b" }, "eu-west-1");
      assert.equal(await account.get("volumeId", "DescribeVolumes"), [here]);
      assert.equal(await account.get("volumeId", "DescribeVolumes", {}, "eu-west-1"), [there]);
      assert.is(await account.refusal("DeleteVolume", { VolumeId: there }), "InvalidVolume.NotFound");
    }),
  );
});

const filter = (name: string, ...values: readonly string[]): Query => ({
  "Filter.1.Name": name,
  ...Object.fromEntries(values.map((value, i) => [`Filter.1.Value.${i + 1}`, value])),
});

describe("embedded EC2: filters and pages", (test) => {
  test(
    "wildcards, escapes, several values and filters",
    onAccount(async (account) => {
      for (const name of ["web-1", "web-2", "db-1"]) await account.importImage(name);
      const names = (query: Query) => account.get("name", "DescribeImages", query);
      assert.equal(await names(filter("name", "web-*")), ["web-1", "web-2"]);
      assert.equal(await names(filter("name", "?b-1")), ["db-1"]);
      assert.equal(await names(filter("name", "web-1", "db-*")), ["web-1", "db-1"]);
      assert.equal(await names(filter("name", "WEB-1")), []);
      assert.equal(await names(filter("name", "web.1")), []);
      assert.equal(await names(filter("name")), []);
      const both = { ...filter("name", "*-1"), "Filter.2.Name": "name", "Filter.2.Value.1": "w*" };
      assert.equal(await names(both), ["web-1"]);
      assert.is(await account.refusal("DescribeImages", filter("colour", "red")), "InvalidParameterValue");
      assert.is(await account.refusal("DescribeImages", filter("__proto__", "x")), "InvalidParameterValue");
    }),
  );

  test(
    "a filter that there is not, and one with too many values, are refused even where there is nothing to filter",
    onAccount(async ({ refusal }) => {
      const kinds = ["Images", "Volumes", "Snapshots", "Tags", "VolumeStatus", "Instances", "InstanceTypes", "Regions"];
      for (const kind of kinds)
        assert.is(await refusal(`Describe${kind}`, filter("colour", "red")), "InvalidParameterValue", kind);
      assert.is(await refusal("DescribeRegions", filter("tag:a", "b")), "InvalidParameterValue");
      const many = filter("volume-id", ...Array.from({ length: 201 }, (_, i) => `vol-${i}`));
      assert.is(await refusal("DescribeVolumes", many), "FilterLimitExceeded");
    }),
  );

  test(
    "a filter with an escaped star means the star",
    onAccount(async (account) => {
      const [id] = [await newVolume(account), await newVolume(account)];
      await account.ask("CreateTags", { "ResourceId.1": id ?? "", "Tag.1.Key": "mark", "Tag.1.Value": "a*b" });
      const found = (value: string) => account.get("volumeId", "DescribeVolumes", filter("tag:mark", value));
      assert.is((await found("a\\*b")).length, 1);
      assert.is((await found("a\\*")).length, 0);
      assert.is((await account.get("volumeId", "DescribeVolumes", filter("tag-key", "m?rk"))).length, 1);
    }),
  );

  test(
    "pages follow one another to the end; a strange token is refused",
    onAccount(async (account) => {
      const made = [];
      for (let i = 0; i < 12; i += 1) made.push(await newVolume(account));
      const seen: string[] = [];
      let token: string | undefined = "";
      for (let pages = 0; token !== undefined && pages < 5; pages += 1) {
        const query: Query = { MaxResults: "5", ...(token === "" ? {} : { NextToken: token }) };
        seen.push(...(await account.get("volumeId", "DescribeVolumes", query)));
        [token] = await account.get("nextToken", "DescribeVolumes", query);
      }
      assert.equal(seen, made);
      assert.is(await account.refusal("DescribeVolumes", { NextToken: "?" }), "InvalidNextToken");
      for (const MaxResults of ["0", "4", "many"])
        assert.is(await account.refusal("DescribeVolumes", { MaxResults }), "InvalidParameterValue");
      assert.is(await account.refusal("DescribeTags", { MaxResults: "1001" }), "InvalidParameterValue");
      const both = { MaxResults: "5", "VolumeId.1": made[0] ?? "" };
      assert.is(await account.refusal("DescribeVolumes", both), "InvalidParameterCombination");
    }),
  );
});

describe("embedded EC2: much of it", (test) => {
  test(
    "who deletes what is on a page finds all of the next",
    onAccount(async (account) => {
      for (let i = 0; i < 12; i += 1) await newVolume(account);
      for (let token: string | undefined = ""; token !== undefined; ) {
        const query: Query = { MaxResults: "5", ...(token === "" ? {} : { NextToken: token }) };
        const [, text] = await account.ask("DescribeVolumes", query);
        const ids = [...text.matchAll(/<volumeId>([^<]+)</g)].map(([, id]) => id ?? "");
        token = /<nextToken>([^<]+)</.exec(text)?.[1];
        for (const VolumeId of ids) await account.ask("DeleteVolume", { VolumeId });
      }
      assert.equal(await account.ec2.volumes(), []);
    }),
  );

  test(
    "who asks for no pages gets all",
    onAccount(async (account) => {
      const ami = await account.importImage("original");
      for (let i = 0; i < 21; i += 1) {
        const Name = `copy ${i}`;
        const ImageId = (await account.get("imageId", "CopyImage", copyOf(ami, Name)))[0] ?? "";
        const tags = Array.from({ length: 49 }, (_, n) => [`Tag.${n + 1}.Key`, `key ${n}`]);
        await account.ask("CreateTags", { "ResourceId.1": ImageId, ...Object.fromEntries(tags) });
      }
      assert.is((await account.get("key", "DescribeTags")).length, 21 * 49);
      assert.is((await account.get("key", "DescribeTags", { MaxResults: "1000" })).length, 1000);
    }),
  );

  test(
    "a filter of many stars takes no longer than another",
    onAccount(async (account) => {
      await account.importImage("a".repeat(128));
      const start = Date.now();
      const stars = filter("name", `${"*a".repeat(40)}*b`);
      assert.equal(await account.get("imageId", "DescribeImages", stars), []);
      assert.is((await account.get("name", "DescribeImages", filter("name", `${"*a".repeat(40)}*`))).length, 1);
      assert.ok(Date.now() - start < 5000);
    }),
  );
});

const copyOf = (SourceImageId: string, Name: string): Query => ({ SourceRegion: "us-east-1", SourceImageId, Name });

describe("embedded EC2: images", (test) => {
  test(
    "a copy in another region says where it is from, and takes tags along when asked to",
    onAccount(async (account) => {
      const ami = await account.importImage("original");
      await account.ask("CreateTags", { "ResourceId.1": ami, "Tag.1.Key": "Team", "Tag.1.Value": "a&b" });
      const copy = { SourceRegion: "us-east-1", SourceImageId: ami };
      await account.get("imageId", "CopyImage", { ...copy, Name: "plain" }, "eu-west-1");
      await account.get("imageId", "CopyImage", { ...copy, Name: "tagged", CopyImageTags: "true" }, "eu-west-1");
      assert.equal(await account.get("sourceImageId", "DescribeImages", {}, "eu-west-1"), [ami, ami]);
      assert.equal(await account.get("value", "DescribeImages", {}, "eu-west-1"), ["a&amp;b"]);
      assert.is(await account.refusal("CopyImage", { ...copy, Name: "original" }), "InvalidAMIName.Duplicate");
      assert.is(await account.refusal("CopyImage", { ...copy, Name: "x" }, "eu-west-1"), "InvalidAMIName.Malformed");
    }),
  );

  test(
    "an encrypted copy has a key of its region",
    onAccount(async (account) => {
      const SourceImageId = await account.importImage("original");
      const query = {
        SourceRegion: "us-east-1",
        SourceImageId,
        Name: "secret",
        Encrypted: "true",
        KmsKeyId: "alias/k",
      };
      await account.ask("CopyImage", query, "eu-west-1");
      assert.equal(await account.get("kmsKeyId", "DescribeSnapshots", {}, "eu-west-1"), [
        "arn:aws:kms:eu-west-1:000000000000:alias/k",
      ]);
      assert.equal(await account.get("encrypted", "DescribeImages", {}, "eu-west-1"), ["true"]);
    }),
  );

  test(
    "launch permissions are added, removed, reset, and checked",
    onAccount(async ({ ask, get, refusal, importImage }) => {
      const ImageId = await importImage("shared");
      const users = () => get("userId", "DescribeImageAttribute", { ImageId, Attribute: "launchPermission" });
      const change = (query: Query) => ask("ModifyImageAttribute", { ImageId, ...query });
      await change({ "LaunchPermission.Add.1.UserId": "111111111111", "LaunchPermission.Add.2.Group": "all" });
      await change({ OperationType: "add", "UserId.1": "222222222222" });
      assert.equal(await users(), ["111111111111", "222222222222"]);
      assert.equal(await get("isPublic", "DescribeImages"), ["true"]);
      await change({ "LaunchPermission.Remove.1.UserId": "111111111111" });
      assert.equal(await users(), ["222222222222"]);
      await ask("ResetImageAttribute", { ImageId, Attribute: "launchPermission" });
      assert.equal(await users(), []);
      await change({ Attribute: "productCodes", OperationType: "add", "ProductCode.1": "abc123" });
      for (const [action, query] of [
        ["DescribeImages", {}],
        ["DescribeImageAttribute", { ImageId, Attribute: "productCodes" }],
      ] as const) {
        assert.equal(await get("productCode", action, query), ["abc123"]);
        assert.equal(await get("type", action, query), ["marketplace"]);
      }
      const bad = { ImageId, "LaunchPermission.Add.1.UserId": "me" };
      assert.is(await refusal("ModifyImageAttribute", bad), "InvalidAMIAttributeItemValue");
      const two = { ImageId, "Description.Value": "x", "LaunchPermission.Add.1.Group": "all" };
      assert.is(await refusal("ModifyImageAttribute", two), "InvalidParameterCombination");
      assert.is(await refusal("ModifyImageAttribute", { ImageId }), "InvalidParameterCombination");
      assert.is(await refusal("DescribeImageAttribute", { ImageId, Attribute: "colour" }), "InvalidParameterValue");
    }),
  );

  test(
    "protection keeps an image from being deregistered; its end lets it",
    onAccount(async ({ ec2, ask, get, refusal, importImage }) => {
      const ImageId = await importImage("kept");
      await ask("EnableImageDeregistrationProtection", { ImageId });
      assert.is(await refusal("DeregisterImage", { ImageId }), "OperationNotPermitted");
      await ask("DisableImageDeregistrationProtection", { ImageId });
      const returned = await get("returnCode", "DeregisterImage", { ImageId, DeleteAssociatedSnapshots: "true" });
      assert.equal(returned, ["success"]);
      assert.equal(await ec2.snapshots(), []);
      assert.is(await refusal("DescribeImages", { "ImageId.1": ImageId }), "InvalidAMIID.NotFound");
    }),
  );

  test(
    "a disabled image is shown only to who asks for those, too",
    onAccount(async ({ ask, get, importImage }) => {
      const ImageId = await importImage("off");
      await ask("DisableImage", { ImageId });
      assert.equal(await get("imageId", "DescribeImages"), []);
      assert.equal(await get("imageState", "DescribeImages", { IncludeDisabled: "true" }), ["disabled"]);
      await ask("EnableImage", { ImageId });
      assert.equal(await get("imageState", "DescribeImages"), ["available"]);
    }),
  );

  test(
    "RegisterImage keeps every field, and refuses what EC2 refuses",
    onAccount(async ({ get, refusal, importImage }) => {
      await importImage("base");
      const [snapshot = ""] = await get("snapshotId", "DescribeSnapshots");
      const root = { "BlockDeviceMapping.1.DeviceName": "/dev/xvda", "BlockDeviceMapping.1.Ebs.SnapshotId": snapshot };
      const full = {
        ...{
          Name: "full",
          RootDeviceName: "/dev/xvda",
          Architecture: "arm64",
          VirtualizationType: "hvm",
          BootMode: "uefi",
        },
        ...{ ImdsSupport: "v2.0", TpmSupport: "v2.0", SriovNetSupport: "simple", EnaSupport: "true", Description: "d" },
        ...root,
        "BlockDeviceMapping.2.DeviceName": "/dev/sdb",
        "BlockDeviceMapping.2.VirtualName": "ephemeral0",
      };
      const [ImageId = ""] = await get("imageId", "RegisterImage", full);
      const fields = [
        "architecture",
        "bootMode",
        "imdsSupport",
        "tpmSupport",
        "sriovNetSupport",
        "description",
        "virtualName",
      ];
      const shown = await Promise.all(fields.map((tag) => get(tag, "DescribeImages", { "ImageId.1": ImageId })));
      assert.equal(shown.flat(), ["arm64", "uefi", "v2.0", "v2.0", "simple", "d", "ephemeral0"]);
      assert.is(await refusal("RegisterImage", full), "InvalidAMIName.Duplicate");
      assert.is(await refusal("RegisterImage", { ...full, Name: "a", BootMode: "bios" }), "InvalidAMIName.Malformed");
      assert.is(await refusal("RegisterImage", { ...full, Name: "bios", BootMode: "bios" }), "InvalidParameterValue");
      assert.is(await refusal("RegisterImage", { Name: "none" }), "InvalidBlockDeviceMapping");
      const encrypted = { ...full, Name: "enc", "BlockDeviceMapping.1.Ebs.Encrypted": "true" };
      assert.is(await refusal("RegisterImage", encrypted), "InvalidBlockDeviceMapping");
      assert.is(await refusal("DeleteSnapshot", { SnapshotId: snapshot }), "InvalidSnapshot.InUse");
    }),
  );

  const BAD_MAPPINGS: readonly (readonly [code: string, more: Query])[] = [
    ["UnknownVolumeType", { "BlockDeviceMapping.1.Ebs.VolumeType": "fast" }],
    ["InvalidParameterCombination", { "BlockDeviceMapping.1.Ebs.Iops": "300" }],
    ["MissingParameter", { "BlockDeviceMapping.1.Ebs.VolumeType": "io1", "BlockDeviceMapping.1.Ebs.VolumeSize": "8" }],
    ["InvalidParameterValue", { "BlockDeviceMapping.1.Ebs.VolumeSize": "99999" }],
    [
      "InvalidBlockDeviceMapping",
      { "BlockDeviceMapping.2.DeviceName": "/dev/xvda", "BlockDeviceMapping.2.VirtualName": "ephemeral0" },
    ],
    ["InvalidParameterValue", { Description: "d".repeat(256) }],
  ];
  test(
    "RegisterImage refuses devices that no instance could have",
    onAccount(async ({ ec2, get, refusal, importImage }) => {
      await importImage("base");
      const [snapshot = ""] = await get("snapshotId", "DescribeSnapshots");
      const plain: Query = {
        Name: "new",
        RootDeviceName: "/dev/xvda",
        "BlockDeviceMapping.1.DeviceName": "/dev/xvda",
        "BlockDeviceMapping.1.Ebs.SnapshotId": snapshot,
      };
      for (const [code, more] of BAD_MAPPINGS)
        assert.is(await refusal("RegisterImage", { ...plain, ...more }), code, JSON.stringify(more));
      assert.is((await ec2.images()).length, 1);
    }),
  );

  test(
    "a copy is from a region that there is",
    onAccount(async ({ refusal, importImage }) => {
      const of = { ...copyOf(await importImage("base"), "copy"), SourceRegion: "mars-north-1" };
      assert.is(await refusal("CopyImage", of), "InvalidRegion");
      const snapshot = { SourceRegion: "mars-north-1", SourceSnapshotId: "snap-00000000000000000" };
      assert.is(await refusal("CopySnapshot", snapshot), "InvalidRegion");
    }),
  );
});

describe("embedded EC2: tags, snapshots, encryption", (test) => {
  test(
    "tags have EC2's limits, and are deleted by key or by key and value",
    onAccount(async (account) => {
      const id = await newVolume(account);
      const tags = (count: number): Query =>
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [
            [`Tag.${i + 1}.Key`, `k${i}`],
            [`Tag.${i + 1}.Value`, "v"],
          ]).flat(),
        );
      const on = { "ResourceId.1": id };
      assert.is(await account.refusal("CreateTags", { ...on, ...tags(51) }), "TagLimitExceeded");
      assert.is(await account.refusal("CreateTags", { ...on, "Tag.1.Key": "aws:x" }), "InvalidParameterValue");
      assert.is(await account.refusal("CreateTags", on), "MissingParameter");
      assert.is(
        await account.refusal("CreateTags", { "ResourceId.1": "vol-00000000", ...tags(1) }),
        "InvalidVolume.NotFound",
      );
      await account.ask("CreateTags", { ...on, ...tags(3) });
      await account.ask("DeleteTags", { ...on, "Tag.1.Key": "k0", "Tag.1.Value": "other" });
      await account.ask("DeleteTags", { ...on, "Tag.1.Key": "k1" });
      assert.equal(await account.get("key", "DescribeTags"), ["k0", "k2"]);
      await account.ask("DeleteTags", on);
      assert.equal(await account.get("key", "DescribeTags"), []);
    }),
  );

  test(
    "a snapshot inherits encryption, its copy the region's own key; an encrypted one can't be public",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account, { Encrypted: "true" });
      const [SnapshotId = ""] = await account.get("snapshotId", "CreateSnapshot", { VolumeId });
      assert.equal(await account.get("kmsKeyId", "DescribeSnapshots"), [
        "arn:aws:kms:us-east-1:000000000000:alias/aws/ebs",
      ]);
      const all = { SnapshotId, "CreateVolumePermission.Add.1.Group": "all" };
      assert.is(await account.refusal("ModifySnapshotAttribute", all), "InvalidParameter");
      await account.ask("CopySnapshot", { SourceRegion: "us-east-1", SourceSnapshotId: SnapshotId }, "eu-west-1");
      assert.equal(await account.get("kmsKeyId", "DescribeSnapshots", {}, "eu-west-1"), [
        "arn:aws:kms:eu-west-1:000000000000:alias/aws/ebs",
      ]);
      const smaller = { ...ZONE, SnapshotId, Size: "1" };
      assert.equal(await account.get("encrypted", "CreateVolume", smaller), ["true"]);
    }),
  );

  test(
    "what is encrypted is shared with accounts only, and under a key of the account's own",
    onAccount(async ({ ask, get, refusal, importImage }) => {
      const plain = await importImage("plain");
      const of = { ...copyOf(plain, "sealed"), Encrypted: "true" };
      const [sealed = ""] = await get("imageId", "CopyImage", of);
      const [own = ""] = await get("imageId", "CopyImage", { ...of, Name: "own", KmsKeyId: "alias/own" });
      const snapshotOf = async (id: string) =>
        (await get("snapshotId", "DescribeImages", { "ImageId.1": id }))[0] ?? "";
      const accounts = { "LaunchPermission.Add.1.UserId": "111111111111" };
      const all = { "LaunchPermission.Add.1.Group": "all" };
      assert.is(await refusal("ModifyImageAttribute", { ImageId: sealed, ...accounts }), "InvalidParameter");
      assert.is(await refusal("ModifyImageAttribute", { ImageId: sealed, ...all }), "UnsupportedOperation");
      assert.is(await refusal("ModifyImageAttribute", { ImageId: own, ...all }), "UnsupportedOperation");
      assert.is((await ask("ModifyImageAttribute", { ImageId: own, ...accounts }))[0], 200);
      const users = { OperationType: "add", "UserId.1": "111111111111" };
      const locked = { SnapshotId: await snapshotOf(sealed), ...users };
      assert.is(await refusal("ModifySnapshotAttribute", locked), "OperationNotPermitted");
      assert.is((await ask("ModifySnapshotAttribute", { SnapshotId: await snapshotOf(own), ...users }))[0], 200);
    }),
  );

  test(
    "where public access is blocked, nothing becomes public, and what is stays",
    onAccount(async ({ ask, get, refusal, importImage }) => {
      const ImageId = await importImage("shared");
      const [SnapshotId = ""] = await get("snapshotId", "DescribeSnapshots");
      const image = { ImageId, "LaunchPermission.Add.1.Group": "all" };
      const snapshot = { SnapshotId, OperationType: "add", "UserGroup.1": "all" };
      assert.equal(await get("imageBlockPublicAccessState", "GetImageBlockPublicAccessState"), ["unblocked"]);
      await ask("ModifyImageAttribute", image);
      await get("state", "EnableSnapshotBlockPublicAccess", { State: "block-all-sharing" });
      await ask("EnableImageBlockPublicAccess", { ImageBlockPublicAccessState: "block-new-sharing" });
      assert.equal(await get("state", "GetSnapshotBlockPublicAccessState"), ["block-all-sharing"]);
      assert.is(await refusal("ModifyImageAttribute", image), "OperationNotPermitted");
      assert.is(await refusal("ModifySnapshotAttribute", snapshot), "OperationNotPermitted");
      assert.equal(await get("isPublic", "DescribeImages"), ["true"]);
      assert.is((await ask("ModifyImageAttribute", { ImageId, "LaunchPermission.Remove.1.Group": "all" }))[0], 200);
      assert.is(await refusal("EnableSnapshotBlockPublicAccess", { State: "unblocked" }), "InvalidParameterValue");
      await ask("DisableSnapshotBlockPublicAccess");
      assert.is((await ask("ModifySnapshotAttribute", snapshot))[0], 200);
      await ask("DisableImageBlockPublicAccess");
      assert.is((await ask("ModifyImageAttribute", image))[0], 200);
    }),
  );

  test(
    "a copy keeps the time set for it: quarters of an hour, in the region that is asked",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account);
      const [SnapshotId = ""] = await account.get("snapshotId", "CreateSnapshot", { VolumeId });
      const copy = { SourceRegion: "us-east-1", SourceSnapshotId: SnapshotId };
      await account.ask("CopySnapshot", { ...copy, CompletionDurationMinutes: "30", DestinationRegion: "us-east-1" });
      await account.ask("CopySnapshot", copy);
      assert.equal(await account.get("transferType", "DescribeSnapshots"), ["time-based", "standard"]);
      assert.equal(await account.get("completionDurationMinutes", "DescribeSnapshots"), ["30"]);
      for (const query of [{ CompletionDurationMinutes: "20" }, { DestinationRegion: "eu-west-1" }])
        assert.is(await account.refusal("CopySnapshot", { ...copy, ...query }), "InvalidParameterValue");
    }),
  );

  test(
    "encryption by default holds in its region alone",
    onAccount(async (account) => {
      await account.ask("EnableEbsEncryptionByDefault");
      await newVolume(account);
      assert.equal(await account.get("encrypted", "DescribeVolumes"), ["true"]);
      await newVolume(account, { AvailabilityZone: "eu-west-1a" }, "eu-west-1");
      assert.equal(await account.get("encrypted", "DescribeVolumes", {}, "eu-west-1"), ["false"]);
    }),
  );

  test(
    "snapshots of the same volume do not change with it",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account);
      const [one] = await account.get("snapshotId", "CreateSnapshot", { VolumeId, Description: "one" });
      await account.ask("DeleteVolume", { VolumeId });
      assert.equal(await account.get("snapshotId", "DescribeSnapshots", filter("volume-id", VolumeId)), [one]);
      assert.equal(await account.ec2.check(), []);
    }),
  );
});

const ROLE: Query = {
  Version: "2011-06-15",
  RoleArn: "arn:aws:iam::123456789012:role/builder",
  RoleSessionName: "me",
};

/** What STS says of who has the key. */
async function identityOf(url: string, key = ""): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/sts/aws4_request, Signature=0`;
  const form = new URLSearchParams({ Version: "2011-06-15", Action: "GetCallerIdentity" });
  return (await fetch(url, { method: "POST", body: form, headers: { authorization } })).text();
}

describe("embedded EC2: metadata and STS", (test) => {
  test(
    "metadata wants a token, which wants a time to live",
    onAccount(async ({ url }) => {
      const path = "/latest/meta-data/instance-id";
      assert.is((await fetch(url + path)).status, 401);
      assert.is((await fetch(`${url}/latest/api/token`, { method: "PUT" })).status, 400);
      const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
      const token = await (await fetch(`${url}/latest/api/token`, { method: "PUT", headers: ttl })).text();
      const headers = { "x-aws-ec2-metadata-token": token };
      assert.is(await (await fetch(url + path, { headers })).text(), "i-0123456789abcdef0");
      assert.is((await fetch(`${url}/latest/meta-data/nothing`, { headers })).status, 404);
      const text = async (place: string) => (await fetch(url + place, { headers })).text();
      assert.equal(await Promise.all(["/", "/latest", "/latest/", "/dynamic/"].map(text)), [
        "latest",
        "dynamic/\nmeta-data/",
        "dynamic/\nmeta-data/",
        "instance-identity/",
      ]);
      assert.is(await text("/2021-07-15/meta-data/placement/availability-zone-id"), "use1-az1");
      const document = (await (
        await fetch(`${url}/latest/dynamic/instance-identity/document`, { headers })
      ).json()) as Query;
      assert.is(document["availabilityZone"], "us-east-1a");
    }),
  );

  test(
    "who assumed a role is that role, in its account",
    onAccount(async ({ url, get }) => {
      const [key] = await get("AccessKeyId", "AssumeRole", ROLE);
      const answer = await identityOf(url, key);
      assert.match(answer, "arn:aws:sts::123456789012:assumed-role/builder/me");
      assert.match(answer, "<Account>123456789012</Account>");
    }),
  );

  test(
    "the keys that the metadata give are the instance's role's, and the same for all",
    onAccount(async ({ url }) => {
      const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
      const token = await (await fetch(`${url}/latest/api/token`, { method: "PUT", headers: ttl })).text();
      const ask = async () => {
        const path = "/latest/meta-data/iam/security-credentials/pkrts-local";
        return (await (await fetch(url + path, { headers: { "x-aws-ec2-metadata-token": token } })).json()) as Query;
      };
      const [first, second] = [await ask(), await ask()];
      assert.equal(first, second);
      const role = "arn:aws:sts::000000000000:assumed-role/pkrts-local/i-0123456789abcdef0";
      assert.match(await identityOf(url, first["AccessKeyId"]), role);
    }),
  );

  const BAD_ROLES: readonly Query[] = [
    { RoleArn: "" },
    { RoleArn: "arn:aws:iam::123456789012:user/builder" },
    { RoleSessionName: "m" },
    { RoleSessionName: "you and me" },
    { DurationSeconds: "899" },
    { DurationSeconds: "43201" },
  ];
  test(
    "a role is refused as STS refuses one",
    onAccount(async ({ refusal, ask }) => {
      for (const bad of BAD_ROLES)
        assert.is(await refusal("AssumeRole", { ...ROLE, ...bad }), "ValidationError", JSON.stringify(bad));
      assert.is(await refusal("AssumeRoleWithWebIdentity", ROLE), "ValidationError");
      assert.match((await ask("AssumeRole", { ...ROLE, DurationSeconds: "1" }))[1], "<ErrorResponse xmlns");
    }),
  );

  test(
    "an unknown action, a missing one and a hostile form are refusals",
    onAccount(async ({ url, refusal }) => {
      assert.is(await refusal("DescribeVpcs"), "InvalidAction");
      assert.is(await refusal("constructor"), "InvalidAction");
      assert.match(await (await fetch(url, { method: "POST", body: "Version=1" })).text(), "MissingAction");
      const deep = `Action=DescribeImages&${"a.".repeat(40)}b=1`;
      assert.match(await (await fetch(url, { method: "POST", body: deep })).text(), "MalformedQueryString");
      assert.is((await fetch(url, { method: "POST", body: "x".repeat(2_000_000) })).status, 413);
    }),
  );
});
