// The file provisioner in a chroot, both ways: content, modes, folders, slashes at the end.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();

const template = (ami: string): string => `source "amazon-chroot" "it" {
  source_ami    = "${ami}"
  region        = "us-east-1"
  ami_name      = "files"
  chroot_mounts = [["proc", "proc", "/proc"]]
  copy_files    = []
}
build {
  sources = ["source.amazon-chroot.it"]
  provisioner "file" {
    content     = "made of text\\n"
    destination = "/root/content"
  }
  provisioner "file" {
    source      = "tool"
    sources     = ["plain"]
    destination = "/root/"
  }
  provisioner "file" {
    source      = "tree"
    destination = "/opt/tree"
  }
  provisioner "file" {
    source      = "tree"
    destination = "/root"
  }
  provisioner "file" {
    source      = "tree/"
    destination = "/opt/contents"
  }
  provisioner "file" {
    direction   = "download"
    source      = "/root/tool"
    destination = "back/"
  }
  provisioner "file" {
    direction   = "download"
    source      = "/opt/tree/"
    destination = "back"
  }
}
`;

describe("the file provisioner in a chroot", (test) => {
  test.unless(unable, "uploads and downloads files and folders", async () => {
    const at = await openWorkshop();
    try {
      const here = (name: string): string => join(at.folder, name);
      writeFileSync(here("plain"), "plain\n");
      writeFileSync(here("tool"), "#!/bin/sh\n");
      chmodSync(here("tool"), 0o750);
      mkdirSync(here("tree/inner"), { recursive: true });
      writeFileSync(here("tree/inner/leaf"), "leaf\n");
      writeFileSync(here("t.pkr.hcl"), template(at.sourceAmi));
      const { code, stdout, stderr } = await at.run(["build", "-local", "t.pkr.hcl"]);
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, "Uploading plain => /root/");
      assert.is(readFileSync(here("back/tool"), "utf8"), "#!/bin/sh\n");
      assert.is(readFileSync(here("back/tree/inner/leaf"), "utf8"), "leaf\n");
      const ami = /ami-[0-9a-f]{17}/.exec(stdout.slice(stdout.indexOf("artifacts of successful")))?.[0] ?? "none";
      await at.inspect(ami, (root) => {
        assert.is(readFileSync(join(root, "root/content"), "utf8"), "made of text\n");
        assert.is(readFileSync(join(root, "root/plain"), "utf8"), "plain\n");
        assert.is(statSync(join(root, "root/tool")).mode & 0o7777, 0o750);
        assert.is(statSync(join(root, "root/tool")).uid, 0);
        assert.is(readFileSync(join(root, "opt/tree/inner/leaf"), "utf8"), "leaf\n");
        assert.is(readFileSync(join(root, "root/tree/inner/leaf"), "utf8"), "leaf\n");
        assert.is(readFileSync(join(root, "opt/contents/inner/leaf"), "utf8"), "leaf\n");
        assert.not(existsSync(join(root, "opt/contents/tree")));
      });
      assert.equal(await at.leftovers(), []);
    } finally {
      at.close();
    }
  });
  test.unless(unable, "what can't be downloaded leaves the file that is there as it was", async () => {
    const at = await openWorkshop();
    try {
      const file = join(at.folder, "mine");
      const downloads = ["/root/none", "/root"].map(
        (source) => `provisioner "file" {
    direction         = "download"
    source            = "${source}"
    destination       = "mine"
    continue_on_error = true
  }
`,
      );
      writeFileSync(file, "mine\n");
      writeFileSync(
        join(at.folder, "t.pkr.hcl"),
        template(at.sourceAmi).replace(/provisioner.*/s, `${downloads.join("")}}\n`),
      );
      const { code, stdout, stderr } = await at.run(["build", "-local", "t.pkr.hcl"]);
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, "/root is a folder in the image");
      assert.is(readFileSync(file, "utf8"), "mine\n");
    } finally {
      at.close();
    }
  });
  test.unless(unable, "a pipe that nobody writes to is waited for no longer than the provisioner may", async () => {
    const at = await openWorkshop();
    try {
      execFileSync("mkfifo", [join(at.folder, "pipe")]);
      const only = `provisioner "file" {
    source      = "pipe"
    destination = "/root/got"
    timeout     = "1s"
  }
}
`;
      writeFileSync(join(at.folder, "t.pkr.hcl"), template(at.sourceAmi).replace(/provisioner.*/s, only));
      const { code, stdout, stderr } = await at.run(["build", "-local", "t.pkr.hcl"]);
      assert.is(code, 1, stdout + stderr);
      assert.match(stdout, "context canceled");
      assert.equal(await at.leftovers(), []);
    } finally {
      at.close();
    }
  });
});
