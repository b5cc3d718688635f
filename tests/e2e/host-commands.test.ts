// Every program that the builder runs on the host × it fails, or hangs until the build is cancelled: the outcome, the message, nothing left.
import { type ChildProcess, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as assert from "uvu/assert";
import { type LocalEc2, openLocalEc2 } from "../../builders/amazon-chroot/local-ec2/index.js";
import { makeBaseImage } from "../../fixtures/quickstart/make-base-image.js";
import { type Finished, pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { aheadOf } from "../support/lanes.js";
import { whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const home = mkdtempSync(join(tmpdir(), "pkrts-commands-"));
const base = join(home, "base.img");
if (unable === undefined) await makeBaseImage(base);

/** A program that is not itself for some of its calls. */
interface Shim {
  readonly program: string;
  /** Which calls: a shell's pattern for all the arguments. */
  readonly calls?: string;
  /** The first of those calls that goes wrong, counted from 1, and how many do. */
  readonly from?: number;
  readonly times?: number;
  /** `hangs` until TERM, `is deaf` until KILL. */
  readonly act: "fails" | "hangs" | "is deaf";
}

interface Row {
  readonly shim?: Shim;
  /** Of the source, beside {@link template}'s. */
  readonly options?: string;
}

/** A row's own world: its EC2, its mounts, its journals, its shims. */
interface Bench {
  readonly folder: string;
  readonly ec2: LocalEc2;
  readonly url: string;
  /** Written when a shim begins to hang. */
  readonly reached: string;
  /** What a hanging shim runs, so that it is found when it is left. */
  readonly sleep: string;
  run(argv: readonly string[], onStart?: (child: ChildProcess) => void): Promise<Finished>;
  /** Volumes, snapshots, AMIs but the source; mounts, loop devices, processes, journals. */
  left(): Promise<readonly string[]>;
}

const template = (ami: string, { folder, url }: Pick<Bench, "folder" | "url">, options: string): string => `
source "amazon-chroot" "it" {
  access_key                 = "AKIATEST"
  secret_key                 = "of the test"
  custom_endpoint_ec2        = "${url}"
  skip_credential_validation = true
  region                     = "us-east-1"
  source_ami                 = "${ami}"
  ami_name                   = "commands"
  mount_path                 = "${folder}/mnt"
  ${options.includes("chroot_mounts") ? "" : 'chroot_mounts = [["proc", "proc", "/proc"]]'}
  ${options}
}
build {
  sources = ["source.amazon-chroot.it"]
  provisioner "shell" {
    inline = ["echo provisioned > /root/provisioned"]
  }
}
`;

const shimText = (
  { program, calls = "*", from = 1, times = 1, act }: Shim,
  { folder, reached, sleep }: Bench,
): string => {
  const counter = `'${folder}/calls of ${program}'`;
  const acts = {
    fails: `echo '${program} is out of order' >&2; exit 77`,
    hangs: `: > '${reached}'; exec ${sleep}`,
    "is deaf": `trap '' TERM; : > '${reached}'; ${sleep}; ${sleep}`,
  };
  return `#!/bin/sh
PATH='${process.env["PATH"]}'
case "$*" in ${calls})
  echo >> ${counter}
  n=$(wc -l < ${counter})
  if [ $n -ge ${from} ] && [ $n -lt ${from + times} ]; then ${acts[act]}; fi;;
esac
exec ${program} "$@"
`;
};

let opened = 0;

async function openBench({ shim, options = "" }: Row): Promise<{ readonly bench: Bench; close(): Promise<void> }> {
  opened += 1;
  // Before other rows are opened.
  const sleep = `sleep 9${opened}.${process.pid}`;
  const folder = join(home, `row-${opened}`);
  const shims = join(folder, "shims");
  mkdirSync(shims, { recursive: true });
  const ec2 = await openLocalEc2({ stateDir: join(folder, "ec2") });
  const ami = await ec2.importImage(base, { name: "commands base" });
  const server = await ec2.listen();
  const env = {
    AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url,
    // What cleanup finds where a template's own keys are gone.
    AWS_ACCESS_KEY_ID: "AKIATEST",
    AWS_SECRET_ACCESS_KEY: "of the test",
    XDG_STATE_HOME: join(folder, "state"),
    HOME: folder,
    PATH: `${shims}:${process.env["PATH"]}`,
  };
  const before = new Set(await holdings(ec2, folder, ""));
  const bench: Bench = {
    folder,
    ec2,
    url: server.url,
    reached: join(folder, "reached"),
    sleep,
    run: (argv, onStart) => {
      const started = pkrts(argv, { cwd: folder, env, ...(onStart === undefined ? {} : { onOutput: once(onStart) }) });
      return started;
    },
    left: async () => (await holdings(ec2, folder, sleep)).filter((thing) => !before.has(thing)),
  };
  const file = options.replaceAll("FOLDER", folder).replaceAll("REACHED", bench.reached).replaceAll("SLEEP", sleep);
  writeFileSync(join(folder, "t.pkr.hcl"), template(ami, bench, file));
  if (shim !== undefined) writeFileSync(join(shims, shim.program), shimText(shim, bench), { mode: 0o755 });
  const close = async (): Promise<void> => {
    await server.close();
    rmSync(folder, { recursive: true });
  };
  return { bench, close };
}

function once(act: (child: ChildProcess) => void): (output: string, child: ChildProcess) => void {
  let done = false;
  return (_, child) => {
    if (!done) act(child);
    done = true;
  };
}

async function holdings(ec2: LocalEc2, folder: string, sleep: string): Promise<readonly string[]> {
  const [images, snapshots, volumes] = await Promise.all([ec2.images(), ec2.snapshots(), ec2.volumes()]);
  const loops = execFileSync("losetup", ["--list", "--noheadings", "--output", "BACK-FILE"], { encoding: "utf8" });
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  const runs = join(folder, "state/pkrts/runs");
  return [
    ...[...images, ...snapshots, ...volumes].map(({ id }) => id),
    ...`${loops}\n${mounts}`.split("\n").filter((line) => line.includes(folder)),
    ...commandLines().filter((line) => line.includes(`${folder}/mnt`) || (sleep !== "" && line.includes(sleep))),
    ...(existsSync(runs) ? readdirSync(runs) : []),
    ...readdirSync(folder).filter((name) => name === "mnt"),
  ];
}

const commandLines = (): readonly string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine);

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Interrupts a build once it hangs; `times`: how often. Gives how it ended. */
async function interrupted({ run, reached }: Bench, times = 1): Promise<Finished> {
  let timer: NodeJS.Timeout | undefined;
  let sent = 0;
  let last = 0;
  const build = run(["build", "t.pkr.hcl"], (child) => {
    // What does not end by itself fails the test, and the others go on.
    const since = Date.now();
    timer = setInterval(() => {
      if (Date.now() > since + 30_000) child.kill("SIGKILL");
      // The second when the next program hangs, or this one, which is not to be cancelled, still does.
      if (!existsSync(reached) && (sent === 0 || Date.now() < last + 1000)) return;
      last = Date.now();
      sent += 1;
      child.kill("SIGINT");
      rmSync(reached, { force: true });
      if (sent === times) clearInterval(timer);
    }, 20);
  });
  const finished = await build;
  clearInterval(timer);
  assert.is(sent, times, `not reached\n${finished.stdout}${finished.stderr}`);
  return finished;
}

const ahead = aheadOf(3);

/** On a bench of its own, before its turn to be reported comes. */
const onBench = (row: Row, body: (bench: Bench) => Promise<void>): (() => Promise<void>) =>
  ahead(async () => {
    const { bench, close } = await openBench(row);
    try {
      await body(bench);
    } catch (error) {
      await cleanedUp(bench).catch(() => undefined);
      throw error;
    } finally {
      await close();
    }
  });

const told = ({ stdout, stderr }: Finished): string => `${stdout}${stderr}`;

/** The build fails, says so in these words, and leaves nothing. */
const failing = (row: Row, words: RegExp) =>
  onBench(row, async (bench) => {
    const finished = await bench.run(["build", "t.pkr.hcl"]);
    assert.is(finished.code, 1, told(finished));
    assert.match(finished.stdout, words);
    assert.not.match(told(finished), /\n {4}at |This is a bug/);
    assert.equal(await bench.left(), []);
  });

/** The build does without, and says so. */
const doingWithout = (row: Row, words: RegExp) =>
  onBench(row, async (bench) => {
    const finished = await bench.run(["build", "t.pkr.hcl"]);
    assert.is(finished.code, 0, told(finished));
    assert.match(finished.stdout, words);
    assert.is((await bench.ec2.images()).length, 2);
    assert.equal(
      (await bench.left()).filter((thing) => !/^(ami|snap)-/.test(thing)),
      [],
    );
  });

/** The build hangs, and ends at the first interrupt, with everything given back. */
const cancelled = (row: Row) =>
  onBench(row, async (bench) => {
    const finished = await interrupted(bench);
    assert.is(finished.code, 130, told(finished));
    assert.match(finished.stdout, "Cleanly cancelled builds after being interrupted.");
    assert.equal(await bench.left(), []);
  });

/** The clean-up hangs, too: the second interrupt ends it, names what is left, and `pkrts cleanup` gives that back. */
const stopped = (row: Row, left: RegExp) =>
  onBench(row, async (bench) => {
    const finished = await interrupted(bench, 2);
    assert.is(finished.code, 130, told(finished));
    assert.match(finished.stderr, "Stopped before everything was cleaned up. What is left:");
    assert.match(finished.stderr, left);
    // It was killed, but need not be gone yet.
    for (let looks = 0; looks < 50 && sleeps(bench); looks += 1) await setTimeout(20);
    assert.not(sleeps(bench));
    await cleanedUp(bench);
  });

const sleeps = ({ sleep }: Bench): boolean => commandLines().some((line) => line.startsWith(sleep));

async function cleanedUp({ folder, run, left }: Bench): Promise<void> {
  rmSync(join(folder, "shims"), { recursive: true, force: true });
  const cleanup = await run(["cleanup", "-yes"]);
  assert.is(cleanup.code, 0, told(cleanup));
  assert.equal(await left(), []);
}

/** Programs of every build. What is mounted and in the way is told from the rest by its arguments. */
const PROGRAMS: readonly (readonly [string, Omit<Shim, "act">, RegExp, string?])[] = [
  ["flock", { program: "flock" }, /packer-chroot\/lock can't be locked: flock: flock is out of order/],
  [
    "mount of the root",
    { program: "mount", calls: "*/dev/*" },
    /Error mounting root volume: mount \/dev\/\w+1 \S+\/mnt: exit status 77: mount is out of order/,
  ],
  [
    "mount of chroot_mounts",
    { program: "mount", calls: "-t*" },
    /chroot_mounts: mount -t proc proc \S+\/mnt\/proc: exit status 77: mount is out of order/,
  ],
  [
    "partx",
    { program: "partx" },
    /\/dev\/\w+7 does not exist: .*partx --update \S+: exit status 77: partx is out of order/,
    'mount_partition = "7"',
  ],
  [
    "nsenter for a provisioner",
    { program: "nsenter", calls: "*/bin/sh*" },
    /it: nsenter is out of order\n.*exit status: 77/s,
  ],
  ["sync", { program: "sync" }, /could be kept .*: sync --file-system -- \S+: exit status 77: sync is out of order/],
];

const WRAPPER = 'command_wrapper = "env {{.Command}}"';

/** Programs that a build can do without. */
const HELPFUL: readonly (readonly [string, Omit<Shim, "act">, RegExp, string?])[] = [
  [
    "blkid, which is asked under a wrapper",
    { program: "blkid", times: 99 },
    /What is on \/dev\/\w+ is not known: blkid .*: exit status 77: blkid is out of order/,
    WRAPPER,
  ],
  [
    "mount of several at once",
    { program: "mount", calls: "--all*" },
    /AMIs were created/,
    'chroot_mounts = [["proc", "proc", "/proc"], ["tmpfs", "tmpfs", "/opt"]]',
  ],
  ["unshare", { program: "unshare" }, /share the host's processes and mounts: unshare: unshare is out of order/],
  [
    "mount of the namespace's /proc",
    { program: "mount", calls: '"-t proc"*', from: 2 },
    /share the host's processes and mounts: unshare: mount is out of order/,
  ],
  ["umount", { program: "umount" }, /AMIs were created/],
];

/** Under it files are touched by programs, too. */
const WRAPPED: readonly (readonly [string, Omit<Shim, "act">, RegExp])[] = [
  ["mkdir", { program: "mkdir" }, /mkdir -m 755 -- \S+\/mnt: exit status 77: mkdir is out of order/],
  ["mv", { program: "mv" }, /copy_files: mv .*: exit status 77: mv is out of order/],
  [
    "cp of copy_files",
    { program: "cp", calls: "*/etc/resolv.conf*" },
    /copy_files: cp .*: exit status 77: cp is out of order/,
  ],
  [
    "cp of an upload",
    { program: "cp", calls: "*pkrts-upload-*" },
    /Error uploading script.*cp .*: exit status 77: cp is out of order/,
  ],
  ["chroot", { program: "chroot" }, /it: chroot is out of order\n.*exit status: 77/s],
];

const COMMANDS = ["pre_mount_commands", "post_mount_commands"];

describe("a program that fails", (test) => {
  for (const [name, shim, words, options = ""] of PROGRAMS)
    test.unless(unable, `${name}: the build fails`, failing({ shim: { ...shim, act: "fails" }, options }, words));
  for (const [name, shim, words, options = ""] of HELPFUL)
    test.unless(
      unable,
      `${name}: the build does without`,
      doingWithout({ shim: { ...shim, act: "fails" }, options }, words),
    );
  for (const [name, shim, words] of WRAPPED)
    test.unless(
      unable,
      `${name}, under a wrapper: the build fails`,
      failing({ shim: { ...shim, act: "fails" }, options: WRAPPER }, words),
    );
  for (const option of COMMANDS)
    test.unless(
      unable,
      `one of ${option}: the build fails`,
      failing(
        { options: `${option} = ["true", "echo out of order >&2; exit 77"]` },
        new RegExp(`${option}: echo out of order >&2; exit 77: exit status 77: out of order`),
      ),
    );
  test.unless(
    unable,
    "umount, for ever: the build says what is left, does not detach a disk that is in use, and cleanup gives it back",
    onBench({ shim: { program: "umount", times: 999, act: "fails" } }, async (bench) => {
      const finished = await bench.run(["build", "t.pkr.hcl"]);
      assert.is(finished.code, 1, told(finished));
      assert.match(finished.stdout, /\/mnt\/proc can't be unmounted: umount is out of order/);
      assert.match(finished.stdout, /left mount \S+\/mnt.*: `pkrts cleanup` tries again/);
      assert.match(finished.stdout, /vol-\w+ is not detached: \S+ is mounted at \S+\/mnt/);
      assert.is((await bench.ec2.snapshots()).length, 1);
      await cleanedUp(bench);
    }),
  );
  for (const [program, options] of [
    ["rm", 'copy_files = ["/etc/hostname"]'],
    ["rmdir", ""],
  ] as const)
    test.unless(
      unable,
      `${program}, in the clean-up under a wrapper: says so`,
      failing(
        { shim: { program, act: "fails" }, options: `${WRAPPER}\n${options}` },
        new RegExp(`${program} .*: exit status 77: ${program} is out of order`),
      ),
    );
});

describe("a program that hangs", (test) => {
  for (const [name, shim, , options = ""] of [...PROGRAMS, ...HELPFUL])
    test.unless(unable, `${name}: Ctrl-C ends it`, cancelled({ shim: { ...shim, times: 1, act: "hangs" }, options }));
  for (const [name, shim] of WRAPPED)
    test.unless(
      unable,
      `${name}, under a wrapper: Ctrl-C ends it`,
      cancelled({ shim: { ...shim, act: "hangs" }, options: WRAPPER }),
    );
  for (const option of COMMANDS)
    test.unless(
      unable,
      `one of ${option}: Ctrl-C ends it`,
      cancelled({ options: `${option} = [": > REACHED; SLEEP; true"]` }),
    );
  for (const [program, options] of [
    ["mount", ""],
    ["blkid", WRAPPER],
    ["unshare", ""],
  ] as const)
    test.unless(
      unable,
      `${program}, deaf to TERM: Ctrl-C ends it`,
      cancelled({ shim: { program, act: "is deaf" }, options }),
    );
  test.unless(
    unable,
    "umount, in the clean-up, too: the second Ctrl-C ends it",
    stopped({ shim: { program: "umount", times: 99, act: "hangs" } }, /it: mount \S+\/mnt\n/),
  );
  test.unless(
    unable,
    "rm, in the clean-up under a wrapper: the second Ctrl-C ends it",
    stopped(
      { shim: { program: "rm", times: 99, act: "hangs" }, options: `${WRAPPER}\ncopy_files = ["/etc/hostname"]` },
      /it: copy of \/etc\/hostname\n/,
    ),
  );
  test("removes its folder", () => rmSync(home, { recursive: true, force: true }));
});
