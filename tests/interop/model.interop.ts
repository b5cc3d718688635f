// Every action of the embedded EC2, judged by botocore's models: each element of an answer is one they know, of its type;
// each parameter they know is heard or refused.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACTIONS } from "../../builders/amazon-chroot/local-ec2/actions.js";
import { knownParameters } from "../../builders/amazon-chroot/local-ec2/parameters.js";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { startServer } from "../support/ec2-server.js";
import { whyNoLocalBuilds } from "../support/workshop.js";
import { judge } from "./judge.js";
import { type Element, modelFolder, parseXml, ServiceModel } from "./service-model.js";

const folder = modelFolder();
const unable = whyNoLocalBuilds() ?? (folder === undefined ? "no botocore" : undefined);
const COMMON =
  /^(Action|Version|DryRun|AWSAccessKeyId|Signature|SignatureMethod|SignatureVersion|Timestamp|Expires|SecurityToken|X-Amz-[A-Za-z-]+)$/;

type Query = Readonly<Record<string, string>>;

class Client {
  readonly #url: string;
  readonly #models: Readonly<Record<string, ServiceModel>>;
  readonly asked = new Set<string>();
  readonly problems: string[] = [];

  constructor(url: string, models: Readonly<Record<string, ServiceModel>>) {
    this.#url = url;
    this.#models = models;
  }

  /** A good answer, held against the model. */
  async ask(Action: string, query: Query = {}, region = "us-east-1", service = "ec2"): Promise<Element> {
    const { status, body } = await this.send(Action, query, region, service);
    if (status !== 200) throw new Error(`${Action} ${JSON.stringify(query)}: ${status} ${body}`);
    this.asked.add(Action);
    this.problems.push(...(this.#models[service]?.problems(Action, body) ?? []).map((line) => `${Action}: ${line}`));
    return parseXml(body);
  }

  async send(Action: string, query: Query, region = "us-east-1", service = "ec2") {
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const Version = service === "sts" ? "2011-06-15" : "2016-11-15";
    const form = new URLSearchParams({ Version, Action, ...query });
    const answer = await fetch(this.#url, { method: "POST", body: form, headers: { authorization } });
    return { status: answer.status, body: await answer.text() };
  }
}

/** The text of the first element called `name`. */
function textOf(element: Element, name: string): string {
  const found = find(element, name);
  if (found === undefined) throw new Error(`there is no <${name}>`);
  return found.text;
}

const find = (element: Element, name: string): Element | undefined =>
  element.name === name
    ? element
    : element.children.reduce<Element | undefined>((found, child) => found ?? find(child, name), undefined);

interface Bench {
  readonly client: Client;
  readonly ec2: ServiceModel;
  readonly ami: string;
  close(): Promise<void>;
}

async function openBench(models: string): Promise<Bench> {
  const work = mkdtempSync(join(tmpdir(), "pkrts-model-"));
  const env = { PKRTS_EC2_STATE: join(work, "ec2") };
  const disk = join(work, "disk.img");
  writeFileSync(disk, "a disk");
  truncateSync(disk, 1024 ** 3);
  const imported = await pkrts(["ec2", "import", "-name=model base", disk], { env });
  const server = await startServer(join(work, "ec2"));
  const ec2 = new ServiceModel(models, "ec2/2016-11-15");
  return {
    client: new Client(server.url, { ec2, sts: new ServiceModel(models, "sts/2011-06-15") }),
    ec2,
    ami: imported.stdout.trim(),
    close: async () => {
      await server.stop();
      await pkrts(["ec2", "volumes"], { env });
      rmSync(work, { recursive: true });
    },
  };
}

const bench = unable === undefined && folder !== undefined ? await openBench(folder) : undefined;

const onBench = (body: (bench: Bench) => Promise<void>) => () =>
  bench === undefined ? Promise.reject(new Error("no bench")) : body(bench);

const ZONE = { AvailabilityZone: "us-east-1a" };
const tags = (kind: string): Query => ({
  "TagSpecification.1.ResourceType": kind,
  "TagSpecification.1.Tag.1.Key": "Team",
  "TagSpecification.1.Tag.1.Value": "a & b",
});

describe("interop: botocore's model of EC2", (test) => {
  test.unless(
    unable,
    "each answer to each action is one that the model describes",
    onBench(async ({ client, ami }) => {
      await volumesAndSnapshots(client);
      await images(client, ami);
      await account(client);
      const never = [...ACTIONS.keys()].filter((action) => !client.asked.has(action));
      judge("actions that were not asked", never, []);
      judge("what the models do not describe", [...new Set(client.problems)], []);
    }),
  );

  test.unless(
    unable,
    "each parameter of the model is heard or refused",
    onBench(async ({ client, ec2 }) => {
      const refused: string[] = [];
      for (const action of ACTIONS.keys()) {
        for (const parameter of ec2.parameters(action).filter((name) => name !== "DryRun")) {
          const query = { [parameter.replaceAll("N", (_, at: number) => (isNumber(parameter, at) ? "1" : "N"))]: "0" };
          const { body } = await client.send(action, { ...query, DryRun: "true" });
          const code = /<Code>([^<]*)</.exec(body)?.[1];
          if (code === "UnknownParameter") refused.push(`${action} ${parameter}`);
          else if (code !== "DryRunOperation") throw new Error(`${action} ${parameter}: ${body}`);
        }
      }
      judge("refused", refused, REFUSED);
    }),
  );

  test.unless(
    unable,
    "each filter that the model documents is one",
    onBench(async ({ client, ec2 }) => {
      const strange: string[] = [];
      for (const action of FILTERED) {
        const filters = ec2.filters(action);
        judge(`${action} has filters`, filters.length > 2, true);
        for (const name of filters) {
          const { status } = await client.send(action, { "Filter.1.Name": name, "Filter.1.Value.1": "x" });
          if (status !== 200) strange.push(`${action} ${name}`);
        }
      }
      judge("filters that are refused", strange, []);
    }),
  );

  test.unless(
    unable,
    "the server waits for no parameter that the model lacks",
    onBench(async ({ ec2 }) => {
      const strange = [...ACTIONS.keys()].flatMap((action) => {
        const model = ec2.parameters(action);
        return [...knownParameters(action)].filter((name) => !model.includes(name) && !COMMON.test(name));
      });
      judge("strange parameters", strange, []);
      await Promise.resolve();
    }),
  );

  test.unless(unable, "closes the bench", () => bench?.close());
});

const isNumber = (name: string, at: number): boolean => /(^|\.)N(\.|$)/.test(name.slice(Math.max(0, at - 1), at + 2));

/** Outposts, Local Zones and what AWS keeps for itself: there is none of it here. */
const REFUSED: readonly string[] = [
  "CreateVolume OutpostArn",
  "CreateVolume Operator.Principal",
  "CreateSnapshot OutpostArn",
  "CopySnapshot DestinationOutpostArn",
  "CopySnapshot DestinationAvailabilityZone",
  "RegisterImage BlockDeviceMapping.N.Ebs.OutpostArn",
  "RegisterImage BlockDeviceMapping.N.Ebs.AvailabilityZone",
  "RegisterImage BlockDeviceMapping.N.Ebs.AvailabilityZoneId",
  "CopyImage DestinationOutpostArn",
  "CopyImage DestinationAvailabilityZone",
  "CopyImage DestinationAvailabilityZoneId",
];

/** Of the one instance, those filters are known that ask for what it has. */
const FILTERED = [
  ...["DescribeVolumes", "DescribeSnapshots", "DescribeImages", "DescribeTags", "DescribeVolumeStatus"],
  "DescribeVolumesModifications",
  ...["DescribeRegions", "DescribeAvailabilityZones"],
];

async function volumesAndSnapshots(client: Client): Promise<void> {
  const VolumeId = textOf(await client.ask("CreateVolume", { ...ZONE, Size: "1", ...tags("volume") }), "volumeId");
  await client.ask("CreateVolume", { ...ZONE, Size: "4", VolumeType: "io2", Iops: "100", Encrypted: "true" });
  const gp3 = await client.ask("CreateVolume", { ...ZONE, Size: "1", VolumeType: "gp3", Throughput: "200" });
  const InstanceId = "i-0123456789abcdef0";
  await client.ask("AttachVolume", { VolumeId, InstanceId, Device: "/dev/sdq" });
  await client.ask("DescribeVolumes");
  await client.ask("DescribeInstances");
  await client.ask("DescribeInstanceAttribute", { InstanceId, Attribute: "blockDeviceMapping" });
  execFileSync("sh", ["-c", "printf x > /dev/xvdq"]);
  await client.ask("DetachVolume", { VolumeId });
  for (const Attribute of ["autoEnableIO", "productCodes"])
    await client.ask("DescribeVolumeAttribute", { VolumeId, Attribute });
  await client.ask("DescribeVolumeStatus", { MaxResults: "5" });
  await client.ask("ModifyVolume", { VolumeId, Size: "2", VolumeType: "gp3" });
  await client.ask("DescribeVolumesModifications");
  const made = await client.ask("CreateSnapshot", { VolumeId, Description: "<d>", ...tags("snapshot") });
  const SnapshotId = textOf(made, "snapshotId");
  const of = { SourceRegion: "us-east-1", SourceSnapshotId: SnapshotId };
  await client.ask("CopySnapshot", { ...of, Encrypted: "true", ...tags("snapshot") }, "eu-west-1");
  await client.ask("DescribeSnapshots", {}, "eu-west-1");
  await client.ask("DescribeSnapshots");
  await client.ask("ModifySnapshotAttribute", { SnapshotId, "CreateVolumePermission.Add.1.UserId": "111111111111" });
  await client.ask("ModifySnapshotAttribute", { SnapshotId, OperationType: "add", "UserGroup.1": "all" });
  for (const Attribute of ["createVolumePermission", "productCodes"])
    await client.ask("DescribeSnapshotAttribute", { SnapshotId, Attribute });
  await client.ask("ResetSnapshotAttribute", { SnapshotId, Attribute: "createVolumePermission" });
  await client.ask("DescribeTags");
  await client.ask("CreateTags", { "ResourceId.1": VolumeId, "Tag.1.Key": "K", "Tag.1.Value": "v" });
  await client.ask("DeleteTags", { "ResourceId.1": VolumeId, "Tag.1.Key": "K" });
  await client.ask("DeleteSnapshot", { SnapshotId });
  await client.ask("DeleteVolume", { VolumeId: textOf(gp3, "volumeId") });
}

async function images(client: Client, base: string): Promise<void> {
  const SnapshotId = textOf(await client.ask("DescribeImages", { "ImageId.1": base }), "snapshotId");
  const full: Query = {
    Name: "everything",
    Description: "d",
    Architecture: "x86_64",
    VirtualizationType: "hvm",
    RootDeviceName: "/dev/xvda",
    EnaSupport: "true",
    SriovNetSupport: "simple",
    BootMode: "uefi",
    ImdsSupport: "v2.0",
    TpmSupport: "v2.0",
    UefiData: "QU1aTlVFRkk=",
    "BlockDeviceMapping.1.DeviceName": "/dev/xvda",
    "BlockDeviceMapping.1.Ebs.SnapshotId": SnapshotId,
    "BlockDeviceMapping.2.DeviceName": "/dev/sdb",
    "BlockDeviceMapping.2.VirtualName": "ephemeral0",
    "BlockDeviceMapping.3.DeviceName": "/dev/sdc",
    "BlockDeviceMapping.3.NoDevice": "",
    "BlockDeviceMapping.4.DeviceName": "/dev/sdd",
    "BlockDeviceMapping.4.Ebs.VolumeSize": "8",
    "BlockDeviceMapping.4.Ebs.VolumeType": "gp3",
    "BlockDeviceMapping.4.Ebs.Iops": "3000",
    "BlockDeviceMapping.4.Ebs.Throughput": "125",
    "BlockDeviceMapping.4.Ebs.Encrypted": "true",
    ...tags("image"),
  };
  const ImageId = textOf(await client.ask("RegisterImage", full), "imageId");
  const image = { ImageId };
  await client.ask("ModifyImageAttribute", { ...image, "LaunchPermission.Add.1.UserId": "111111111111" });
  await client.ask("ModifyImageAttribute", { ...image, "LaunchPermission.Add.1.Group": "all" });
  await client.ask("ModifyImageAttribute", { ...image, "ProductCode.1": "abc" });
  await client.ask("EnableImageDeprecation", { ...image, DeprecateAt: new Date(Date.now() + 1e9).toISOString() });
  await client.ask("EnableImageDeregistrationProtection", { ...image, WithCooldown: "false" });
  await client.ask("DescribeImages");
  for (const Attribute of IMAGE_ATTRIBUTES) await client.ask("DescribeImageAttribute", { ...image, Attribute });
  await client.ask("ResetImageAttribute", { ...image, Attribute: "launchPermission" });
  await client.ask("DisableImageDeregistrationProtection", image);
  await client.ask("DisableImageDeprecation", image);
  await client.ask("DisableImage", image);
  await client.ask("EnableImage", image);
  const copy = { SourceRegion: "us-east-1", SourceImageId: ImageId, Name: "copied" };
  await client.ask("CopyImage", { ...copy, CopyImageTags: "true" }, "eu-west-1");
  await client.ask("DescribeImages", {}, "eu-west-1");
  await client.ask("DeregisterImage", { ...image, DeleteAssociatedSnapshots: "true" });
}

const IMAGE_ATTRIBUTES = [
  ...["description", "kernel", "ramdisk", "launchPermission", "productCodes", "blockDeviceMapping", "sriovNetSupport"],
  ...["bootMode", "tpmSupport", "uefiData", "lastLaunchedTime", "imdsSupport", "deregistrationProtection"],
];

async function account(client: Client): Promise<void> {
  const plain = ["DescribeRegions", "DescribeAvailabilityZones", "DescribeAccountAttributes", "DescribeInstanceStatus"];
  const keys = ["EnableEbsEncryptionByDefault", "GetEbsEncryptionByDefault", "DisableEbsEncryptionByDefault"];
  for (const action of [...plain, ...keys, "DescribeInstanceTypes", "GetEbsDefaultKmsKeyId"]) await client.ask(action);
  await client.ask("EnableImageBlockPublicAccess", { ImageBlockPublicAccessState: "block-new-sharing" });
  await client.ask("EnableSnapshotBlockPublicAccess", { State: "block-new-sharing" });
  for (const kind of ["Image", "Snapshot"])
    for (const action of [`Get${kind}BlockPublicAccessState`, `Disable${kind}BlockPublicAccess`])
      await client.ask(action);
  await client.ask("ModifyEbsDefaultKmsKeyId", { KmsKeyId: "alias/mine" });
  await client.ask("ResetEbsDefaultKmsKeyId");
  for (const Attribute of ["instanceType", "rootDeviceName", "disableApiTermination", "ebsOptimized", "enaSupport"])
    await client.ask("DescribeInstanceAttribute", { InstanceId: "i-0123456789abcdef0", Attribute });
  const role = { RoleArn: "arn:aws:iam::123456789012:role/r", RoleSessionName: "me" };
  await client.ask("AssumeRole", role, "us-east-1", "sts");
  await client.ask("GetCallerIdentity", {}, "us-east-1", "sts");
  await client.ask("AssumeRoleWithWebIdentity", { ...role, WebIdentityToken: "token" }, "us-east-1", "sts");
  await client.ask("GetAccessKeyInfo", { AccessKeyId: "AKIAAAAAAAAAAAAAAAAA" }, "us-east-1", "sts");
  await client.ask("GetSessionToken", {}, "us-east-1", "sts");
}
