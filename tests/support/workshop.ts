import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeBaseImage } from "../../fixtures/quickstart/make-base-image.js";
import { type Finished, pkrts, type RunOptions } from "./cli.js";

/** A folder of its own with an embedded EC2 in it, for builds with -local. */
export interface Workshop {
  readonly folder: string;
  /** The AMI that builds start from. */
  readonly sourceAmi: string;
  run(argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** What a build must not leave: mounts, loop devices, device links, volumes, processes in a chroot. One line each. */
  leftovers(): Promise<readonly string[]>;
  /** Mounts the root partition of an AMI's exported disk and hands its folder to `look`. */
  inspect<T>(ami: string, look: (root: string) => T): Promise<T>;
  close(): void;
}

/** Why -local builds can't run here; undefined when they can. */
export function whyNoLocalBuilds(): string | undefined {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root";
  return existsSync("/dev/loop-control") ? undefined : "needs loop devices";
}

/** Why a test that runs `tool` can't run here. */
export function whyNoTool(tool: string): string | undefined {
  try {
    execFileSync("sh", ["-c", `command -v ${tool}`], { stdio: "ignore" });
    return undefined;
  } catch {
    return `needs ${tool}`;
  }
}

/** In the base image beside what the quick start has there. */
const PROGRAMS = ["setsid", "mount", "umount", "grep"];

/** `base`: the name of the AMI that builds start from. */
export async function openWorkshop(base = "pkrts-base e2e"): Promise<Workshop> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-e2e-"));
  const env = { PKRTS_EC2_STATE: join(folder, "ec2"), XDG_STATE_HOME: join(folder, "state"), HOME: folder };
  const run = (argv: readonly string[], options: RunOptions = {}): Promise<Finished> =>
    pkrts(argv, { cwd: folder, ...options, env: { ...env, ...options.env } });
  // Not of ours, but of whoever else works on this host.
  const before = new Set(hostThings());
  const disk = join(folder, "base.img");
  await makeBaseImage(disk, PROGRAMS);
  const imported = await run(["ec2", "import", `-name=${base}`, disk]);
  if (imported.code !== 0) throw new Error(`import failed: ${imported.stdout}${imported.stderr}`);
  return {
    folder,
    sourceAmi: imported.stdout.trim(),
    run,
    leftovers: () => leftoversOf(before, run),
    inspect: (ami, look) => inspectImage(folder, run, ami, look),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Makes tests of one file that work in the same workshop. */
export const sharing =
  (shop: Workshop | undefined) =>
  (body: (at: Workshop) => Promise<void>): (() => Promise<void>) =>
  () =>
    shop === undefined ? Promise.reject(new Error("no workshop")) : body(shop);

type Run = Workshop["run"];

async function leftoversOf(before: ReadonlySet<string>, run: Run): Promise<readonly string[]> {
  const volumes = JSON.parse((await run(["ec2", "volumes", "-json"])).stdout) as readonly object[];
  const made = hostThings().filter((thing) => !before.has(thing));
  return [...volumes.map((volume) => `volume ${JSON.stringify(volume)}`), ...made];
}

/** Mounts, loop devices, device links and processes in chroots. */
function hostThings(): readonly string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const loops = execFileSync("losetup", ["--list", "--noheadings", "--output", "NAME,BACK-FILE"], { encoding: "utf8" });
  const devices = readdirSync("/dev").filter((name) => /^(xvd|sd)[f-p]\d*$/.test(name));
  return [
    ...mounts.map((line) => `mount ${line.split(" ").slice(3, 6).join(" ")}`),
    ...loops.split("\n").map((line) => `loop ${line}`),
    ...devices.map((name) => `device /dev/${name}`),
    ...processesInChroots(),
  ];
}

/** Processes whose root is not the host's. */
function processesInChroots(): readonly string[] {
  const rootOf = (pid: string): string => {
    try {
      return execFileSync("readlink", [`/proc/${pid}/root`], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    } catch {
      return "/";
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => [pid, rootOf(pid)] as const)
    .filter(([, where]) => where.includes("packer-amazon-chroot"))
    .map(([pid, where]) => `process ${pid} in ${where}`);
}

async function inspectImage<T>(folder: string, run: Run, ami: string, look: (root: string) => T): Promise<T> {
  const disk = join(folder, `${ami}.img`);
  const root = join(folder, `${ami}.root`);
  const exported = await run(["ec2", "export", ami, disk]);
  if (exported.code !== 0) throw new Error(`export failed: ${exported.stdout}${exported.stderr}`);
  mkdirSync(root);
  // The partition starts at 1 MiB in every image of these tests.
  execFileSync("mount", ["-o", "loop,ro,offset=1048576", disk, root]);
  try {
    return look(root);
  } finally {
    execFileSync("umount", [root]);
    rmdirSync(root);
    rmSync(disk);
  }
}
