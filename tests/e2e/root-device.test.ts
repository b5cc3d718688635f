// Which partition is mounted when the template names none; XFS beside its twin; the table that the kernel has not read yet.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { fileSystemOf, holdsRoot, partitionsOf } from "../../builders/amazon-chroot/host/root-device.js";
import { NO_WRAPPER } from "../../builders/amazon-chroot/host/wrapper.js";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";

const unable = whyNoLocalBuilds() ?? whyNoTool("mkfs.xfs") ?? whyNoTool("sfdisk");
const shop = unable === undefined ? await openWorkshop() : undefined;
const MIB = 1024 ** 2;
const run = (file: string, ...args: readonly string[]): string => execFileSync(file, args, { encoding: "utf8" });

/** Hands a loop device over a part of a file to `body`. */
function onLoop(file: string, offset: number, size: number, body: (loop: string) => void): void {
  const loop = run("losetup", "--find", "--show", `--offset=${offset}`, `--sizelimit=${size}`, file).trim();
  try {
    body(loop);
  } finally {
    run("losetup", "--detach", loop);
  }
}

function mountedAt(device: string, folder: string, options: readonly string[], body: () => void): void {
  mkdirSync(folder, { recursive: true });
  run("mount", ...options, device, folder);
  try {
    body();
  } finally {
    run("umount", folder);
  }
}

/** The base image's files on `device`. */
function copyBase(at: Workshop, device: string): void {
  const [from, to] = [join(at.folder, "from"), join(at.folder, "to")];
  mountedAt(join(at.folder, "base.img"), from, ["-o", "loop,ro,offset=1048576"], () =>
    mountedAt(device, to, [], () => run("cp", "-a", `${from}/.`, to)),
  );
}

/** 1: /boot on ext4; 2: FAT as of EFI; 3: the root on XFS. */
async function bootFirst(at: Workshop): Promise<string> {
  const disk = join(at.folder, "boot-first.img");
  writeFileSync(disk, "");
  truncateSync(disk, 900 * MIB);
  execFileSync("sfdisk", ["-q", disk], { input: "label: gpt\nsize=64MiB\nsize=64MiB, type=U\nsize=700MiB\n" });
  onLoop(disk, MIB, 64 * MIB, (loop) => run("mke2fs", "-q", "-t", "ext4", loop));
  onLoop(disk, 129 * MIB, 700 * MIB, (loop) => {
    run("mkfs.xfs", "-q", loop);
    copyBase(at, loop);
  });
  return importDisk(at, "boot first", disk);
}

/** 1 to 8 hold nothing, the last by its number is the root, as on images for containers. */
async function ninth(at: Workshop, number: number): Promise<string> {
  const disk = join(at.folder, "ninth.img");
  writeFileSync(disk, "");
  truncateSync(disk, 200 * MIB);
  const others = Array.from({ length: 8 }, () => "size=1MiB\n").join("");
  execFileSync("sfdisk", ["-q", disk], { input: `label: gpt\n${others}${number}: size=150MiB\n` });
  onLoop(disk, 9 * MIB, 150 * MIB, (loop) => {
    run("mke2fs", "-q", "-t", "ext4", loop);
    copyBase(at, loop);
  });
  return importDisk(at, `partition ${number}`, disk);
}

async function unpartitioned(at: Workshop): Promise<string> {
  const disk = join(at.folder, "plain.img");
  writeFileSync(disk, "");
  truncateSync(disk, 200 * MIB);
  run("mke2fs", "-q", "-F", "-t", "ext4", disk);
  onLoop(disk, 0, 200 * MIB, (loop) => copyBase(at, loop));
  return importDisk(at, "plain", disk);
}

async function importDisk(at: Workshop, name: string, disk: string): Promise<string> {
  const { code, stdout, stderr } = await at.run(["ec2", "import", `-name=${name}`, disk]);
  assert.is(code, 0, stderr);
  rmSync(disk);
  return stdout.trim();
}

const source = (name: string, ami: string, options = ""): string => `source "amazon-chroot" "${name}" {
  region     = "us-east-1"
  source_ami = "${ami}"
  ami_name   = "${name} {{uuid}}"
  ${options}
}
`;

async function build(at: Workshop, sources: readonly string[], inline: string) {
  const file = join(at.folder, "t.pkr.hcl");
  const names = sources.map((text) => /"amazon-chroot" "(\w+)"/.exec(text)?.[1] ?? "");
  writeFileSync(
    file,
    `${sources.join("")}build {
  sources = ${JSON.stringify(names.map((name) => `source.amazon-chroot.${name}`))}
  provisioner "shell" {
    inline = [${JSON.stringify(inline)}]
  }
}
`,
  );
  return at.run(["build", "-local", file]);
}

const asShop = sharing(shop);

describe("the root file system of a volume", (test) => {
  test.unless(
    unable,
    "is found behind /boot and EFI; XFS of one id is mounted by two builds at once",
    asShop(async (at) => {
      const ami = await bootFirst(at);
      // Each waits for the other, so that both are mounted at the same time.
      const meet = `${at.folder}/met`;
      mkdirSync(meet);
      const { code, stdout, stderr } = await build(
        at,
        [
          source("one", ami, `chroot_mounts = [["proc", "proc", "/proc"], ["bind", "${meet}", "/opt"]]`),
          source("two", ami, `chroot_mounts = [["proc", "proc", "/proc"], ["bind", "${meet}", "/opt"]]`),
        ],
        "touch /opt/$PACKER_BUILD_NAME; while ! [ -e /opt/one -a -e /opt/two ]; do sleep 0.1; done; echo met; [ -e /etc/passwd ]",
      );
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, /one: The root file system is on \/dev\/xvd[f-p]3/);
      assert.match(stdout, "amazon-chroot.two: met");
      assert.equal(await at.leftovers(), []);
      // Of options that no other file system knows, too.
      const unlike = await build(at, [source("unlike", ami, 'mount_options = ["nouuid"]')], "[ -e /etc/passwd ]");
      assert.is(unlike.code, 0, unlike.stdout + unlike.stderr);
      assert.match(unlike.stdout, /\/dev\/xvd[f-p]1 is passed over: Error mounting root volume: /);
      // What the template says goes.
      const named = await build(at, [source("named", ami, 'mount_partition = "1"\n  copy_files = []')], "true");
      assert.is(named.code, 1);
      assert.not.match(named.stdout, "The root file system is on");
      const missing = await build(at, [source("missing", ami, "mount_partition = 7")], "true");
      assert.match(missing.stdout, /7 does not exist: the volume has no such partition, but \S+1, \S+2, \S+3 \(/);
      const wrong = await build(at, [source("wrong", ami, "mount_partition = 2")], "true");
      assert.match(wrong.stdout, /mount_partition may mean \S+1, which holds ext4, or \S+3, which holds xfs/);
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "is found beyond the eighth partition, and beyond the sixteenth",
    asShop(async (at) => {
      for (const number of [9, 21]) {
        const ami = await ninth(at, number);
        const { code, stdout, stderr } = await build(at, [source("ninth", ami)], "[ -e /etc/passwd ]");
        assert.is(code, 0, stdout + stderr);
        assert.equal(await at.leftovers(), []);
      }
    }),
  );
  test.unless(
    unable,
    "is the whole disk where there are no partitions",
    asShop(async (at) => {
      const { code, stdout, stderr } = await build(
        at,
        [source("plain", await unpartitioned(at))],
        "[ -e /etc/passwd ]",
      );
      assert.is(code, 0, stdout + stderr);
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(unable, "and nothing that has no file system", async () => {
    assert.is(
      await fileSystemOf("/dev/null", {
        wrapper: NO_WRAPPER,
        signal: new AbortController().signal,
        onTrouble: (text) => assert.unreachable(text),
      }),
      undefined,
    );
    assert.is(holdsRoot("/"), true);
    assert.is(holdsRoot("/boot"), false);
    const there = ["/dev/nvme1n1p1", "/dev/nvme1n1p128", "/dev/xvdf2"];
    assert.equal(
      partitionsOf("/dev/nvme1n1", (path) => there.includes(path)),
      ["/dev/nvme1n1p1", "/dev/nvme1n1p128"],
    );
    assert.equal(
      partitionsOf("/dev/xvdf", (path) => there.includes(path)),
      ["/dev/xvdf2"],
    );
  });
  test.unless(unable, "closes the workshop", () => shop?.close());
});
