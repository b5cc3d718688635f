// Every call of a build × what may become of it: the outcome, the message, and nothing left in EC2 or on this host.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Fault } from "../../builders/amazon-chroot/local-ec2/faults.js";
import { type LocalEc2, openLocalEc2 } from "../../builders/amazon-chroot/local-ec2/index.js";
import { makeBaseImage } from "../../fixtures/quickstart/make-base-image.js";
import { runPlan } from "../../runtime/build/run-plan.js";
import { builtins } from "../../runtime/builtins.js";
import type { BuildOutcome } from "../../runtime/contract/events.js";
import { prepareTemplate } from "../../runtime/engine.js";
import { recover } from "../../runtime/steps/recover.js";
import { describe } from "../support/describe.js";
import { fastClock } from "../support/fast-clock.js";
import { aheadOf } from "../support/lanes.js";
import { whyNoLocalBuilds } from "../support/workshop.js";

/** How many times faster than the world a build's waits are. */
const SPEED = 40;
const clock = fastClock(SPEED);
const unable = whyNoLocalBuilds();

/** An account of its own: an embedded EC2 with one AMI, a place for mounts, and journals. */
interface Account {
  readonly folder: string;
  readonly ec2: LocalEc2;
  readonly ami: string;
}

let opened = 0;
// What cleanup finds where a template's own keys are gone.
Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIATEST", AWS_SECRET_ACCESS_KEY: "of the test" });
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const home = mkdtempSync(join(tmpdir(), "pkrts-faults-"));
const base = join(home, "base.img");
if (unable === undefined) await makeBaseImage(base);

async function openAccount(): Promise<Account> {
  opened += 1;
  const folder = join(home, `account-${opened}`);
  mkdirSync(folder);
  const ec2 = await openLocalEc2({ stateDir: join(folder, "ec2") });
  return { folder, ec2, ami: await ec2.importImage(base, { name: "faults base" }) };
}

const NEXT_YEAR = `${new Date().getUTCFullYear() + 1}-06-01T00:00:00Z`;

/** Ten seconds, where they are waited for in vain: with a host that is busy, nothing else may fail by them. */
const DEADLINE = `aws_polling {
    delay_seconds = 2
    max_attempts  = 5
  }`;

/** A build that makes every call there is in a build without provisioners. */
const template = ({ folder, ami }: Account, endpoint: string | undefined, polling: string): string => `
source "amazon-chroot" "it" {
  access_key                 = "AKIATEST"
  secret_key                 = "secret of the test"
  ${endpoint === undefined ? "" : `custom_endpoint_ec2 = "${endpoint}"`}
  decode_authorization_messages = true
  skip_credential_validation = true
  region                     = "us-east-1"
  source_ami                 = "${ami}"
  ami_name                   = "faults"
  mount_path                 = "${folder}/mnt/{{ .Device }}"
  chroot_mounts              = []
  copy_files                 = []
  ami_regions                = ["eu-west-1"]
  ami_description            = "described"
  snapshot_users             = ["111122223333"]
  deprecate_at               = "${NEXT_YEAR}"
  tags                       = { Name = "it" }
  ${polling}
  deregistration_protection {
    enabled = true
  }
}
build { sources = ["source.amazon-chroot.it"] }
`;

interface Built {
  readonly ok: boolean;
  /** The build's error. */
  readonly message: string;
  /** All that was said of errors on the way. */
  readonly said: string;
  /** Where its EC2 was. */
  readonly url: string;
}

/** `local`: with the embedded EC2 for STS too, as -local does. */
async function build(account: Account, faults: readonly Fault[], local = false): Promise<Built> {
  const { folder, ec2 } = account;
  const server = await ec2.listen({ faults });
  const file = join(folder, "t.pkr.hcl");
  writeFileSync(
    file,
    template(account, local ? undefined : server.url, faults.some(({ stuck }) => stuck === true) ? DEADLINE : ""),
  );
  const signal = new AbortController().signal;
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url, PATH: process.env["PATH"] };
  try {
    const { plan, diagnostics } = await prepareTemplate(file, {
      world: { cwd: folder, home: folder, env, startedAt: new Date() },
      registry: builtins,
      variables: new Map(),
      varFiles: [],
      only: [],
      except: [],
      purpose: "build",
      force: false,
      warnUndeclared: true,
      evaluateDataSources: true,
      syntaxOnly: false,
      unsetIsUnknown: false,
      ...(local ? { localEndpoint: server.url } : {}),
      signal,
    });
    if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
    const options = { stateDir: folder, parallel: 0, force: false, onError: "cleanup", signal, clock } as const;
    const errors: string[] = [];
    let outcome: BuildOutcome | undefined;
    for await (const event of runPlan(plan, { ...options, hide: () => undefined })) {
      if (event.type === "error") errors.push(event.text);
      if (event.type === "summary") outcome = event.builds[0];
    }
    return {
      ok: outcome?.ok === true,
      message: outcome?.error?.message ?? "",
      said: errors.join("\n"),
      url: server.url,
    };
  } finally {
    await server.close();
  }
}

/** What costs money, and what a build must not leave on this host. */
async function holdings({ ec2, folder }: Account): Promise<readonly string[]> {
  const [images, snapshots, volumes] = await Promise.all([ec2.images(), ec2.snapshots(), ec2.volumes()]);
  const loops = execFileSync("losetup", ["--list", "--noheadings", "--output", "BACK-FILE"], { encoding: "utf8" });
  const host = `${loops}\n${readFileSync("/proc/self/mounts", "utf8")}`
    .split("\n")
    .filter((line) => line.includes(folder));
  return [...[...images, ...snapshots, ...volumes].map(({ id }) => id), ...host].sort();
}

const ahead = aheadOf(8);

/** An account of its own for each test. */
const onAccount = (body: (account: Account, before: readonly string[]) => Promise<void>): (() => Promise<void>) =>
  ahead(async () => {
    const account = await openAccount();
    try {
      await body(account, await holdings(account));
    } finally {
      rmSync(account.folder, { recursive: true });
    }
  });

const succeeds = (faults: readonly Fault[]) =>
  onAccount(async (account) => {
    const { ok, message } = await build(account, faults);
    assert.ok(ok, message);
    const made = await account.ec2.images();
    assert.equal(made.map(({ region }) => region).sort(), ["eu-west-1", "us-east-1", "us-east-1"]);
    assert.is((await account.ec2.snapshots()).length, 3);
    assert.is((await holdings(account)).length, 6);
    for (const image of made.filter(({ name }) => name === "faults")) {
      assert.is(image.description, "described");
      assert.equal(image.tags, { Name: "it" });
      assert.ok(image.deprecation !== undefined && image.protection !== undefined);
    }
  });

const fails = (faults: readonly Fault[], expected: string) =>
  onAccount(async (account, before) => {
    const { ok, message } = await build(account, faults);
    assert.not.ok(ok);
    assert.ok(message.includes(expected), message);
    assert.equal(await holdings(account), before);
  });

/** What `pkrts cleanup` does once the process of the build is gone; its EC2 listens where it did. */
async function cleanUp({ folder, ec2 }: Account, url: string): Promise<number> {
  for (const name of readdirSync(join(folder, "runs"))) {
    const file = join(folder, "runs", name);
    writeFileSync(file, readFileSync(file, "utf8").replace(/"startTime":"\d+"/, '"startTime":"1"'));
  }
  const server = await ec2.listen({ port: Number(new URL(url).port) });
  try {
    return await recover({
      stateDir: folder,
      registry: builtins,
      clock,
      dryRun: false,
      say: () => undefined,
      withLocal: (body) => body(url),
    });
  } finally {
    await server.close();
  }
}

/** The build fails, names what it leaves, and `pkrts cleanup` gives it back once EC2 is in order. */
const leaves = (faults: readonly Fault[], expected = "UnauthorizedOperation: No.") =>
  onAccount(async (account, before) => {
    const { ok, message, said, url } = await build(account, faults);
    assert.not.ok(ok);
    assert.match(message, /clean-up failed, and left .*temporary volume.*: `pkrts cleanup` tries again/);
    assert.ok(said.includes(expected), said);
    assert.not.equal(await holdings(account), before);
    if (faults.some((fault) => fault.stuck === true)) return;
    assert.is(await cleanUp(account, url), 0);
    // A volume that can't be deleted in the end takes no AMI with it.
    assert.equal(
      (await holdings(account)).filter((thing) => !/^(ami|snap)-/.test(thing)),
      [],
    );
  });

const READING = ["DescribeRegions", "DescribeImages", "DescribeInstances", "DescribeVolumes", "DescribeSnapshots"];
const MAKING = ["CreateVolume", "CreateSnapshot", "RegisterImage", "CopyImage"];
const CHANGING = [
  "AttachVolume",
  "EnableImageDeprecation",
  "ModifyImageAttribute",
  "ModifySnapshotAttribute",
  "CreateTags",
  "EnableImageDeregistrationProtection",
];
const UNDOING = ["DetachVolume", "DeleteVolume"];
const ALL = [...READING, ...MAKING, ...CHANGING, ...UNDOING];

const throttled = (action: string): Fault => ({ action, code: "RequestLimitExceeded", times: 3 });
const broken = (action: string): Fault => ({ action, code: "InternalError", times: 3 });
const denied = (action: string): Fault => ({ action, code: "UnauthorizedOperation", message: "No.", times: 99 });
const lost = (action: string): Fault => ({ action, drop: true });
/** Three seconds of the build's own. */
const hidden = (action: string): Fault => ({ action, hidden: 3000 / SPEED });
const stuck = (action: string): Fault => ({ action, stuck: true });

describe("faults that pass", (test) => {
  for (const action of ALL) {
    test.unless(unable, `${action} throttled three times`, succeeds([throttled(action)]));
    test.unless(unable, `${action} broken three times`, succeeds([broken(action)]));
    test.unless(unable, `${action} done, its answer lost`, succeeds([lost(action)]));
  }
  for (const action of MAKING)
    test.unless(unable, `what ${action} makes is not found for three seconds`, succeeds([hidden(action)]));
  for (const action of MAKING)
    test.unless(
      unable,
      `${action}: its answer lost, and what it made not found`,
      succeeds([{ ...hidden(action), drop: true }]),
    );
  test.unless(
    unable,
    "an attachment that never ends, of a disk that the kernel shows",
    succeeds([stuck("AttachVolume")]),
  );
  test.unless(unable, "everything throttled three times", succeeds(ALL.map(throttled)));
  test.unless(unable, "everything lost once", succeeds(ALL.map(lost)));
});

describe("faults that do not", (test) => {
  for (const action of [...READING, ...MAKING, ...CHANGING])
    test.unless(unable, `${action} denied`, fails([denied(action)], `${action}: UnauthorizedOperation: No.`));
  for (const [action, skip] of [
    ["DescribeImages", 3],
    ["DescribeVolumes", 1],
  ] as const) {
    const late = { ...denied(action), skip };
    test.unless(unable, `${action} denied while waiting`, fails([late], `${action}: UnauthorizedOperation: No.`));
  }
  for (const action of MAKING)
    test.unless(unable, `${action} never done`, fails([stuck(action)], ": still not ready after "));
  for (const action of MAKING)
    test.unless(unable, `${action} ends in a failure`, fails([{ action, failed: true }], "it is in state "));
  for (const [what, next] of [
    ["CreateVolume", "AttachVolume"],
    ["CreateSnapshot", "RegisterImage"],
    ["RegisterImage", "CopyImage"],
    ["CopyImage", "CreateTags"],
  ] as const) {
    const error = `${next}: UnauthorizedOperation: No.`;
    test.unless(unable, `${next} denied, the answer to ${what} lost`, fails([lost(what), denied(next)], error));
    test.unless(unable, `${next} denied, what ${what} made not found yet`, fails([hidden(what), denied(next)], error));
  }
  // What CreateSnapshot made is looked for before it is made again.
  for (const action of MAKING.filter((each) => each !== "CreateSnapshot")) {
    const gone = [{ ...hidden(action), drop: true }, denied(action)];
    test.unless(unable, `${action} lost, then denied`, fails(gone, `${action}: UnauthorizedOperation: No.`));
  }
  test.unless(
    unable,
    "decode_authorization_messages: STS says what a refusal means",
    onAccount(async (account, before) => {
      const { message } = await build(account, [{ action: "CreateVolume", code: "UnauthorizedOperation" }], true);
      assert.match(message, /^CreateVolume: UnauthorizedOperation: .*\{"allowed":false,.*"action":"ec2:CreateVolume"/);
      assert.equal(await holdings(account), before);
    }),
  );
  for (const action of UNDOING)
    test.unless(unable, `${action} denied: says what is left, and cleanup gives it back`, leaves([denied(action)]));
  test.unless(unable, "DetachVolume never done: says what is left", leaves([stuck("DetachVolume")], "still not ready"));
  test("removes its folder", () => rmSync(home, { recursive: true, force: true }));
});
