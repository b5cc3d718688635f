// The AWS CLI as people use it, against `pkrts ec2 serve`: its own service models decide whether an answer is one.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { startServer } from "../support/ec2-server.js";
import { whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";
import { AwsCli } from "./aws-cli.js";
import { judge, judgeText } from "./judge.js";

const INSTANCE = "i-0123456789abcdef0";
const unable = whyNoLocalBuilds() ?? whyNoTool("aws");

interface Bench {
  readonly aws: AwsCli;
  /** An imported image with one disk of 1 GiB. */
  readonly ami: string;
  close(): Promise<void>;
}

async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-aws-"));
  const env = { PKRTS_EC2_STATE: join(folder, "ec2") };
  const disk = join(folder, "disk.img");
  writeFileSync(disk, "a disk");
  truncateSync(disk, 1024 ** 3);
  const imported = await pkrts(["ec2", "import", "-name=interop base", disk], { env });
  if (imported.code !== 0) throw new Error(`import failed: ${imported.stderr}`);
  const server = await startServer(join(folder, "ec2"));
  return {
    aws: new AwsCli(server.url),
    ami: imported.stdout.trim(),
    close: async () => {
      await server.stop();
      // Whoever opens the state next releases what a test that failed left attached.
      await pkrts(["ec2", "volumes"], { env });
      rmSync(folder, { recursive: true });
    },
  };
}

const bench = unable === undefined ? await openBench() : undefined;

function onBench(body: (bench: Bench) => Promise<void>): () => Promise<void> {
  return () => (bench === undefined ? Promise.reject(new Error("no bench")) : body(bench));
}

const textOf = async (aws: AwsCli, query: string, ...argv: readonly string[]): Promise<string> =>
  String(await aws.ec2(...argv, "--query", query));

const tagged = (kind: string, key: string, value: string): readonly string[] => [
  "--tag-specifications",
  `ResourceType=${kind},Tags=[{Key=${key},Value=${value}}]`,
];

describe("interop: AWS CLI", (test) => {
  test.unless(
    unable,
    "images by owner and filter",
    onBench(async ({ aws, ami }) => {
      const describeImages = (...flags: readonly string[]) =>
        aws.ec2("describe-images", "--query", "Images[].ImageId", ...flags);
      const [own, foreign, wild, other, several] = await Promise.all([
        describeImages("--owners", "self"),
        describeImages("--owners", "amazon"),
        describeImages("--filters", "Name=name,Values=*base", "Name=root-device-type,Values=ebs"),
        describeImages("--filters", "Name=name,Values=base"),
        describeImages("--image-ids", ami, "--owners", "000000000000", "--filters", "Name=architecture,Values=*"),
      ]);
      judge("--owners self", own, [ami]);
      judge("--owners amazon", foreign, []);
      judge("name *base and root-device-type ebs", wild, [ami]);
      judge("name base", other, []);
      judge("by id, account and architecture *", several, [ami]);
    }),
  );

  test.unless(
    unable,
    "an image as the CLI's model reads it",
    onBench(async ({ aws, ami }) => {
      const shown = await aws.ec2("describe-images", "--image-ids", ami, "--query", "Images[0]");
      const { CreationDate, BlockDeviceMappings, Architecture, ...rest } = shown as Readonly<Record<string, unknown>>;
      judgeText("CreationDate", String(CreationDate), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      judge("Architecture", Architecture, process.arch === "arm64" ? "arm64" : "x86_64");
      const [mapping] = BlockDeviceMappings as readonly { readonly Ebs: { readonly SnapshotId: string } }[];
      judge(
        "BlockDeviceMappings[0]",
        { ...mapping, Ebs: { ...mapping?.Ebs, SnapshotId: "snap" } },
        {
          DeviceName: "/dev/xvda",
          Ebs: { SnapshotId: "snap", VolumeSize: 1, DeleteOnTermination: true, VolumeType: "gp2", Encrypted: false },
        },
      );
      judge("the rest", rest, {
        ImageId: ami,
        ImageLocation: "000000000000/interop base",
        State: "available",
        OwnerId: "000000000000",
        Public: false,
        ImageType: "machine",
        Name: "interop base",
        RootDeviceType: "ebs",
        RootDeviceName: "/dev/xvda",
        VirtualizationType: "hvm",
        Hypervisor: "xen",
        EnaSupport: true,
        PlatformDetails: "Linux/UNIX",
        UsageOperation: "RunInstances",
        FreeTierEligible: false,
        ImageAllowed: true,
        DeregistrationProtection: "disabled",
        Tags: [],
        ProductCodes: [],
      });
    }),
  );

  test.unless(
    unable,
    "a volume through its whole life, a snapshot, an image, its copy",
    onBench(async ({ aws }) => {
      const zone = ["--availability-zone", "us-east-1a"];
      const vol = await textOf(aws, "VolumeId", "create-volume", ...zone, "--size", "1", ...tagged("volume", "A", "b"));
      judgeText("create-volume", vol, /^vol-[0-9a-f]{17}$/);
      await aws.ec2("wait", "volume-available", "--volume-ids", vol);
      const attach = ["--volume-id", vol, "--instance-id", INSTANCE, "--device", "/dev/sdp"];
      judge("attach-volume", await textOf(aws, "State", "attach-volume", ...attach), "attaching");
      judge("the device", existsSync("/dev/xvdp"), true);
      await aws.ec2("wait", "volume-in-use", "--volume-ids", vol);
      execFileSync("sh", ["-c", "printf 'written by hand' > /dev/xvdp"]);
      const [again, gone, state] = await Promise.all([
        aws.refusal("attach-volume", ...attach),
        aws.refusal("delete-volume", "--volume-id", vol),
        aws.ec2("describe-volumes", "--volume-ids", vol, "--query", "Volumes[0].[State,Attachments[0].State,Tags]"),
      ]);
      judge("attach-volume again", again, "VolumeInUse");
      judge("delete-volume while attached", gone, "VolumeInUse");
      judge("describe-volumes", state, ["in-use", "attached", [{ Key: "A", Value: "b" }]]);
      judge("detach-volume", await textOf(aws, "State", "detach-volume", "--volume-id", vol), "detaching");
      judge("the device", existsSync("/dev/xvdp"), false);
      await aws.ec2("wait", "volume-available", "--volume-ids", vol);
      await snapshotAndImage(aws, vol);
    }),
  );

  test.unless(
    unable,
    "pages of --page-size, --max-items and a token",
    onBench(async ({ aws, ami }) => {
      const tags = Array.from({ length: 12 }, (_, i) => `Key=page-${i},Value=${i}`);
      await aws.ec2("create-tags", "--resources", ami, "--tags", ...tags);
      const asked = ["describe-tags", "--filters", `Name=resource-id,Values=${ami}`];
      const { stdout, stderr } = await aws.run(["ec2", ...asked, "--page-size", "5", "--debug"]);
      judge("requests", stderr.match(/Making request for OperationModel\(name=DescribeTags\)/g)?.length, 3);
      judge("tags", (JSON.parse(stdout) as { readonly Tags: readonly unknown[] }).Tags.length, 12);
      const first = (await aws.ec2(...asked, "--max-items", "5")) as Page;
      const second = (await aws.ec2(...asked, "--starting-token", first.NextToken ?? "")) as Page;
      judge("first --max-items", first.Tags.length, 5);
      judge("what the token continues", second.Tags.length, 7);
      const keys = [...first.Tags, ...second.Tags].map(({ Key }) => Key);
      judge("all keys", new Set(keys).size, 12);
      await aws.ec2("delete-tags", "--resources", ami, "--tags", ...tags.map((tag) => tag.replace(/,.*/, "")));
      judge("after delete-tags", ((await aws.ec2(...asked)) as Page).Tags, []);
      for (const kind of ["images", "volumes", "snapshots", "volume-status"])
        await aws.ec2(`describe-${kind}`, "--page-size", "5");
    }),
  );

  test.unless(
    unable,
    "refusals with EC2's own codes",
    onBench(async ({ aws, ami }) => {
      const cases: readonly (readonly [expected: string, ...argv: readonly string[]])[] = [
        ["InvalidAMIID.NotFound", "describe-images", "--image-ids", "ami-00000000000000000"],
        ["InvalidAMIID.Malformed", "describe-images", "--image-ids", "image"],
        ["InvalidVolume.NotFound", "describe-volumes", "--volume-ids", "vol-00000000000000000"],
        ["InvalidSnapshot.NotFound", "describe-snapshots", "--snapshot-ids", "snap-00000000000000000"],
        ["InvalidInstanceID.NotFound", "describe-instances", "--instance-ids", "i-00000000000000000"],
        ["InvalidParameterValue", "describe-images", "--filters", "Name=colour,Values=red"],
        ["InvalidParameterValue", "create-volume", "--availability-zone", "eu-west-1a", "--size", "1"],
        [
          "UnknownVolumeType",
          "create-volume",
          "--availability-zone",
          "us-east-1a",
          "--size",
          "1",
          "--volume-type",
          "x",
        ],
        ["MissingParameter", "create-volume", "--availability-zone", "us-east-1a"],
        ["DryRunOperation", "deregister-image", "--image-id", ami, "--dry-run"],
        ["IncorrectState", "detach-volume", "--volume-id", await textOf(aws, "VolumeId", ...SMALL)],
        ["InvalidAction", "describe-vpcs"],
      ];
      for (let i = 0; i < cases.length; i += 4)
        await Promise.all(
          cases
            .slice(i, i + 4)
            .map(async ([expected, ...argv]) => judge(argv.join(" "), await aws.refusal(...argv), expected)),
        );
    }),
  );

  test.unless(
    unable,
    "regions, zones, the instance and who one is",
    onBench(async ({ aws }) => {
      const [regions, zones, state, arn, elsewhere] = await Promise.all([
        aws.ec2("describe-regions", "--region-names", "eu-west-1", "--query", "Regions[].RegionName"),
        aws.ec2("describe-availability-zones", "--query", "AvailabilityZones[].ZoneName"),
        aws.ec2("describe-instances", "--query", "Reservations[].Instances[].[InstanceId,State.Name]"),
        aws.run(["sts", "get-caller-identity", "--query", "Arn", "--output", "text"]),
        aws.ec2("describe-images", "--region", "eu-central-1", "--owners", "self", "--query", "Images"),
      ]);
      judge("describe-regions", regions, ["eu-west-1"]);
      judge("describe-availability-zones", zones, ["us-east-1a", "us-east-1b", "us-east-1c"]);
      judge("describe-instances", state, [[INSTANCE, "running"]]);
      judge("sts get-caller-identity", arn.stdout.trim(), "arn:aws:iam::000000000000:root");
      judge("images of another region", elsewhere, []);
    }),
  );

  test.unless(unable, "closes the bench", () => bench?.close());
});

const SMALL = ["create-volume", "--availability-zone", "us-east-1a", "--size", "1"] as const;

interface Page {
  readonly Tags: readonly { readonly Key: string }[];
  readonly NextToken?: string;
}

/** From an available volume to a copied image, and back to nothing. */
async function snapshotAndImage(aws: AwsCli, volume: string): Promise<void> {
  const of = ["--volume-id", volume, "--description", "by hand & <carefully>"];
  const snap = await textOf(aws, "SnapshotId", "create-snapshot", ...of, ...tagged("snapshot", "Stage", "test"));
  await aws.ec2("wait", "snapshot-completed", "--snapshot-ids", snap);
  const shown = ["describe-snapshots", "--filters", "Name=tag:Stage,Values=t?st", "--owner-ids", "self"];
  judge(
    "describe-snapshots",
    await aws.ec2(...shown, "--query", "Snapshots[].[SnapshotId,State,Progress,Description]"),
    [[snap, "completed", "100%", "by hand & <carefully>"]],
  );
  const mapping = `DeviceName=/dev/sda1,Ebs={SnapshotId=${snap},VolumeType=gp3}`;
  const register = ["register-image", "--name", "by-hand", "--root-device-name", "/dev/sda1"];
  const made = [...register, "--block-device-mappings", mapping, "--virtualization-type", "hvm"];
  const ami = await textOf(aws, "ImageId", ...made);
  await aws.ec2("wait", "image-available", "--image-ids", ami);
  judge("register-image twice", await aws.refusal(...made), "InvalidAMIName.Duplicate");
  const from = ["--source-region", "us-east-1", "--source-image-id", ami];
  const copy = await textOf(aws, "ImageId", "copy-image", ...from, "--name", "copied", "--region", "eu-west-1");
  await aws.ec2("wait", "image-available", "--image-ids", copy, "--region", "eu-west-1");
  const copied = await aws.ec2("describe-images", "--owners", "self", "--region", "eu-west-1");
  const [image] = (copied as { readonly Images: readonly Readonly<Record<string, unknown>>[] }).Images;
  judge("copy-image", [image?.["Name"], image?.["SourceImageId"], image?.["State"]], ["copied", ami, "available"]);
  judge("delete-snapshot in use", await aws.refusal("delete-snapshot", "--snapshot-id", snap), "InvalidSnapshot.InUse");
  await aws.ec2("deregister-image", "--image-id", ami);
  judge("after deregister-image", await aws.refusal("describe-images", "--image-ids", ami), "InvalidAMIID.NotFound");
  await aws.ec2("delete-snapshot", "--snapshot-id", snap);
  await aws.ec2("delete-volume", "--volume-id", volume);
  await aws.ec2("wait", "volume-deleted", "--volume-ids", volume);
}
