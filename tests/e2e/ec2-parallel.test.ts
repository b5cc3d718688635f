// More builds at once than there are device names, on one server.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { startServer } from "../support/ec2-server.js";
import { openWorkshop, whyNoLocalBuilds } from "../support/workshop.js";

const BUILDS = 20;

const template = (endpoint: string, sourceAmi: string, number: number): string => `
source "amazon-chroot" "one" {
  access_key                 = "local"
  secret_key                 = "local-secret"
  region                     = "us-east-1"
  custom_endpoint_ec2        = "${endpoint}"
  skip_credential_validation = true
  source_ami                 = "${sourceAmi}"
  ami_name                   = "parallel ${number}"
  chroot_mounts              = [["proc", "proc", "/proc"]]
}

build {
  sources = ["source.amazon-chroot.one"]
  provisioner "shell" {
    inline = ["echo build ${number} > /root/number"]
  }
  post-processor "manifest" {
    output = "manifest.json"
  }
}
`;

const unable = whyNoLocalBuilds();

describe("embedded EC2: builds at once", (test) => {
  test.unless(unable, `${BUILDS} of them on one server all make their own image`, async () => {
    const shop = await openWorkshop();
    const server = await startServer(join(shop.folder, "ec2"));
    try {
      const builds = Array.from({ length: BUILDS }, async (_, number) => {
        const cwd = join(shop.folder, `build-${number}`);
        mkdirSync(cwd);
        writeFileSync(join(cwd, "one.pkr.hcl"), template(server.url, shop.sourceAmi, number));
        const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url };
        const { code, stdout, stderr } = await shop.run(["build", "one.pkr.hcl"], { cwd, env });
        assert.is(code, 0, `build ${number}:\n${stdout}${stderr}`);
        const manifest = JSON.parse(readFileSync(join(cwd, "manifest.json"), "utf8")) as {
          readonly builds: readonly { readonly artifact_id: string }[];
        };
        return manifest.builds[0]?.artifact_id.replace("us-east-1:", "") ?? "";
      });
      const settled = await Promise.allSettled(builds);
      const failed = settled.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
      assert.equal(failed, []);
      const amis = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      assert.is(new Set(amis).size, BUILDS);
      for (const number of [0, BUILDS - 1])
        await shop.inspect(amis[number] ?? "", (root) =>
          assert.is(readFileSync(join(root, "root/number"), "utf8"), `build ${number}\n`),
        );
      assert.equal(await shop.leftovers(), []);
      assert.is((await shop.run(["ec2", "fsck"])).stdout, "consistent\n");
    } finally {
      await server.stop();
      shop.close();
    }
  });
});
