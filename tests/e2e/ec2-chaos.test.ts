// Four servers on one state, random calls to all of them, one of them killed now and then: nothing may come of it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { type Ec2Server, startServer } from "../support/ec2-server.js";
import { whyNoLocalBuilds } from "../support/workshop.js";

const CALLS = Number(process.env["CHAOS_CALLS"] ?? 500);
const SERVERS = 4;
/** How many servers are killed, less than a second apart. */
const KILLS = Number(process.env["CHAOS_KILLS"] ?? 3);
const INSTANCE = "i-0123456789abcdef0";

/** Numbers below 1 that a seed decides, so that a failure can be told. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the callers believe to exist: others may have deleted it, which EC2 then has to say. */
class Known {
  readonly #ids = new Map<string, string[]>();

  add(kind: string, id: string | undefined): void {
    if (id !== undefined) this.#ids.set(kind, [...(this.#ids.get(kind) ?? []), id]);
  }

  any(kind: string, random: () => number): string {
    const all = this.#ids.get(kind) ?? [];
    // Mostly the newest: the older ones are probably gone.
    const recent = all.slice(-12);
    return recent[Math.floor(random() * recent.length)] ?? `${kind === "attached" ? "vol" : kind}-00000000000000000`;
  }
}

type Query = Readonly<Record<string, string>>;

function randomCall(known: Known, random: () => number, serial: number): Query {
  const vol = known.any("vol", random);
  const snap = known.any("snap", random);
  const ami = known.any("ami", random);
  const Device = `/dev/sdb${String.fromCharCode(97 + Math.floor(random() * 8))}`;
  const root = { "BlockDeviceMapping.1.DeviceName": "/dev/xvda", "BlockDeviceMapping.1.Ebs.SnapshotId": snap };
  const calls: readonly Query[] = [
    { Action: "CreateVolume", AvailabilityZone: "us-east-1a", Size: "1" },
    { Action: "CreateVolume", AvailabilityZone: "us-east-1a", SnapshotId: snap },
    { Action: "AttachVolume", VolumeId: vol, InstanceId: INSTANCE, Device },
    { Action: "AttachVolume", VolumeId: vol, InstanceId: INSTANCE, Device },
    { Action: "DetachVolume", VolumeId: known.any("attached", random) },
    { Action: "DetachVolume", VolumeId: known.any("attached", random) },
    { Action: "CreateSnapshot", VolumeId: vol },
    { Action: "DeleteVolume", VolumeId: vol },
    { Action: "ModifyVolume", VolumeId: vol, Size: "2" },
    { Action: "RegisterImage", Name: `image ${serial}`, RootDeviceName: "/dev/xvda", ...root },
    { Action: "CopyImage", Name: `copy ${serial}`, SourceRegion: "us-east-1", SourceImageId: ami },
    { Action: "DeregisterImage", ImageId: ami },
    { Action: "DeleteSnapshot", SnapshotId: snap },
    { Action: "CreateTags", "ResourceId.1": snap, "Tag.1.Key": "serial", "Tag.1.Value": String(serial) },
    { Action: "DescribeVolumes" },
    { Action: "DescribeImages", "Owner.1": "self" },
  ];
  return calls[Math.floor(random() * calls.length)] ?? {};
}

/** Undefined when the server was killed meanwhile. */
async function ask(url: string, query: Query): Promise<{ readonly status: number; readonly body: string } | undefined> {
  try {
    const body = new URLSearchParams({ Version: "2016-11-15", ...query });
    const answer = await fetch(url, { method: "POST", body });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return undefined;
  }
}

function note(known: Known, { Action = "", VolumeId }: Query, body: string): void {
  if (Action === "AttachVolume" && body.includes("<status>attaching")) known.add("attached", VolumeId);
  const made = {
    CreateVolume: "volumeId",
    CreateSnapshot: "snapshotId",
    RegisterImage: "imageId",
    CopyImage: "imageId",
  };
  const tag = Object.hasOwn(made, Action) ? made[Action as keyof typeof made] : undefined;
  if (tag === undefined) return;
  const id = new RegExp(`<${tag}>([^<]+)`).exec(body)?.[1];
  known.add(id?.split("-")[0] ?? "", id);
}

interface Chaos {
  readonly dir: string;
  readonly servers: Ec2Server[];
  readonly counts: Map<string, number>;
}

/** Makes its share of the calls, to whichever server it meets. */
async function caller({ servers, counts }: Chaos, known: Known, random: () => number, first: number): Promise<void> {
  for (let serial = first; serial < CALLS; serial += SERVERS) {
    const query = randomCall(known, random, serial);
    const server = servers[Math.floor(random() * servers.length)];
    const answer = await ask(server?.url ?? "", query);
    if (answer === undefined) continue;
    assert.ok(answer.status < 500, `${JSON.stringify(query)}: ${answer.body}`);
    if (answer.status === 200) counts.set(query["Action"] ?? "", (counts.get(query["Action"] ?? "") ?? 0) + 1);
    note(known, query, answer.body);
  }
}

/** Kills one server after another while calls are made, and starts another in its place. */
async function killer({ dir, servers }: Chaos, random: () => number, over: () => boolean): Promise<number> {
  let kills = 0;
  while (kills < KILLS && !over()) {
    await new Promise((resolve) => setTimeout(resolve, 200 + random() * 600));
    const victim = Math.floor(random() * servers.length);
    await servers[victim]?.stop("SIGKILL");
    kills += 1;
    servers[victim] = await startServer(dir);
  }
  return kills;
}

const loopsOf = (dir: string): string =>
  execFileSync("losetup", ["--list", "--noheadings", "--output", "NAME,BACK-FILE"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(dir))
    .join("\n");

const unable = whyNoLocalBuilds();

describe("embedded EC2: several servers, one of them killed", (test) => {
  test.unless(unable, `${CALLS} random calls leave a consistent state and no loop device`, async () => {
    const dir = mkdtempSync(join(tmpdir(), "pkrts-chaos-"));
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.log(`seed ${seed}`);
    const random = randomFrom(seed);
    const servers = await Promise.all(Array.from({ length: SERVERS }, () => startServer(dir)));
    const chaos = { dir, servers, counts: new Map<string, number>() };
    const known = new Known();
    try {
      let over = false;
      const killing = killer(chaos, random, () => over);
      await Promise.all(servers.map((_, first) => caller(chaos, known, random, first))).finally(() => {
        over = true;
      });
      console.log(`${await killing} kills; ${JSON.stringify(Object.fromEntries(chaos.counts))}`);
      for (const action of ["AttachVolume", "DetachVolume", "CreateSnapshot", "RegisterImage", "ModifyVolume"])
        assert.ok((chaos.counts.get(action) ?? 0) > 0, `${action} never succeeded`);
      assert.equal(JSON.parse(readFileSync(join(dir, "state.json"), "utf8")).version, 1);
    } finally {
      await Promise.all(servers.map((server) => server.stop("SIGKILL")));
      const { code, stdout, stderr } = await pkrts(["ec2", "fsck"], { env: { PKRTS_EC2_STATE: dir } });
      assert.is(code, 0, `${stdout}${stderr}`);
      assert.match(stdout, /^consistent$/m);
      assert.is(loopsOf(dir), "");
      const again = await pkrts(["ec2", "fsck", "-json"], { env: { PKRTS_EC2_STATE: dir } });
      assert.equal(JSON.parse(again.stdout), { repaired: [], problems: [] });
      rmSync(dir, { recursive: true });
    }
  });
});
