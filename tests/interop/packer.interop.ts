// Debian's Packer builds on `pkrts ec2 serve`; what it says must be what it says on another embedded EC2, moto.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe } from "../support/describe.js";
import { startServer } from "../support/ec2-server.js";
import { openWorkshop, type Workshop, whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";
import { judge } from "./judge.js";

const here = dirname(fileURLToPath(import.meta.url));
const builds = join(here, "../../fixtures/builds");
const unable = whyNoLocalBuilds() ?? whyNoTool("packer");

/** What Packer 1.6.6 said with moto 5.2.1 behind it: lines sorted and ids masked as in `saidBy`, and its manifest entry. */
interface Recorded {
  readonly lines: readonly string[];
  readonly manifest: Readonly<Record<string, unknown>>;
}
const recorded = JSON.parse(readFileSync(join(here, "packer-on-moto.json"), "utf8")) as Readonly<
  Record<string, Recorded>
>;

/** An example of fixtures/builds pointed at `endpoint`; the device is given, for Packer finds no name on hosts without sd or xvd disks. */
function pointed(example: string, endpoint: string, regions: readonly string[]): string {
  const options = [
    `custom_endpoint_ec2 = ${JSON.stringify(endpoint)}`,
    "skip_credential_validation = true",
    'device_path = "/dev/xvdf"',
    `ami_regions = ${JSON.stringify(regions)}`,
  ];
  const text = readFileSync(join(builds, example, "template.pkr.hcl"), "utf8");
  return text.replace(/^ *region +=.*$/m, (line) => [line, ...options].join("\n  "));
}

/** Sorted, since regions and tags come in any order; without what changes from run to run, and what other programs say. */
function saidBy(output: string): readonly string[] {
  return output
    .replace(/(Running device setup commands).*?(?=\n[^\n]*Mounting the root device)/s, "$1")
    .replace(/\b(ami|snap)-[0-9a-f]{17}\b/g, "$1-id")
    .replace(/packer-shell\d+/g, "packer-shell")
    .replace(/AMI Name: (\S+) \d+/g, "AMI Name: $1")
    .replace(/(finished|completed) after .*/g, "$1")
    .replace(/cp -a '[^']*'/, "cp -a 'root'")
    .split("\n")
    .filter((line) => line !== "" && !/Wait completed/.test(line))
    .sort();
}

function packer(argv: readonly string[], cwd: string): Promise<string> {
  const child = spawn("packer", argv, { cwd, env: { ...process.env, CHECKPOINT_DISABLE: "1" } });
  let output = "";
  child.stdout.on("data", (bytes) => (output += bytes));
  child.stderr.on("data", (bytes) => (output += bytes));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`packer: ${code}\n${output}`))));
  });
}

async function buildWithPacker(
  shop: Workshop,
  example: string,
  variable: string,
  regions: readonly string[] = [],
): Promise<Recorded> {
  const folder = join(shop.folder, `${example}-${regions.length}`);
  mkdirSync(folder);
  const server = await startServer(join(shop.folder, "ec2"));
  try {
    writeFileSync(join(folder, "template.pkr.hcl"), pointed(example, server.url, regions));
    const output = await packer(["build", "-color=false", "-var", variable, "template.pkr.hcl"], folder);
    const manifest = readFileSync(join(folder, "manifest.json"), "utf8");
    const { builds: made } = JSON.parse(manifest) as { readonly builds: readonly Readonly<Record<string, unknown>>[] };
    return { lines: saidBy(output), manifest: lasting(made[0] ?? {}) };
  } finally {
    // AMIs are named by the second: the same example may follow.
    await setTimeout(1000);
    await server.stop();
  }
}

/** A manifest entry without ids and times. */
function lasting({ build_time: _time, packer_run_uuid: _uuid, ...entry }: Readonly<Record<string, unknown>>) {
  return { ...entry, artifact_id: String(entry["artifact_id"]).replace(/ami-[0-9a-f]{17}/g, "ami-id") };
}

const shop = unable === undefined ? await openWorkshop("lab-source-2026") : undefined;

async function compare(name: string, example: string, variable: string, regions: readonly string[] = []) {
  if (shop === undefined) throw new Error("no workshop");
  const { lines, manifest } = await buildWithPacker(shop, example, variable, regions);
  judge("lines", lines, recorded[name]?.lines);
  judge("manifest.json", manifest, recorded[name]?.manifest);
  judge("left on the host", await shop.leftovers(), []);
}

describe("interop: Packer", (test) => {
  test.unless(unable, "builds the basic example", () => compare("basic", "basic", `source_ami=${shop?.sourceAmi}`));
  test.unless(unable, "builds the tags example", () => compare("tags", "tags", `source_ami=${shop?.sourceAmi}`));
  test.unless(unable, "copies to other regions", () =>
    compare("regions", "tags", `source_ami=${shop?.sourceAmi}`, ["eu-west-1", "us-west-2"]),
  );
  test.unless(unable ?? whyNoTool("parted"), "builds the from-scratch example", async () => {
    const root = join(shop?.folder ?? "", "root");
    await shop?.inspect(shop.sourceAmi, (from) => cpSync(from, root, { recursive: true, verbatimSymlinks: true }));
    await compare("from-scratch", "from-scratch", `root=${root}`);
  });
  test.unless(unable, "closes the workshop", () => shop?.close());
});
