// Each call of a build that EC2 refuses, or answers only at the third attempt: the outcome, the message, and nothing left.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Fault } from "../../builders/amazon-chroot/local-ec2/faults.js";
import { openLocalEc2 } from "../../builders/amazon-chroot/local-ec2/index.js";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;

const asShop = sharing(shop);

/** EC2 deprecates at most ten years ahead. */
const NEXT_YEAR = `${new Date().getUTCFullYear() + 1}-06-01T00:00:00Z`;

const TEMPLATE = (sourceAmi: string, endpoint: string, name: string): string => `
source "amazon-chroot" "it" {
  access_key = "AKIATEST"
  secret_key = "secret of the test"
  custom_endpoint_ec2 = "${endpoint}"
  skip_credential_validation = true
  region = "us-east-1"
  source_ami = "${sourceAmi}"
  ami_name = "${name}"
  device_path = "/dev/xvdp"
  chroot_mounts = [["proc", "proc", "/proc"]]
  copy_files = []
  ami_regions = ["eu-west-1"]
  ami_description = "described"
  snapshot_users = ["111122223333"]
  deprecate_at = "${NEXT_YEAR}"
  tags = { Name = "it" }
  deregistration_protection {
    enabled = true
  }
}
build { sources = ["source.amazon-chroot.it"] }
`;

/** Builds on an EC2 with these faults, over the same way that leads to AWS. */
async function build(at: Workshop, name: string, faults: readonly Fault[]) {
  const ec2 = await openLocalEc2({ stateDir: join(at.folder, "ec2"), faults });
  const server = await ec2.listen();
  const file = join(at.folder, "refusals.pkr.hcl");
  writeFileSync(file, TEMPLATE(at.sourceAmi, server.url, name));
  try {
    return await at.run(["build", file], { env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url } });
  } finally {
    await server.close();
  }
}

/** Ids of all that costs money. */
async function kept(at: Workshop): Promise<readonly string[]> {
  const lists = await Promise.all(["images", "snapshots", "volumes"].map((what) => at.run(["ec2", what, "-json"])));
  return lists
    .flatMap(({ stdout }) => (JSON.parse(stdout) as readonly { readonly id: string }[]).map(({ id }) => id))
    .sort();
}

const CALLS = [
  "DescribeRegions",
  "DescribeInstances",
  "CreateVolume",
  "AttachVolume",
  "CreateSnapshot",
  "RegisterImage",
  "CopyImage",
  "EnableImageDeprecation",
  "ModifyImageAttribute",
  "ModifySnapshotAttribute",
  "CreateTags",
  "EnableImageDeregistrationProtection",
];

describe("what EC2 refuses", (test) => {
  for (const action of CALLS) {
    test.unless(
      unable,
      `${action} denied: the build fails with EC2's words, and leaves nothing`,
      asShop(async (at) => {
        const before = await kept(at);
        const message = "You are not authorized to perform this operation.";
        const done = await build(at, `denied ${action}`, [
          { action, code: "UnauthorizedOperation", message, status: 403, times: 9 },
        ]);
        assert.is(done.code, 1, done.stdout + done.stderr);
        assert.ok(done.stdout.includes(`${action}: UnauthorizedOperation: ${message}`), done.stdout);
        assert.not.match(done.stdout + done.stderr, /secret of the test|\n {4}at /);
        assert.equal(await kept(at), before);
      }),
    );
  }
  test.unless(
    unable,
    "every call throttled once, and every other failing once inside EC2: the build succeeds",
    asShop(async (at) => {
      const faults = CALLS.map((action, index) =>
        index % 2 === 0
          ? { action, code: "RequestLimitExceeded", status: 503, times: 1 }
          : { action, code: "InternalError", status: 500, times: 1 },
      );
      const done = await build(at, "throttled", faults);
      assert.is(done.code, 0, done.stdout + done.stderr);
    }),
  );
  for (const [code, remedy] of [
    ["ExpiredToken", "the credentials have expired: renew them"],
    ["AuthFailure", "or a wrong clock: this machine says that it is 20"],
  ] as const) {
    test.unless(
      unable,
      `${code} while waiting: says at once what to do, and leaves nothing`,
      asShop(async (at) => {
        const before = await kept(at);
        // The first DescribeVolumes of a build waits for its volume; a wait that went on would outlast the test.
        const done = await build(at, `stops at ${code}`, [{ action: "DescribeVolumes", code, status: 400, times: 1 }]);
        assert.is(done.code, 1, done.stdout + done.stderr);
        assert.ok(done.stdout.includes(remedy), done.stdout);
        assert.equal(await kept(at), before);
      }),
    );
  }
  test.unless(unable, "closes the workshop", () => shop?.close());
});
