// What is on the disk when the power fails: each system call that names or keeps a disk of the embedded EC2, in its order.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";

const program = join(dirname(fileURLToPath(import.meta.url)), "../../dist/pkrts.cjs");
const noTrace = whyNoTool("strace");
const CALLS = "openat,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat";

/** A call that ended well: `paths` in the order of its arguments. */
interface Call {
  readonly name: string;
  readonly text: string;
  readonly paths: readonly string[];
}

/** Calls in the order in which they ended; one that another thread's interrupted is put together again. */
function callsIn(trace: string): readonly Call[] {
  const begun = new Map<string, string>();
  return trace.split("\n").flatMap((line) => {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (rest.endsWith("<unfinished ...>")) begun.set(pid, rest.slice(0, -"<unfinished ...>".length));
    const text = rest.replace(/^<\.\.\. \w+ resumed>/, () => begun.get(pid) ?? "");
    const [, name, call = ""] = /^(\w+)\((.*)\) += +[0-9]/.exec(text) ?? [];
    if (name === undefined) return [];
    const paths = [...call.matchAll(/"([^"]*)"|\d+<([^>]*)>/g)].map((match) => match[1] ?? match[2] ?? "");
    return [{ name, text: call, paths }];
  });
}

/** Follows the calls, and keeps what a power failure could take although the state, or a user's file, has its name already. */
class Disks {
  readonly problems: string[] = [];
  /** Files whose content, and folders whose names, may not be on the disk yet. */
  readonly #dirty = new Set<string>();
  readonly #place: string;

  /** `place`: the folder with the state directory `ec2` and the user's files. */
  constructor(place: string) {
    this.#place = place;
  }

  /** What is wrong after all calls; `exported`: a file whose name must have been kept. */
  static problems(calls: readonly Call[], place: string, exported?: string): readonly string[] {
    const disks = new Disks(place);
    for (const call of calls) disks.follow(call);
    if (exported !== undefined && disks.#dirty.has(dirname(exported))) disks.problems.push(`the name of ${exported}`);
    return disks.problems;
  }

  follow({ name, text, paths }: Call): void {
    const [first = "", second = ""] = paths.filter((path) => path.startsWith(`${this.#place}/`));
    if (name.endsWith("sync")) this.#dirty.delete(paths[0] ?? "");
    else if (second === join(this.#place, "ec2/state.json")) this.#tellOf();
    else if (!/\.(img|own|part)$/.test(first)) return;
    else if (name === "openat" && text.includes("O_CREAT")) this.#dirty.add(first).add(dirname(first));
    else if (name === "ftruncate") this.#dirty.add(first);
    else if (second !== "") this.#name(first, second);
  }

  #name(from: string, to: string): void {
    if (this.#dirty.has(from)) this.problems.push(`${from}, before it becomes ${to}`);
    this.#dirty.delete(from);
    this.#dirty.add(dirname(to));
  }

  #tellOf(): void {
    const early = [...this.#dirty].filter((path) => path.startsWith(join(this.#place, "ec2/disks")));
    this.problems.push(...early.map((path) => `${path}, before the state tells of it`));
  }
}

type Ask = (tag: string, query: string) => Promise<string>;

interface Place {
  readonly folder: string;
  /** Runs `pkrts ec2 …`: its system calls, and what it printed. */
  traced(...argv: readonly string[]): { readonly calls: readonly Call[]; readonly stdout: string };
  /** The system calls of a server while `body` asks it; an answer is the text of its first `tag`. */
  served(body: (ask: Ask) => Promise<void>): Promise<readonly Call[]>;
}

const inPlace = (body: (place: Place) => void | Promise<void>) => async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-durable-"));
  const log = join(folder, "log");
  const options = { cwd: folder, env: { ...process.env, PKRTS_EC2_STATE: join(folder, "ec2") } };
  const command = (...argv: readonly string[]) => [
    ...["-f", "-y", "-s", "4096", "-o", log, "-e", `trace=${CALLS}`],
    ...[process.execPath, program, "ec2", ...argv],
  ];
  const traced = (...argv: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync("strace", command(...argv), { ...options, encoding: "utf8" });
    assert.is(status, 0, stderr);
    return { calls: callsIn(readFileSync(log, "utf8")), stdout: stdout.trim() };
  };
  const served = async (ask: (ask: Ask) => Promise<void>) => {
    const server = spawn("strace", ["-I2", ...command("serve")], { ...options, stdio: ["ignore", "pipe", "inherit"] });
    const closed = new Promise((resolve) => server.once("close", resolve));
    try {
      const line = await new Promise<string>((resolve) =>
        server.stdout.once("data", (bytes) => resolve(String(bytes))),
      );
      await ask(asker(line.trim().replace("listening on ", "")));
    } finally {
      // strace passes no signal on: the server is its child.
      const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8");
      for (const pid of children.trim().split(" ")) process.kill(Number(pid), "SIGTERM");
      await closed;
    }
    return callsIn(readFileSync(log, "utf8"));
  };
  try {
    await body({ folder, traced, served });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const asker = (url: string) => async (tag: string, query: string) => {
  const answer = await fetch(`${url}/?Version=2016-11-15&${query}`, { method: "POST" });
  const text = await answer.text();
  assert.is(answer.status, 200, text);
  return new RegExp(`<${tag}>([^<]*)<`).exec(text)?.[1] ?? "";
};

function makeDisk(folder: string): string {
  const disk = join(folder, "disk.raw");
  writeFileSync(disk, "disk");
  truncateSync(disk, 1 << 20);
  return disk;
}

describe("ec2: what a power failure leaves", (test) => {
  for (const format of ["raw", "qcow2", "vmdk"])
    test.unless(
      noTrace ?? (format === "raw" ? undefined : whyNoTool("qemu-img")),
      `a ${format} import is on the disk, with its name, before the state tells of it`,
      inPlace(({ folder, traced }) => {
        const file = join(folder, `disk.${format}`);
        makeDisk(folder);
        if (format !== "raw")
          execFileSync("qemu-img", ["convert", "-f", "raw", "-O", format, join(folder, "disk.raw"), file]);
        const { calls } = traced("import", "-name=one", file);
        assert.ok(calls.some(({ name, paths }) => name === "rename" && paths[1]?.includes("/disks/snap-")));
        assert.equal(Disks.problems(calls, folder), []);
      }),
    );

  for (const format of ["raw", "qcow2"])
    test.unless(
      noTrace ?? (format === "raw" ? undefined : whyNoTool("qemu-img")),
      `a ${format} export is on the disk before it has its name`,
      inPlace(({ folder, traced }) => {
        const { stdout: ami } = traced("import", "-name=one", makeDisk(folder));
        const out = join(folder, "out.img");
        const { calls } = traced("export", `-format=${format}`, ami, out);
        assert.ok(calls.some(({ name, paths }) => name === "rename" && paths[1] === out));
        assert.equal(Disks.problems(calls, folder, out), []);
      }),
    );

  test.unless(
    noTrace ?? whyNoLocalBuilds(),
    "a server's volumes, snapshots and copies are, too",
    inPlace(async ({ folder, served }) => {
      const calls = await served(async (ask) => {
        const volume = await ask("volumeId", "Action=CreateVolume&AvailabilityZone=us-east-1a&Size=1");
        const snapshot = await ask("snapshotId", `Action=CreateSnapshot&VolumeId=${volume}`);
        await ask("volumeId", `Action=AttachVolume&VolumeId=${volume}&InstanceId=i-0123456789abcdef0&Device=/dev/sdr`);
        await ask("snapshotId", `Action=CreateSnapshot&VolumeId=${volume}`);
        await ask("volumeId", `Action=DetachVolume&VolumeId=${volume}`);
        await ask("volumeId", `Action=CreateVolume&AvailabilityZone=us-east-1a&SnapshotId=${snapshot}`);
        await ask("snapshotId", `Action=CopySnapshot&SourceRegion=us-east-1&SourceSnapshotId=${snapshot}`);
      });
      const names = calls.filter(
        ({ name, paths }) => name.startsWith("link") && paths.at(-1)?.includes("/disks/snap-"),
      );
      assert.is(names.length, 2);
      assert.ok(calls.some(({ name, paths }) => name === "rename" && paths[0]?.endsWith(".own")));
      assert.equal(Disks.problems(calls, folder), []);
    }),
  );
});
