// Seconds and API calls of pkrts and of Packer 1.6.6 in a laboratory EC2 with the pace of a real one; as root:
//   npm run interop:lab -- FOLDER [CASE…]      or PKRTS_LAB=FOLDER
// FOLDER holds `run`: `run WORKDIR COMMAND…` runs COMMAND beside an EC2 (LAB_ENDPOINT, LAB_AMI) that writes each call as a line
// of WORKDIR/calls.jsonl and keeps resources in transition as long as LAB_DELAYS says.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const DELAYS = "CreateVolume=1.5,AttachVolume=2.2,DetachVolume=2.7,CreateSnapshot=22,RegisterImage=6";
const PKRTS = resolve(import.meta.dirname, "../dist/pkrts.cjs");
const LETTERS = "pomnlkji";

type Tool = "packer" | "pkrts";

interface Case {
  readonly name: string;
  /** Programs that run at the same time. */
  readonly programs: readonly { readonly tool: Tool; readonly builds: number }[];
  /** What must be kept, given what others took. */
  limits?(taken: ReadonlyMap<string, Taken>): { readonly seconds: number; readonly calls: number };
}

const CASES: readonly Case[] = [
  { name: "packer-1", programs: [{ tool: "packer", builds: 1 }] },
  {
    name: "pkrts-1",
    programs: [{ tool: "pkrts", builds: 1 }],
    limits: (taken) => ({ seconds: 36.2, calls: 2 * (taken.get("packer-1")?.calls ?? 22) }),
  },
  { name: "packer-8", programs: [{ tool: "packer", builds: 8 }] },
  { name: "pkrts-8", programs: [{ tool: "pkrts", builds: 8 }], limits: () => ({ seconds: 42, calls: 160 }) },
  {
    name: "together",
    programs: [
      { tool: "pkrts", builds: 4 },
      { tool: "packer", builds: 1 },
      { tool: "pkrts", builds: 4 },
    ],
  },
];

interface Taken {
  readonly seconds: number;
  readonly calls: number;
}

interface ApiCall {
  readonly t: number;
  readonly action: string;
  readonly status: number;
  readonly params?: Readonly<Record<string, string>>;
}

/** Builds of a template; Packer must be told a device where the host's own disks are called neither sd nor xvd. */
function templateOf(tool: Tool, builds: number, tag: string): string {
  const names = Array.from({ length: builds }, (_, index) => `lab${index}`);
  const source = (name: string, index: number): string => `
source "amazon-chroot" "${name}" {
  access_key                 = "AKIAX"
  secret_key                 = "secret"
  region                     = "us-east-1"
  custom_endpoint_ec2        = var.endpoint
  skip_region_validation     = true
  skip_credential_validation = true
  source_ami                 = var.source_ami
  ami_name                   = "${tag} ${name} {{timestamp}}"
  ${tool === "packer" ? `device_path = "/dev/xvd${LETTERS[index]}"` : ""}
  chroot_mounts              = [["proc", "proc", "/proc"], ["bind", "/dev", "/dev"]]
}`;
  return `variable "endpoint" { type = string }
variable "source_ami" { type = string }
${names.map(source).join("\n")}
build {
  sources = [${names.map((name) => `"source.amazon-chroot.${name}"`).join(", ")}]
  provisioner "shell" { inline = ["echo hello > /root/hello"] }
}
`;
}

/** A shell script that runs all programs at once and says when it began, when it ended, and how many failed. */
function scriptOf({ programs }: Case, folder: string): string {
  const commands = programs.map(({ tool, builds }, index) => {
    const file = join(folder, `${index}.pkr.hcl`);
    writeFileSync(file, templateOf(tool, builds, `t${index}`));
    const program = tool === "packer" ? "packer" : `${process.execPath} ${PKRTS}`;
    const log = join(folder, `${index}.log`);
    return `(${program} build -var endpoint=$LAB_ENDPOINT -var source_ami=$LAB_AMI ${file} >${log} 2>&1 || echo failed) &`;
  });
  return `date +%s.%N; ${commands.join(" ")} wait; date +%s.%N`;
}

async function take(lab: string, each: Case): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-lab-"));
  const work = join(folder, "work");
  const output = await outputOf([join(lab, "run"), work, "sh", "-c", scriptOf(each, folder)]);
  const [start, ...ends] = output.trim().split("\n");
  const logs = each.programs.map((_, index) => readFileSync(join(folder, `${index}.log`), "utf8"));
  if (ends.includes("failed") || ends.length === 0) throw new Error(`${each.name}: a build failed\n${logs.join("\n")}`);
  const calls = readFileSync(join(work, "calls.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ApiCall)
    .filter(({ action }) => !action.startsWith("=="));
  checkDevices(each.name, calls);
  rmSync(folder, { recursive: true });
  return { seconds: Number(ends.at(-1)) - Number(start), calls: calls.length };
}

/** No device name may be given to two volumes at once. */
function checkDevices(name: string, calls: readonly ApiCall[]): void {
  const devices = new Map<string, string>();
  for (const { action, params = {} } of calls.filter(({ status }) => status === 200)) {
    const { Device: device = "", VolumeId: volume = "" } = params;
    if (action === "DetachVolume") devices.delete(volume);
    if (action !== "AttachVolume") continue;
    const [holder] = [...devices].find(([, held]) => held === device) ?? [];
    if (holder !== undefined) throw new Error(`${name}: ${device} was given to ${volume} and ${holder}`);
    devices.set(volume, device);
  }
}

function outputOf([file = "", ...argv]: readonly string[]): Promise<string> {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return new Promise((done, fail) => {
    const child = spawn(file, argv, {
      env: { ...env, LAB_DELAYS: DELAYS, CHECKPOINT_DISABLE: "1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.once("error", fail);
    child.once("close", () => done(output));
  });
}

async function main(): Promise<boolean> {
  const [folder = process.env["PKRTS_LAB"], ...wanted] = process.argv.slice(2);
  if (folder === undefined) throw new Error("where is the laboratory? npm run interop:lab -- FOLDER [CASE…]");
  const taken = new Map<string, Taken>();
  let kept = true;
  for (const each of CASES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const result = await take(resolve(folder), each);
    taken.set(each.name, result);
    const limits = each.limits?.(taken);
    const isKept = limits === undefined || (result.seconds <= limits.seconds && result.calls <= limits.calls);
    kept &&= isKept;
    const bound = limits === undefined ? "" : `  (at most ${limits.seconds} s, ${limits.calls} calls)`;
    process.stdout.write(
      `${each.name.padEnd(10)} ${result.seconds.toFixed(1).padStart(6)} s ${String(result.calls).padStart(4)} calls${bound}${isKept ? "" : "  TOO MUCH"}\n`,
    );
  }
  return kept;
}

process.exitCode = (await main()) ? 0 : 1;
