// Accounts of an embedded EC2 in which calls go wrong, and a build that makes every call there is in a build without provisioners.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault } from "../../builders/amazon-chroot/local-ec2/faults.js";
import { type LocalEc2, openLocalEc2 } from "../../builders/amazon-chroot/local-ec2/index.js";
import { makeBaseImage } from "../../fixtures/quickstart/make-base-image.js";
import { builtins } from "../../runtime/builtins.js";
import type { BuildOutcome } from "../../runtime/contract/events.js";
import { prepareTemplate } from "../../runtime/engine.js";
import { recover } from "../../runtime/steps/recover.js";
import { optionsIn, run } from "./engine.js";
import { fastClock } from "./fast-clock.js";
import { aheadOf } from "./lanes.js";
import { whyNoLocalBuilds } from "./workshop.js";

/** How many times faster than the world a build's waits are. */
const SPEED = 40;
const clock = fastClock(SPEED);
export const unable = whyNoLocalBuilds();

/** An account of its own: an embedded EC2 with one AMI, a place for mounts, and journals. */
export interface Account {
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

export interface Built {
  readonly ok: boolean;
  /** The build's error. */
  readonly message: string;
  /** All that was said of errors on the way. */
  readonly said: string;
  /** Where its EC2 was. */
  readonly url: string;
}

/** `local`: with the embedded EC2 for STS too, as -local does. */
export async function build(account: Account, faults: readonly Fault[], local = false): Promise<Built> {
  const { folder, ec2 } = account;
  const server = await ec2.listen({ faults });
  const file = join(folder, "t.pkr.hcl");
  writeFileSync(
    file,
    template(account, local ? undefined : server.url, faults.some(({ stuck }) => stuck === true) ? DEADLINE : ""),
  );
  try {
    const { plan, diagnostics } = await prepareTemplate(
      file,
      optionsIn(folder, {
        env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url, PATH: process.env["PATH"] },
        purpose: "build",
        evaluateDataSources: true,
        ...(local ? { localEndpoint: server.url } : {}),
      }),
    );
    if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
    const errors: string[] = [];
    let outcome: BuildOutcome | undefined;
    for await (const event of run(plan, folder, clock)) {
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
export async function holdings({ ec2, folder }: Account): Promise<readonly string[]> {
  const [images, snapshots, volumes] = await Promise.all([ec2.images(), ec2.snapshots(), ec2.volumes()]);
  const loops = execFileSync("losetup", ["--list", "--noheadings", "--output", "BACK-FILE"], { encoding: "utf8" });
  const host = `${loops}\n${readFileSync("/proc/self/mounts", "utf8")}`
    .split("\n")
    .filter((line) => line.includes(folder));
  return [...[...images, ...snapshots, ...volumes].map(({ id }) => id), ...host].sort();
}

const ahead = aheadOf(8);

/** An account of its own for each test. */
export const onAccount = (
  body: (account: Account, before: readonly string[]) => Promise<void>,
): (() => Promise<void>) =>
  ahead(async () => {
    const account = await openAccount();
    try {
      await body(account, await holdings(account));
    } finally {
      rmSync(account.folder, { recursive: true });
    }
  });

/** What `pkrts cleanup` found and said. */
export interface CleanedUp {
  /** How many things it could not give back. */
  readonly left: number;
  readonly said: string;
}

/** What `pkrts cleanup` does once the process of the build is gone; its EC2 listens where it did, with these faults. */
export async function cleanUp(
  { folder, ec2 }: Account,
  url: string,
  faults: readonly Fault[] = [],
): Promise<CleanedUp> {
  const lines: string[] = [];
  for (const name of readdirSync(join(folder, "runs"))) {
    const file = join(folder, "runs", name);
    writeFileSync(file, readFileSync(file, "utf8").replace(/"startTime":"\d+"/, '"startTime":"1"'));
  }
  const server = await ec2.listen({ port: Number(new URL(url).port), faults });
  try {
    const left = await recover({
      stateDir: folder,
      registry: builtins,
      clock,
      dryRun: false,
      user: 0,
      say: (line) => lines.push(line),
      withLocal: (body) => body(url),
    });
    return { left, said: lines.join("\n") };
  } finally {
    await server.close();
  }
}

export const throttled = (action: string): Fault => ({ action, code: "RequestLimitExceeded", times: 3 });
export const broken = (action: string): Fault => ({ action, code: "InternalError", times: 3 });
export const denied = (action: string): Fault => ({ action, code: "UnauthorizedOperation", message: "No.", times: 99 });
export const lost = (action: string): Fault => ({ action, drop: true });
/** Three seconds of the build's own. */
export const hidden = (action: string): Fault => ({ action, hidden: 3000 / SPEED });
export const stuck = (action: string): Fault => ({ action, stuck: true });

/** The last test of a file: nothing of its accounts stays. */
export const closeAccounts = (): void => rmSync(home, { recursive: true, force: true });
