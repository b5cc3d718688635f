// The ansible provisioner in a chroot: commands and files reach the image, and nothing is left on the host.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";

const unable = whyNoLocalBuilds() ?? whyNoTool("ansible-playbook");

/** Modules that need no Python in the image. */
const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - raw: echo "raw in $HOME" > /root/raw
    - script: made.sh "from the host"
`;

const template = (ami: string): string => `source "amazon-chroot" "it" {
  source_ami    = "${ami}"
  region        = "us-east-1"
  ami_name      = "played"
  chroot_mounts = [["proc", "proc", "/proc"]]
  copy_files    = []
}
build {
  sources = ["source.amazon-chroot.it"]
  provisioner "ansible" {
    playbook_file = "p.yml"
  }
}
`;

describe("ansible in a chroot", (test) => {
  test.unless(unable, "plays into the image with what ansible-core has", async () => {
    const at = await openWorkshop();
    try {
      writeFileSync(join(at.folder, "p.yml"), PLAYBOOK);
      writeFileSync(join(at.folder, "made.sh"), '#!/bin/sh\necho "$1" > /root/script\nchmod 600 /root/script\n');
      writeFileSync(join(at.folder, "t.pkr.hcl"), template(at.sourceAmi));
      const { code, stdout, stderr } = await at.run(["build", "-local", "t.pkr.hcl"]);
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, "ok=2");
      const ami = /ami-[0-9a-f]{17}/.exec(stdout.slice(stdout.indexOf("artifacts of successful")))?.[0] ?? "none";
      await at.inspect(ami, (root) => {
        assert.is(readFileSync(join(root, "root/raw"), "utf8"), "raw in /root\n");
        assert.is(readFileSync(join(root, "root/script"), "utf8"), "from the host\n");
        assert.is(statSync(join(root, "root/script")).mode & 0o777, 0o600);
      });
      assert.equal(await at.leftovers(), []);
    } finally {
      at.close();
    }
  });
});
