// What provisioners start and mount in the chroot: apart from the host, alive as long as the build needs it, and gone before the unmount.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;

const shell = (script: string): string => `provisioner "shell" {
    inline = [${JSON.stringify(script).replaceAll("${", "$${")}]
  }`;

async function build(
  at: Workshop,
  provisioners: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options = "",
) {
  const file = join(at.folder, "t.pkr.hcl");
  writeFileSync(
    file,
    `source "amazon-chroot" "s" {
  region     = "us-east-1"
  source_ami = "${at.sourceAmi}"
  ami_name   = "processes {{uuid}}"
  ${options}
}
build {
  sources = ["source.amazon-chroot.s"]
  ${provisioners.join("\n  ")}
}
`,
  );
  return at.run(["build", "-local", file], { env });
}

const LEFT = [
  // Its output is the provisioner's own.
  shell("sleep 1000 & echo $! > /tmp/holder; echo left"),
  shell(`sh -c 'trap "" TERM; while :; do sleep 1; done' & echo $! > /tmp/stubborn`),
  shell(`setsid sh -c 'trap "" TERM HUP; (while :; do sleep 1; done) & echo $! > /tmp/daemon'`),
  // They serve the provisioners that come later.
  shell("kill -0 $(cat /tmp/holder) && kill -0 $(cat /tmp/stubborn) && kill -0 $(cat /tmp/daemon) && echo all alive"),
];

const asShop = sharing(shop);

describe("processes that a provisioner leaves in the chroot", (test) => {
  test.unless(
    unable,
    "live until the image is unmounted, are named and ended then, and keep nobody waiting",
    asShop(async (at) => {
      const start = Date.now();
      const { code, stdout, stderr } = await build(at, LEFT);
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, "all alive");
      assert.match(stdout, /Ending a process that was left in the chroot: \d+ sleep 1000/);
      assert.ok(Date.now() - start < 30_000, `took ${Date.now() - start} ms`);
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "are ended, too, where the host has no namespaces to give; the build says so",
    asShop(async (at) => {
      const { code, stdout, stderr } = await build(at, LEFT, { PATH: pathWithout(at.folder, "unshare") });
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, "Commands in the chroot share the host's processes and mounts: ");
      assert.match(stdout, "all alive");
      assert.equal(await at.leftovers(), []);
    }),
  );
});

describe("commands in the chroot", (test) => {
  test.unless(
    unable,
    "that kill everything they can reach end nothing but what is in the chroot",
    asShop(async (at) => {
      const killing = `provisioner "shell" {
    inline            = ["kill -TERM -1; kill -KILL -1"]
    valid_exit_codes  = [143, 137]
  }`;
      const { code, stdout, stderr } = await build(at, [
        killing,
        shell("echo the next one runs in $(readlink /proc/1/exe)"),
      ]);
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, "the next one runs in");
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "know the run by its id, as the host's own commands do",
    asShop(async (at) => {
      const told = `provisioner "shell" {
    inline = ["echo in the image $PACKER_RUN_UUID of \${build.PackerRunUUID}"]
  }`;
      const { code, stdout, stderr } = await build(
        at,
        [told],
        {},
        'pre_mount_commands = ["echo host $PACKER_RUN_UUID"]',
      );
      assert.is(code, 0, stdout + stderr);
      const [, id = "none"] = /in the image ([0-9a-f-]{36}) of \1/.exec(stdout) ?? [];
      assert.match(stdout, `host ${id}`);
    }),
  );
  test.unless(
    unable,
    "see their own processes under /proc, and binfmt_misc where the kernel has it",
    asShop(async (at) => {
      const { code, stdout, stderr } = await build(at, [
        shell('set -- /proc/[0-9]*; echo "count $#"; [ -d /proc/$$ ] && cat /proc/$$/comm && kill -0 1 && echo own'),
        shell("ls /proc/sys/fs/binfmt_misc/ | cat"),
      ]);
      assert.is(code, 0, stdout + stderr);
      const count = Number(/count (\d+)/.exec(stdout)?.[1]);
      assert.ok(count >= 2 && count < 10, stdout);
      assert.match(stdout, "own");
      if (existsSync("/proc/sys/fs/binfmt_misc/status") && !stdout.includes("Not mounted"))
        assert.match(stdout, ": status");
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "mount for themselves: later provisioners see it, files go there, the host and the image do not have it",
    asShop(async (at) => {
      const { code, stdout, stderr } = await build(at, [
        shell("mount -t tmpfs none /opt 2>/dev/null || { mkdir /opt; mount -t tmpfs none /opt; }; touch /opt/mine"),
        `provisioner "file" {
    content     = "there\\n"
    destination = "/opt/file"
  }`,
        shell("cat /opt/file; ls /opt/mine"),
        `provisioner "shell-local" {
    inline = ["grep -c 'amazon-chroot.*/opt' /proc/self/mountinfo || echo host has none"]
  }`,
      ]);
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, ": there");
      assert.match(stdout, "host has none");
      const ami = /ami-[0-9a-f]{17}/.exec(stdout.slice(stdout.indexOf("artifacts of successful")))?.[0] ?? "none";
      assert.equal(await at.inspect(ami, (root) => readdirSync(join(root, "opt"))), []);
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "end with a pkrts that is killed",
    asShop(async (at) => {
      const script = `setsid sh -c 'trap "" TERM HUP; while :; do sleep 1; done' & echo started; sleep 985`;
      writeFileSync(
        join(at.folder, "k.pkr.hcl"),
        readFileSync(join(at.folder, "t.pkr.hcl"), "utf8").replace(/provisioner[\s\S]*/, `${shell(script)}\n}\n`),
      );
      let killed = false;
      await at.run(["build", "-local", "k.pkr.hcl"], {
        onOutput: (output, child) => {
          if (killed || !output.includes(": started")) return;
          killed = true;
          child.kill("SIGKILL");
        },
      });
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(
        (await at.leftovers()).filter((line) => line.startsWith("process")),
        [],
      );
      assert.is((await at.run(["cleanup", "-yes"])).code, 0);
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(unable, "closes the workshop", () => shop?.close());
});

/** A PATH with every program of the host's but one. */
function pathWithout(folder: string, missing: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const from of (process.env["PATH"] ?? "").split(":").filter(existsSync))
    for (const name of readdirSync(from))
      if (name !== missing && !existsSync(join(bin, name))) symlinkSync(join(from, name), join(bin, name));
  return bin;
}
