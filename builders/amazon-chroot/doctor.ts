// What this host can and can't do for builds. Nothing is changed: what is tried happens in a namespace that ends with it.

import { accessSync, constants, existsSync, readdirSync, statfsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { errorFrom } from "../../runtime/contract/errors.js";
import type { BuildPlace, HostCheck } from "../../runtime/contract/host-check.js";
import { run } from "../../runtime/system/exec.js";
import { callerIdentity, profileRegion } from "../amazon/aws/session.js";
import { instanceIdentity, metadataEndpoint } from "../amazon/ec2/metadata.js";
import { whyNoNamespace } from "./host/namespace.js";
import { defaultStateDir } from "./local-ec2/state.js";

type Env = Readonly<Record<string, string | undefined>>;

const BOTH: readonly BuildPlace[] = ["ec2", "local"];
/** Milliseconds for what is asked over the network. */
const PATIENCE = 6000;

/** All checks, in the order in which they make sense. */
export async function examineHost(env: Env): Promise<readonly HostCheck[]> {
  const signal = AbortSignal.timeout(PATIENCE);
  return [
    linux(),
    root(),
    tools(env, ["mount", "umount", "chroot", "blkid", "partx", "flock"], BOTH),
    tools(env, ["losetup", "blockdev"], ["local"]),
    loopDevices(),
    await mounting(),
    await namespaces(),
    nvme(),
    ...(await Promise.all([metadata(env, signal), credentials(env, signal)])),
    localState(env),
  ];
}

function check(name: string, neededFor: readonly BuildPlace[], found: string, remedy?: string): HostCheck {
  return remedy === undefined ? { name, ok: true, found, neededFor } : { name, ok: false, found, remedy, neededFor };
}

const linux = (): HostCheck =>
  process.platform === "linux"
    ? check("Linux", BOTH, "yes")
    : check("Linux", BOTH, `this is ${process.platform}`, "build on a Linux machine");

const isRoot = (): boolean => process.getuid?.() === 0;

const root = (): HostCheck =>
  isRoot()
    ? check("root", BOTH, "yes")
    : check(
        "root",
        ["local"],
        `user ${process.getuid?.() ?? "unknown"}`,
        'run as root; on EC2 also: command_wrapper = "sudo {{.Command}}"',
      );

function tools({ PATH = "" }: Env, names: readonly string[], neededFor: readonly BuildPlace[]): HostCheck {
  const missing = names.filter((name) => !PATH.split(delimiter).some((folder) => isProgram(join(folder, name))));
  const name = `tools: ${names.join(", ")}`;
  if (missing.length === 0) return check(name, neededFor, "found");
  return check(
    name,
    neededFor,
    `${missing.join(", ")} not found in PATH`,
    "install util-linux and coreutils, and have their folders in PATH",
  );
}

const isProgram = (path: string): boolean => allows(path, constants.X_OK);

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    // Says no by throwing.
    return false;
  }
}

const loopDevices = (): HostCheck =>
  allows("/dev/loop-control", constants.R_OK | constants.W_OK)
    ? check("loop devices", ["local"], "yes")
    : check(
        "loop devices",
        ["local"],
        existsSync("/dev/loop-control") ? "/dev/loop-control can't be opened" : "there is no /dev/loop-control",
        "modprobe loop; a container needs --privileged and the host's /dev",
      );

const MOUNT = ["unshare", "--mount", "--propagation", "private", "--", "mount", "-t", "tmpfs", "none", "/tmp"];

async function mounting(): Promise<HostCheck> {
  const why = await complaint(() => run(MOUNT));
  return why === undefined
    ? check("mount", BOTH, "yes")
    : check(
        "mount",
        isRoot() ? BOTH : ["local"],
        why,
        "a container needs --privileged, or at least CAP_SYS_ADMIN and no seccomp filter",
      );
}

async function namespaces(): Promise<HostCheck> {
  const why = await whyNoNamespace();
  return why === undefined
    ? check("namespaces", [], "commands in the chroot get processes and mounts of their own")
    : check(
        "namespaces",
        [],
        why,
        "builds work without, but commands in the chroot share the host's processes and mounts: install util-linux, allow CLONE_NEWPID and CLONE_NEWNS",
      );
}

function nvme(): HostCheck {
  const disks = existsSync("/sys/block") ? readdirSync("/sys/block").filter((name) => name.startsWith("nvme")) : [];
  return check(
    "NVMe",
    [],
    disks.length === 0
      ? "none: volumes show as /dev/xvd* or /dev/sd*"
      : `${disks.join(", ")}: volumes are found by their ids`,
  );
}

async function metadata(env: Env, signal: AbortSignal): Promise<HostCheck> {
  let instance = "";
  const why = await complaint(async () => {
    const { instanceId, region } = await instanceIdentity(
      metadataEndpoint((name) => env[name]),
      signal,
    );
    instance = `${instanceId} in ${region}`;
  });
  return why === undefined
    ? check("instance metadata", ["ec2"], instance)
    : check(
        "instance metadata",
        ["ec2"],
        why,
        "build on an EC2 instance with IMDSv2 (in a container: a hop limit of 2), or without EC2: pkrts build -local",
      );
}

async function credentials(env: Env, signal: AbortSignal): Promise<HostCheck> {
  let who = "";
  const why = await complaint(async () => {
    const region =
      env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? (await profileRegion(env["AWS_PROFILE"])) ?? "us-east-1";
    who = await callerIdentity({ region }, undefined, signal);
  });
  return why === undefined
    ? check("AWS credentials", ["ec2"], who)
    : check(
        "AWS credentials",
        ["ec2"],
        why,
        "give the instance a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the options of the builder",
      );
}

function localState(env: Env): HostCheck {
  const folder = defaultStateDir(env);
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  if (!allows(there, constants.W_OK | constants.X_OK))
    return check(
      "state of the embedded EC2",
      ["local"],
      `${there} can't be written`,
      "set PKRTS_EC2_STATE to a folder of yours",
    );
  const { bavail, bsize } = statfsSync(there);
  const free = Math.floor((bavail * bsize) / 1024 ** 3);
  const found = `${folder}${there === folder ? "" : " (not there yet)"}, ${free} GiB free`;
  return free > 0
    ? check("state of the embedded EC2", ["local"], found)
    : check(
        "state of the embedded EC2",
        ["local"],
        found,
        "free some space, or set PKRTS_EC2_STATE to a folder on another disk",
      );
}

/** What an attempt says against it; undefined when it succeeds. */
async function complaint(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (thrown) {
    return errorFrom(thrown)
      .message.replace(/ \(skip_credential_validation.*\)$/, "")
      .replace(/ \(to build without EC2.*\)/, "");
  }
}
