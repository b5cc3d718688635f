// A user who is not root builds by a command_wrapper that is: a program like sudo(8), of the test's own.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type LocalEc2, openLocalEc2 } from "../../builders/amazon-chroot/local-ec2/index.js";
import { makeBaseImage } from "../../fixtures/quickstart/make-base-image.js";
import { type Finished, pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";

/** Nobody in particular. */
const USER = 54_321;
const folder = mkdtempSync(join(tmpdir(), "pkrts-user-"));
const asRoot = join(folder, "as-root");

function whyNoUser(): string | undefined {
  const without = whyNoLocalBuilds() ?? whyNoTool("setpriv");
  if (without !== undefined) return without;
  chmodSync(folder, 0o755);
  const setpriv = execFileSync("sh", ["-c", "command -v setpriv"], { encoding: "utf8" }).trim();
  copyFileSync(setpriv, asRoot);
  // Nobody else's way to root.
  chownSync(asRoot, 0, USER);
  chmodSync(asRoot, 0o4750);
  const id = execFileSync(asRoot, [...WORDS, "id", "-u"], { uid: USER, gid: USER, encoding: "utf8" });
  return id.trim() === "0" ? undefined : `needs set-user-ID programs in ${folder}`;
}

/** As sudo: root's ids, and an environment of root's own. */
const WORDS = ["--reuid=0", "--regid=0", "--clear-groups", "--reset-env"];
const WRAPPER = `command_wrapper = "${[asRoot, ...WORDS].join(" ")} {{.Command}}"`;
const unable = whyNoUser();

const template = (ami: string, endpoint: string, options: string, provisioners: string): string => `
source "amazon-chroot" "it" {
  access_key                 = "AKIATEST"
  secret_key                 = "of the test"
  custom_endpoint_ec2        = "${endpoint}"
  skip_credential_validation = true
  region                     = "us-east-1"
  source_ami                 = "${ami}"
  ami_name                   = "of a user {{uuid}}"
  mount_path                 = "${folder}/mnt"
  ${options}
}
build {
  sources = ["source.amazon-chroot.it"]
  ${provisioners}
}
`;

const home = join(folder, "home");

interface Bench {
  readonly ec2: LocalEc2;
  build(options: string, provisioners: string, how?: Parameters<typeof pkrts>[1]): Promise<Finished>;
  /** As the user, or as root. */
  cleanup(uid: number): Promise<Finished>;
  left(): readonly string[];
}

async function withBench(body: (bench: Bench) => Promise<void>): Promise<void> {
  const ec2 = await openLocalEc2({ stateDir: join(folder, "ec2") });
  const [image] = await ec2.images();
  const ami = image?.id ?? (await ec2.importImage(join(folder, "base.img"), { name: "unprivileged base" }));
  const server = await ec2.listen();
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url, HOME: home, XDG_STATE_HOME: join(home, "state") };
  const keys = { AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "of the test" };
  try {
    await body({
      ec2,
      cleanup: (uid) => pkrts(["cleanup", "-yes"], { cwd: home, env: { ...env, ...keys }, uid }),
      build(options, provisioners, how = {}) {
        writeFileSync(join(home, "t.pkr.hcl"), template(ami, server.url, options, provisioners));
        return pkrts(["build", "t.pkr.hcl"], { cwd: home, env, uid: USER, ...how });
      },
      left: () => leftovers(),
    });
  } finally {
    await server.close();
  }
}

function leftovers(): readonly string[] {
  const loops = execFileSync("losetup", ["--list", "--noheadings", "--output", "BACK-FILE"], { encoding: "utf8" });
  const runs = join(home, "state/pkrts/runs");
  return [
    ...`${loops}\n${readFileSync("/proc/self/mounts", "utf8")}`.split("\n").filter((line) => line.includes(folder)),
    ...(existsSync(runs) ? readdirSync(runs) : []),
    ...readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid))
      .map(commandLine)
      .filter((line) => line.includes(`sleep 977.${process.pid}`) || line.includes(`${folder}/mnt`)),
  ];
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

const told = ({ stdout, stderr }: Finished): string => `${stdout}${stderr}`;

const onBench = (body: (bench: Bench) => Promise<void>) => () => withBench(body);

if (unable === undefined) {
  await makeBaseImage(join(folder, "base.img"));
  mkdirSync(home);
  chownSync(home, USER, USER);
}

describe("a user who is not root", (test) => {
  test.unless(
    unable,
    "builds by command_wrapper: mounts, files, provisioners in their namespace, and the clean-up",
    onBench(async ({ ec2, build, left }) => {
      writeFileSync(join(home, "file"), "of the user\n");
      const finished = await build(
        `${WRAPPER}
  pre_mount_commands  = ["id -u"]
  post_mount_commands = ["ls {{.MountPath}}/etc/passwd"]`,
        `provisioner "shell" {
    environment_vars = ["WHO=me"]
    inline           = ["echo $WHO is process $$", "sleep 977.${process.pid} & true"]
  }
  provisioner "file" {
    source      = "file"
    destination = "/tmp/file2"
  }
  provisioner "file" {
    direction   = "download"
    source      = "/etc/passwd"
    destination = "down"
  }`,
      );
      assert.is(finished.code, 0, told(finished));
      assert.match(finished.stdout, /me is process \d{1,2}\n/);
      assert.not.match(finished.stdout, "share the host's processes");
      assert.match(readFileSync(join(home, "down"), "utf8"), "root:");
      assert.is((await ec2.images()).length, 2);
      assert.equal(left(), []);
    }),
  );
  test.unless(
    unable,
    "cancels what root runs for him",
    onBench(async ({ build, ec2, left }) => {
      for (const [options, provisioners] of [
        [WRAPPER, `provisioner "shell" {\n    inline = ["echo started; sleep 977.${process.pid}"]\n  }`],
        [`${WRAPPER}\n  pre_mount_commands = ["sh -c 'echo started; sleep 977.${process.pid}'"]`, ""],
      ] as const) {
        let sent = false;
        const finished = await build(options, provisioners, {
          onOutput: (output, child) => {
            if (!sent && output.includes(": started")) sent = child.kill("SIGINT");
          },
        });
        assert.is(finished.code, 130, told(finished));
        assert.equal(left(), []);
        assert.equal(await ec2.volumes(), []);
      }
    }),
  );
  test.unless(
    unable,
    "leaves after a kill what root can clean up, and is told how",
    onBench(async ({ build, ec2, left, cleanup }) => {
      const killed = await build(WRAPPER, 'provisioner "shell" {\n    inline = ["echo started; read x"]\n  }', {
        onOutput: (output, child) => void (output.includes(": started") && child.kill("SIGKILL")),
      });
      assert.is(killed.signal, "SIGKILL");
      const vain = await cleanup(USER);
      assert.is(vain.code, 1, told(vain));
      assert.match(vain.stdout, `What needs root: sudo XDG_STATE_HOME=${home}/state pkrts cleanup -yes`);
      const cleaned = await cleanup(0);
      assert.is(cleaned.code, 0, told(cleaned));
      assert.equal([left(), await ec2.volumes()], [[], []]);
    }),
  );
  test.unless(
    unable,
    "is told of a place in the image that only root may look into",
    onBench(async ({ build, ec2, left }) => {
      const finished = await build(
        `${WRAPPER}\n  post_mount_commands = ["chmod 700 {{.MountPath}}/root"]`,
        'provisioner "file" {\n    content     = "x"\n    destination = "/root/x"\n  }',
      );
      assert.is(finished.code, 1, told(finished));
      assert.match(finished.stdout, /\/root\/x in the image: user 54321 may not look into root/);
      assert.equal(left(), []);
      assert.equal(await ec2.volumes(), []);
    }),
  );
  test.unless(
    unable,
    "can't build without one: says so before anything is made",
    onBench(async ({ build, ec2, left }) => {
      const before = (await ec2.snapshots()).length;
      const finished = await build("", "");
      assert.is(finished.code, 1, told(finished));
      assert.match(finished.stdout, /mounting needs root.*user 54321.*command_wrapper = "sudo {{.Command}}"/);
      assert.not.match(finished.stdout, "Creating the root volume");
      assert.equal([left(), (await ec2.snapshots()).length], [[], before]);
    }),
  );
  test("removes its folder", () => rmSync(folder, { recursive: true, force: true }));
});
