// A state directory on a file system that is full: errors, and afterwards a state that is what it was.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { makeBaseImage } from "../../fixtures/quickstart/make-base-image.js";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { type Ec2Server, startServer } from "../support/ec2-server.js";
import { whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const MIB = 1024 ** 2;

interface SmallDisk {
  readonly folder: string;
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
  /** Leaves `bytes` free. */
  fillUpTo(bytes: number): void;
  freeAgain(): void;
}

async function onSmallDisk(size: number, body: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-full-"));
  const mount = join(folder, "small");
  mkdirSync(mount);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", mount]);
  const state = join(mount, "ec2");
  const filler = join(mount, "filler");
  const env = { PKRTS_EC2_STATE: state, XDG_STATE_HOME: join(folder, "state"), HOME: folder };
  try {
    await body({
      folder,
      state,
      env,
      fillUpTo: (bytes) => {
        const { bavail, bsize } = statfsSync(mount);
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - bytes), 1));
      },
      freeAgain: () => rmSync(filler, { force: true }),
    });
  } finally {
    await pkrts(["ec2", "fsck"], { env });
    execFileSync("umount", [mount]);
    rmdirSync(mount);
    rmSync(folder, { recursive: true });
  }
}

async function call(server: Ec2Server, query: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Version: "2016-11-15", ...query });
  return (await fetch(server.url, { method: "POST", body })).text();
}

const consistent = async (env: SmallDisk["env"]): Promise<void> => {
  const { code, stdout } = await pkrts(["ec2", "fsck"], { env });
  assert.is(code, 0, stdout);
  assert.match(stdout, /^consistent$/m);
};

const CREATE = { Action: "CreateVolume", AvailabilityZone: "us-east-1a", Size: "1" };

describe("embedded EC2: a full disk", (test) => {
  test.unless(unable, "refuses each change and keeps the state as it was; goes on when there is space", () =>
    onSmallDisk(8 * MIB, async ({ state, env, fillUpTo, freeAgain }) => {
      const server = await startServer(state);
      try {
        const volume = /<volumeId>([^<]+)/.exec(await call(server, CREATE))?.[1] ?? "";
        // Many tags make the state larger than what will be free.
        const tags = Object.fromEntries(
          Array.from({ length: 50 }, (_, i) => [
            [`Tag.${i}.Key`, `k${i}`],
            [`Tag.${i}.Value`, "v".repeat(200)],
          ]).flat(),
        );
        const larger = /<volumeId>([^<]+)/.exec(await call(server, CREATE))?.[1] ?? "";
        assert.match(await call(server, { Action: "CreateTags", "ResourceId.1": volume, ...tags }), "<return>true");
        const attachment = { VolumeId: larger, InstanceId: "i-0123456789abcdef0", Device: "/dev/sdcc" };
        assert.match(await call(server, { Action: "AttachVolume", ...attachment }), "attaching");
        fillUpTo(4096);
        const changes = [
          CREATE,
          { Action: "CreateSnapshot", VolumeId: volume },
          { Action: "AttachVolume", VolumeId: volume, InstanceId: "i-0123456789abcdef0", Device: "/dev/sdcb" },
          { Action: "CreateTags", "ResourceId.1": volume, "Tag.1.Key": "k1", "Tag.1.Value": "w".repeat(250) },
        ];
        for (const change of changes) {
          const answer = await call(server, change);
          assert.match(answer, "<Code>InsufficientVolumeCapacity</Code>", `${change.Action}: ${answer}`);
          assert.match(answer, "There is no space left");
        }
        assert.equal(readdirSync(join(state, "disks")).sort(), [`${volume}.img`, `${larger}.img`].sort());
        assert.equal(
          readdirSync("/dev").filter((name) => name.startsWith("xvdcb")),
          [],
        );
        await consistent(env);
        // What frees space, or gives something back, works without any.
        assert.match(await call(server, { Action: "DetachVolume", VolumeId: larger }), "detaching");
        assert.match(await call(server, { Action: "DeleteVolume", VolumeId: larger }), "<return>true");
        freeAgain();
        assert.match(await call(server, { Action: "DeleteVolume", VolumeId: volume }), "<return>true");
        assert.equal(readdirSync(join(state, "disks")), []);
      } finally {
        await server.stop();
      }
      await consistent(env);
    }),
  );

  test.unless(unable, "fails a build whose writes the disk can't hold, and leaves no image", () =>
    onSmallDisk(96 * MIB, async ({ folder, env, fillUpTo, freeAgain }) => {
      const base = join(folder, "base.img");
      await makeBaseImage(base);
      const imported = await pkrts(["ec2", "import", "-name=base", base], { env });
      assert.is(imported.code, 0, imported.stderr);
      writeFileSync(
        join(folder, "full.pkr.hcl"),
        `source "amazon-chroot" "full" {
  region     = "us-east-1"
  access_key = "local"
  secret_key = "local-secret"
  source_ami = "${imported.stdout.trim()}"
  ami_name   = "must not be"
}
build {
  sources = ["source.amazon-chroot.full"]
  provisioner "shell" {
    # Half a megabyte at a time goes to the page cache; only writing it out finds that there is no space.
    inline = ["i=0; while [ $i -lt 60 ]; do cat /bin/sh /bin/sh /bin/sh /bin/sh > /root/file$i; i=$((i+1)); done; echo all written"]
  }
}
`,
      );
      fillUpTo(15 * MIB);
      const { code, stdout, stderr } = await pkrts(["build", "-local", "full.pkr.hcl"], { cwd: folder, env });
      assert.is(code, 1, stdout + stderr);
      const images = await pkrts(["ec2", "images"], { env });
      assert.not.match(images.stdout, "must not be");
      assert.match(stdout, "Not all that was written to the volume could be kept", stdout);
      assert.is((await pkrts(["ec2", "volumes"], { env })).stdout, "");
      freeAgain();
      await consistent(env);
    }),
  );
});
