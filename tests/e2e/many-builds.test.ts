// More builds at once than there are device names, in two processes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, whyNoLocalBuilds } from "../support/workshop.js";

const template = (sourceAmi: string, who: string, many: number): string => {
  const names = Array.from({ length: many }, (_, index) => `${who}${index}`);
  const sources = names.map(
    (name) => `
source "amazon-chroot" "${name}" {
  region        = "us-east-1"
  source_ami    = "${sourceAmi}"
  ami_name      = "many ${name}"
  chroot_mounts = []
  copy_files    = []
}`,
  );
  return `${sources.join("\n")}
build {
  sources = [${names.map((name) => `"source.amazon-chroot.${name}"`).join(", ")}]
  provisioner "shell" {
    inline = ["echo device \${build.Device}", "sleep 1"]
  }
}`;
};

const unable = whyNoLocalBuilds();

describe("many builds at once", (test) => {
  test.unless(unable, "fourteen in two processes share eleven device names: all succeed, nothing is left", async () => {
    const shop = await openWorkshop();
    try {
      const build = (who: string, many: number) => {
        const file = join(shop.folder, `${who}.pkr.hcl`);
        writeFileSync(file, template(shop.sourceAmi, who, many));
        return shop.run(["build", "-local", file]);
      };
      const done = await Promise.all([build("a", 11), build("b", 3)]);
      for (const { code, stdout, stderr } of done) {
        assert.is(code, 0, stdout + stderr);
        assert.is(stderr, "");
      }
      const output = done.map(({ stdout }) => stdout).join("\n");
      const devices = [...output.matchAll(/: device (\S+)/g)].map(([, device]) => device);
      assert.is(devices.length, 14);
      assert.ok(new Set(devices).size >= 7, devices.join(" "));
      const images = JSON.parse((await shop.run(["ec2", "images", "-json"])).stdout) as readonly object[];
      assert.is(images.length, 1 + 14);
      assert.equal(await shop.leftovers(), []);
    } finally {
      shop.close();
    }
  });
});
