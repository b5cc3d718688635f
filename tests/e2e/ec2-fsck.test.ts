// What `pkrts ec2 fsck` (and every opening of the state) repairs, and what it only tells.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { startServer } from "../support/ec2-server.js";
import { whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const ATTACH = { Action: "AttachVolume", InstanceId: "i-0123456789abcdef0", Device: "/dev/sdca" };

interface State {
  readonly dir: string;
  /** Calls one action on a server of its own that is then killed; gives the id in the answer's `tag`. */
  call(query: Readonly<Record<string, string>>, tag: string): Promise<string>;
  fsck(): Promise<{
    readonly code: number | null;
    readonly repaired: readonly string[];
    readonly problems: readonly string[];
  }>;
}

async function withState(body: (state: State) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "pkrts-fsck-"));
  const env = { PKRTS_EC2_STATE: dir };
  const state: State = {
    dir,
    call: async (query, tag) => {
      const server = await startServer(dir);
      const answer = await fetch(server.url, { method: "POST", body: new URLSearchParams(query) });
      const text = await answer.text();
      await server.stop("SIGKILL");
      const found = new RegExp(`<${tag}>([^<]+)`).exec(text)?.[1];
      if (found === undefined) throw new Error(text);
      return found;
    },
    fsck: async () => {
      const { code, stdout } = await pkrts(["ec2", "fsck", "-json"], { env });
      return { code, ...JSON.parse(stdout) };
    },
  };
  try {
    await body(state);
  } finally {
    await pkrts(["ec2", "fsck"], { env });
    rmSync(dir, { recursive: true });
  }
}

const create = (state: State): Promise<string> =>
  state.call({ Action: "CreateVolume", AvailabilityZone: "us-east-1a", Size: "1" }, "volumeId");
const loopsWith = (text: string): readonly string[] =>
  execFileSync("losetup", ["--list", "--noheadings", "--output", "NAME,BACK-FILE"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(text));

/** Changes state.json by hand, as no program of ours would. */
function edit(dir: string, change: (state: Record<string, Record<string, Record<string, unknown>>>) => void): void {
  const file = join(dir, "state.json");
  const state = JSON.parse(readFileSync(file, "utf8"));
  change(state);
  writeFileSync(file, JSON.stringify(state));
}

describe("ec2 fsck", (test) => {
  test.unless(unable, "finds nothing in a new state", () =>
    withState(async (state) => assert.equal(await state.fsck(), { code: 0, repaired: [], problems: [] })),
  );

  test.unless(unable, "detaches what a killed server had attached", () =>
    withState(async (state) => {
      const volume = await create(state);
      await state.call({ ...ATTACH, VolumeId: volume }, "device");
      assert.ok(existsSync("/dev/xvdca"));
      const { code, repaired } = await state.fsck();
      assert.is(code, 0);
      assert.equal(repaired, [`${volume}: detached from /dev/sdca`]);
      assert.not.ok(existsSync("/dev/xvdca"));
      assert.equal(loopsWith(state.dir), []);
      assert.equal(await state.fsck(), { code: 0, repaired: [], problems: [] });
    }),
  );

  test.unless(unable, "detaches what was attached without having been written down", () =>
    withState(async (state) => {
      const volume = await create(state);
      await state.call({ ...ATTACH, VolumeId: volume }, "device");
      edit(state.dir, ({ volumes }) => delete volumes?.[volume]?.["attachment"]);
      const { code, repaired } = await state.fsck();
      assert.is(code, 0);
      assert.match(repaired.join("\n"), /^\/dev\/loop\d+: detached from .*img$/);
      assert.equal(loopsWith(state.dir), []);
      assert.equal(
        readdirSync("/dev").filter((name) => name.startsWith("xvdca")),
        [],
      );
    }),
  );

  test.unless(
    unable,
    "forgets an attachment whose loop device is another's since a reboot, and leaves that alone",
    () =>
      withState(async (state) => {
        const volume = await create(state);
        await state.call({ ...ATTACH, VolumeId: volume }, "device");
        const other = join(tmpdir(), `pkrts-other-${process.pid}.img`);
        writeFileSync(other, "");
        truncateSync(other, 1 << 20);
        const loop = execFileSync("losetup", ["--find", "--show", other], { encoding: "utf8" }).trim();
        try {
          const server = loopsWith(state.dir)[0]?.split(" ")[0] ?? "";
          edit(state.dir, ({ volumes }) => Object.assign(volumes?.[volume]?.["attachment"] ?? {}, { loop }));
          const { repaired } = await state.fsck();
          assert.ok(repaired.includes(`${volume}: detached from /dev/sdca`), repaired.join("\n"));
          assert.ok(
            repaired.some((line) => line.startsWith(`${server}: detached`)),
            repaired.join("\n"),
          );
          assert.is(loopsWith(other).length, 1);
        } finally {
          execFileSync("losetup", ["--detach", loop]);
          rmSync(other);
        }
      }),
  );

  test.unless(unable, "removes disks that nothing knows, and what was being written", () =>
    withState(async (state) => {
      await create(state);
      const strange = [
        "disks/vol-0123456789abcdef0.img",
        "disks/vol-0123456789abcdef0.img.own",
        "state.json.12345",
        "incoming/1-1-ab.img",
      ];
      for (const name of strange) writeFileSync(join(state.dir, name), "");
      const { code, repaired } = await state.fsck();
      assert.is(code, 0);
      assert.is(repaired.length, strange.length, repaired.join("\n"));
      for (const name of strange) assert.not.ok(existsSync(join(state.dir, name)), name);
    }),
  );

  test.unless(unable, "tells of a missing disk, one of the wrong size, and a lost snapshot; rm clears all up", () =>
    withState(async (state) => {
      const [lost, short] = [await create(state), await create(state)];
      const snapshot = await state.call({ Action: "CreateSnapshot", VolumeId: short }, "snapshotId");
      const mapping = {
        "BlockDeviceMapping.1.DeviceName": "/dev/xvda",
        "BlockDeviceMapping.1.Ebs.SnapshotId": snapshot,
      };
      const image = await state.call(
        { Action: "RegisterImage", Name: "one", RootDeviceName: "/dev/xvda", ...mapping },
        "imageId",
      );
      rmSync(join(state.dir, `disks/${lost}.img`));
      edit(state.dir, ({ snapshots }) => delete snapshots?.[snapshot]);
      truncateSync(join(state.dir, `disks/${short}.img`), 1 << 20);
      const { code, problems } = await state.fsck();
      assert.is(code, 1);
      assert.match(problems[0] ?? "", `${lost}: its disk `);
      assert.is(problems[1], `${short}: its disk has 1048576 bytes, not 1 GiB`);
      assert.is(problems[2], `${image}: its snapshot ${snapshot} is gone`);
      assert.is(problems.length, 3);
      const removed = await pkrts(["ec2", "rm", lost, short, image], { env: { PKRTS_EC2_STATE: state.dir } });
      assert.is(removed.code, 0, removed.stderr);
      assert.equal(await state.fsck(), { code: 0, repaired: [], problems: [] });
    }),
  );
});
