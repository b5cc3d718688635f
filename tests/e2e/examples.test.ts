// The six examples of fixtures/builds, in both dialects, built on this machine; then what is in the images.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";

const builds = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "fixtures", "builds");
const DIALECTS = ["template.pkr.hcl", "template.json"] as const;

interface Manifest {
  readonly builds: readonly {
    readonly name: string;
    readonly builder_type: string;
    readonly files: unknown;
    readonly artifact_id: string;
    readonly custom_data: Readonly<Record<string, string>> | null;
  }[];
}

/** Builds an example and returns its manifest; the host must be as it was. */
async function buildExample(
  shop: Workshop,
  example: string,
  dialect: string,
  vars: Readonly<Record<string, string>>,
): Promise<Manifest> {
  const flags = Object.entries(vars).flatMap(([name, value]) => ["-var", `${name}=${value}`]);
  const { code, stdout, stderr } = await shop.run(["build", "-local", ...flags, join(builds, example, dialect)]);
  assert.is(code, 0, `${example}/${dialect}\n${stdout}${stderr}`);
  assert.equal(await shop.leftovers(), [], `${example}/${dialect} left something`);
  return JSON.parse(readFileSync(join(shop.folder, "manifest.json"), "utf8")) as Manifest;
}

const lastAmi = (manifest: Manifest): string => manifest.builds.at(-1)?.artifact_id.replace("us-east-1:", "") ?? "none";
const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;

const asShop = sharing(shop);

describe("the examples, built with -local", (test) => {
  for (const dialect of DIALECTS) {
    test.unless(
      unable,
      `(a) basic, ${dialect}`,
      asShop(async (at) => {
        const manifest = await buildExample(at, "basic", dialect, { source_ami: at.sourceAmi });
        const own = await at.inspect(at.sourceAmi, (root) => readFileSync(join(root, "etc/resolv.conf")));
        await at.inspect(lastAmi(manifest), (root) => {
          assert.is(readFileSync(join(root, "root/hello"), "utf8"), "hello from the chroot\n");
          assert.equal(readFileSync(join(root, "root/resolv.conf.seen")), readFileSync("/etc/resolv.conf"));
          assert.equal(readFileSync(join(root, "etc/resolv.conf")), own);
        });
      }),
    );
    test.unless(
      unable,
      `(b) chroot_mounts given, ${dialect}`,
      asShop(async (at) => {
        const manifest = await buildExample(at, "mounts", dialect, { source_ami: at.sourceAmi });
        await at.inspect(lastAmi(manifest), (root) => {
          const seen = readFileSync(join(root, "root/mounts.seen"), "utf8");
          assert.match(seen, /^\/proc$/m);
          assert.match(seen, /^\/dev$/m);
          assert.not.match(seen, /^\/sys$/m);
        });
      }),
    );
    test.unless(
      unable,
      `(c) policy-rc.d around other provisioners, ${dialect}`,
      asShop(async (at) => {
        const manifest = await buildExample(at, "policy-rc", dialect, { source_ami: at.sourceAmi });
        await at.inspect(lastAmi(manifest), (root) => {
          assert.is(readFileSync(join(root, "root/greeting"), "utf8"), `it's a "$HOME" day\n`);
          assert.is(readFileSync(join(root, "root/scripts.seen"), "utf8"), "one amazon-chroot policy-rc\ntwo\n");
          assert.not.ok(existsSync(join(root, "usr/sbin/policy-rc.d")));
        });
      }),
    );
    test.unless(
      unable,
      `(d) NVMe with a source_ami_filter, ${dialect}`,
      asShop(async (at) => {
        // This host has no NVMe disk to give away: the mount path is the device that the embedded EC2 attaches.
        const vars = { device_path: "/dev/xvdg", nvme_device_path: "/dev/xvdg" };
        const manifest = await buildExample(at, "nvme", dialect, vars);
        await at.inspect(lastAmi(manifest), (root) =>
          assert.match(readFileSync(join(root, "root/built-at"), "utf8"), /^\d{10}\n$/),
        );
      }),
    );
    test.unless(
      unable ?? whyNoTool("parted"),
      `(e) from scratch, ${dialect}`,
      asShop(async (at) => {
        const root = await at.inspect(at.sourceAmi, (from) => copyOf(from, join(at.folder, `scratch-${dialect}`)));
        const manifest = await buildExample(at, "from-scratch", dialect, { root });
        await at.inspect(lastAmi(manifest), (made) => {
          assert.is(readFileSync(join(made, "root/origin"), "utf8"), "made from nothing\n");
          assert.ok(statSync(join(made, "bin/sh")).size > 0);
        });
      }),
    );
    test.unless(
      unable,
      `(f) tags and custom_data, ${dialect}`,
      asShop(async (at) => {
        const manifest = await buildExample(at, "tags", dialect, { source_ami: at.sourceAmi });
        const images = JSON.parse((await at.run(["ec2", "images", "-json"])).stdout) as readonly {
          readonly id: string;
          readonly tags: Readonly<Record<string, string>>;
        }[];
        const image = images.find(({ id }) => id === lastAmi(manifest));
        assert.equal(image?.tags, {
          Base_AMI_ID: at.sourceAmi,
          Base_AMI_Name: "pkrts-base e2e",
          Extra: "<no value>",
          Name: "tagged",
          Region: "us-east-1",
          Release: "latest",
        });
        const data = manifest.builds.at(-1)?.custom_data;
        assert.is(data?.["source_ami_name"], "pkrts-base e2e");
        assert.match(data?.["device"] ?? "", /^\/dev\/(xvd|sd)[f-p]$/);
        assert.match(data?.["mount_path"] ?? "", /^\/mnt\/packer-amazon-chroot-volumes\/(xvd|sd)[f-p]$/);
        await at.inspect(lastAmi(manifest), (root) =>
          assert.is(readFileSync(join(root, "root/source"), "utf8"), `${at.sourceAmi} pkrts-base e2e\n`),
        );
      }),
    );
  }
  test.unless(unable, "closes the workshop", () => shop?.close());
});

/** A writable copy of an image's root, for the example that makes one from nothing. */
function copyOf(from: string, to: string): string {
  execFileSync("cp", ["-a", from, to]);
  return to;
}
