// What becomes of an AMI after it is registered: copies, encryption, sharing, replacement; and what stays of a late failure.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

interface Row {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;

const asShop = sharing(shop);

async function rows(at: Workshop, what: "images" | "snapshots"): Promise<readonly Row[]> {
  return JSON.parse((await at.run(["ec2", what, "-json"])).stdout) as readonly Row[];
}

/** Builds with these options; only the given mounts, so that it is quick. */
async function build(at: Workshop, name: string, options: string, flags: readonly string[] = []) {
  const file = join(at.folder, "regions.pkr.hcl");
  const source = `source "amazon-chroot" "it" {\n  source_ami = "${at.sourceAmi}"\n  region = "us-east-1"\n  ami_name = "${name}"\n  chroot_mounts = [["proc", "proc", "/proc"]]\n  copy_files = []\n${options}\n}\n`;
  writeFileSync(file, `${source}build {\n  sources = ["source.amazon-chroot.it"]\n}\n`);
  return at.run(["build", "-local", ...flags, file]);
}

const named = async (at: Workshop, name: string): Promise<readonly Row[]> =>
  (await rows(at, "images")).filter((image) => image.name === name);

describe("AMIs of several regions", (test) => {
  test.unless(
    unable,
    "copies in parallel, each tagged, in the artifact sorted by region",
    asShop(async (at) => {
      const done = await build(
        at,
        "spread",
        'ami_regions = ["us-west-2", "eu-west-1", "us-west-2"]\ntags = { Region = "{{ .BuildRegion }}" }',
      );
      assert.is(done.code, 0, done.stdout + done.stderr);
      const images = await named(at, "spread");
      assert.equal(images.map(({ region }) => region).sort(), ["eu-west-1", "us-east-1", "us-west-2"]);
      for (const { region, tags } of images) assert.equal(tags, { Region: region });
      const lines = done.stdout.split("\n").filter((line) => /^[a-z]+-[a-z]+-\d: ami-/.test(line));
      assert.equal(
        lines.map((line) => line.split(":")[0]),
        ["eu-west-1", "us-east-1", "us-west-2"],
      );
      assert.is((await at.run(["ec2", "volumes", "-json"])).stdout.trim(), "[]");
    }),
  );
  test.unless(
    unable,
    "encrypt_boot leaves neither the unencrypted AMI nor its snapshot",
    asShop(async (at) => {
      const before = await rows(at, "snapshots");
      const done = await build(at, "sealed", 'encrypt_boot = true\nkms_key_id = "alias/own"');
      assert.is(done.code, 0, done.stdout + done.stderr);
      assert.is((await named(at, "sealed")).length, 1);
      assert.not.ok(
        (await rows(at, "images")).some(({ name }) => name.startsWith("pkrts-") && name !== "pkrts-base e2e"),
      );
      assert.is((await rows(at, "snapshots")).length, before.length + 1);
    }),
  );
  test.unless(
    unable,
    "skip_save_build_region keeps nothing in the build region",
    asShop(async (at) => {
      const done = await build(at, "abroad", 'skip_save_build_region = true\nami_regions = ["eu-west-1"]');
      assert.is(done.code, 0, done.stdout + done.stderr);
      assert.equal(
        (await named(at, "abroad")).map(({ region }) => region),
        ["eu-west-1"],
      );
    }),
  );
  test.unless(
    unable,
    "a name that is taken where a copy would go is refused before anything is made",
    asShop(async (at) => {
      await build(at, "taken", 'skip_save_build_region = true\nami_regions = ["eu-west-1"]');
      const before = await rows(at, "snapshots");
      const taken = await build(at, "taken", 'ami_regions = ["eu-west-1"]');
      assert.is(taken.code, 1);
      assert.match(taken.stdout, /AMI Name: 'taken' is used by an existing AMI: ami-\w+ \(eu-west-1\)/);
      assert.is((await rows(at, "snapshots")).length, before.length);
    }),
  );
  test.unless(
    unable,
    "force_deregister replaces the AMI, and force_delete_snapshot its snapshots, in every region",
    asShop(async (at) => {
      const options = 'ami_regions = ["eu-west-1"]\nforce_deregister = true\nforce_delete_snapshot = true';
      await build(at, "again", options);
      const old = await named(at, "again");
      const before = await rows(at, "snapshots");
      const done = await build(at, "again", options);
      assert.is(done.code, 0, done.stdout + done.stderr);
      const fresh = await named(at, "again");
      assert.is(fresh.length, 2);
      assert.not.ok(fresh.some(({ id }) => old.some((image) => image.id === id)));
      assert.is((await rows(at, "snapshots")).length, before.length);
    }),
  );
  test.unless(
    unable,
    "builds as a role that it assumes, and says when the role is missing",
    asShop(async (at) => {
      const done = await build(
        at,
        "as a role",
        'assume_role {\n  role_arn = "arn:aws:iam::000000000000:role/builder"\n  session_name = "own"\n  tags = { a = "b" }\n}',
      );
      assert.is(done.code, 0, done.stdout + done.stderr);
      const bad = await build(at, "no role", 'assume_role {\n  session_name = "own"\n}');
      assert.is(bad.code, 1);
      assert.match(bad.stdout + bad.stderr, /role_arn/);
    }),
  );
  test.unless(unable, "closes the workshop", () => shop?.close());
});
