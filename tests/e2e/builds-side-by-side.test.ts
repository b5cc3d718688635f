// A build that makes its namespace while another's image is mounted gets a copy of that mount: the other's disk must be let go all the same.
import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const source = (name: string, ami: string, more = ""): string => `
source "amazon-chroot" "${name}" {
  region     = "us-east-1"
  source_ami = "${ami}"
  ami_name   = "beside ${name}"
  ${more}
}`;

/** Waits for a file, up to 20 seconds. */
const WAIT = 'for i in $(seq 200); do [ -e "$1" ] && exit 0; sleep 0.1; done; exit 1\n';

/** The short one unmounts while the long one's namespace, made when the short one was mounted, still lives. */
const template = ({ sourceAmi, folder }: Workshop, more: string): string => `${source("short", sourceAmi, more)}
${source("long", sourceAmi, `pre_mount_commands = ["sh ${folder}/wait ${folder}/short-is-mounted"]\n  ${more}`)}
build {
  sources = ["source.amazon-chroot.short", "source.amazon-chroot.long"]
  provisioner "shell-local" {
    only   = ["amazon-chroot.short"]
    inline = ["touch short-is-mounted", "sh wait long-has-its-namespace"]
  }
  provisioner "shell-local" {
    only   = ["amazon-chroot.long"]
    inline = ["touch long-has-its-namespace", "sh wait short-is-done"]
  }
  post-processor "shell-local" {
    only   = ["amazon-chroot.short"]
    inline = ["touch short-is-done"]
  }
}
`;

/** Whether ext4 would have to replay its journal: the file system was not unmounted when the snapshot was taken. */
function needsRecovery(disk: string): boolean {
  const file = openSync(disk, "r");
  const features = Buffer.alloc(4);
  // The partition starts at 1 MiB, its superblock 1 KiB later.
  readSync(file, features, 0, 4, 1024 ** 2 + 1024 + 0x60);
  closeSync(file);
  return (features.readUInt32LE() & 0x4) !== 0;
}

interface Image {
  readonly name: string;
  readonly disk: string;
}

const imagesOf = async (shop: Workshop): Promise<readonly Image[]> =>
  (JSON.parse((await shop.run(["ec2", "images", "-json"])).stdout) as readonly Image[]).filter(({ name }) =>
    name.startsWith("beside "),
  );

/** `more`: further options of both builds. */
const letGo = async (more: string): Promise<void> => {
  const shop = await openWorkshop();
  try {
    writeFileSync(join(shop.folder, "wait"), WAIT);
    writeFileSync(join(shop.folder, "t.pkr.hcl"), template(shop, more));
    const { code, stdout, stderr } = await shop.run(["build", "-local", "t.pkr.hcl"], { privateMounts: true });
    assert.is(code, 0, stdout + stderr);
    const images = await imagesOf(shop);
    assert.is(images.length, 2);
    assert.equal(
      images.filter(({ disk }) => needsRecovery(disk)).map(({ name }) => name),
      [],
    );
    assert.equal(await shop.leftovers(), []);
  } finally {
    shop.close();
  }
};

describe("builds side by side, where mounts are private", (test) => {
  const unable = whyNoLocalBuilds();
  test.unless(unable, "no build waits for another to let go of its disk, nor snapshots it dirty", () => letGo(""));
  test.unless(unable, "under a wrapper, too", () => letGo('command_wrapper = "env {{.Command}}"'));
});
