// pkrts builds on moto and on its own EC2: the same calls, the same manifest.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { startServer } from "../support/ec2-server.js";
import { openWorkshop, type Workshop, whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";
import { judge } from "./judge.js";
import { MOTO_AMI, type MotoLab, startMoto } from "./moto.js";
import { type RecordedCall, type RecordingProxy, recordCalls, through } from "./recording-proxy.js";

const NAME = "source of both";
const unable = whyNoLocalBuilds() ?? whyNoTool("moto_server");

interface Bench {
  readonly shop: Workshop;
  readonly moto: MotoLab;
  readonly own: RecordingProxy;
  close(): Promise<void>;
}

async function openBench(): Promise<Bench> {
  const shop = await openWorkshop(NAME);
  const server = await startServer(join(shop.folder, "ec2"));
  const own = await recordCalls(through(server.url));
  const folder = join(shop.folder, "moto");
  mkdirSync(folder);
  const moto = await startMoto(folder, join(shop.folder, "base.img"), NAME);
  const close = async () => {
    await moto.close();
    await own.close();
    await server.stop();
    shop.close();
  };
  return { shop, moto, own, close };
}

const template = (name: string, options: string): string => `
variable "endpoint" { type = string }
variable "source_ami" { type = string }

source "amazon-chroot" "same" {
  access_key                 = "local"
  secret_key                 = "local-secret"
  region                     = "us-east-1"
  custom_endpoint_ec2        = var.endpoint
  skip_credential_validation = true
  source_ami                 = var.source_ami
  ami_name                   = "same as ${name}"
  ${options}
}

build {
  sources = ["source.amazon-chroot.same"]
  provisioner "shell" {
    inline = ["echo hello > /root/hello"]
  }
  post-processor "manifest" {
    output     = "manifest.json"
    custom_data = { from = "\${build.SourceAMIName}" }
  }
}
`;

interface Built {
  /** Of each region, its calls in order; metadata has none. */
  readonly calls: Readonly<Record<string, readonly string[]>>;
  readonly manifest: unknown;
}

/** Builds at `proxy` and says which calls that took. */
async function buildAt(shop: Workshop, proxy: RecordingProxy, ami: string, text: string): Promise<Built> {
  writeFileSync(join(shop.folder, "same.pkr.hcl"), text);
  const before = proxy.calls.length;
  const vars = ["-var", `endpoint=${proxy.url}`, "-var", `source_ami=${ami}`];
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: proxy.url };
  const { code, stdout, stderr } = await shop.run(["build", ...vars, "same.pkr.hcl"], { env });
  assert.is(code, 0, `${stdout}${stderr}`);
  const manifest = JSON.parse(readFileSync(join(shop.folder, "manifest.json"), "utf8")) as {
    readonly builds: readonly Readonly<Record<string, unknown>>[];
  };
  return { calls: byRegion(proxy.calls.slice(before)), manifest: lasting(manifest.builds.at(-1) ?? {}) };
}

/** What is asked again until it has changed counts once. */
function byRegion(calls: readonly RecordedCall[]): Readonly<Record<string, readonly string[]>> {
  const all = new Map<string, string[]>();
  for (const { region, action } of calls) {
    const list = all.get(region) ?? [];
    if (!action.startsWith("Describe") || list.at(-1) !== action) all.set(region, [...list, action]);
  }
  return Object.fromEntries(all);
}

function lasting({ build_time: _time, packer_run_uuid: _uuid, ...entry }: Readonly<Record<string, unknown>>) {
  return { ...entry, artifact_id: String(entry["artifact_id"]).replace(/ami-[0-9a-f]{17}/g, "ami-id") };
}

const CASES: Readonly<Record<string, string>> = {
  "a plain build": "",
  "tags, and a larger volume of another type": `
  tags             = { Base = "{{ .SourceAMI }}" }
  snapshot_tags    = { Kind = "test" }
  root_volume_tags = { Temporary = "yes" }
  root_volume_size = 16
  root_volume_type = "gp3"`,
  "copies to other regions, with tags": `
  ami_regions = ["eu-west-1", "us-west-2"]
  tags        = { Base = "{{ .SourceAMI }}" }`,
  "an encrypted image": "encrypt_boot = true",
  "a shared image with a description": `
  ami_users       = ["123456789012"]
  ami_description = "shared"`,
  "an image that may replace another": "force_deregister = true",
};

const bench = unable === undefined ? await openBench() : undefined;

describe("interop: the same calls on moto and on the embedded EC2", (test) => {
  for (const [name, options] of Object.entries(CASES)) {
    test.unless(unable, name, async () => {
      if (bench === undefined) throw new Error("no bench");
      const { shop, moto, own } = bench;
      // Named after the case: several builds begin in one second.
      const text = template(name.replaceAll(",", ""), options);
      const there = await buildAt(shop, moto, MOTO_AMI, text);
      const here = await buildAt(shop, own, shop.sourceAmi, text);
      judge("calls", here.calls, there.calls);
      judge("manifest.json", here.manifest, there.manifest);
      judge("left attached in moto", moto.attached(), []);
      judge("left on the host", await shop.leftovers(), []);
    });
  }
  test.unless(unable, "closes the bench", () => bench?.close());
});
