// `npm run bench:local`: a build with one shell step, instant transitions: pkrts -local, and pkrts and Packer on the same
// `pkrts ec2 serve`, in turns.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeBaseImage } from "../fixtures/quickstart/make-base-image.js";
import { median, program } from "./against-packer.js";

const ROUNDS = 9;
/** Milliseconds of one such build when only its system calls count: two copies of the disk, attach, mounts, one shell. */
const FLOOR = 90;

const template = (endpoint: string, ami: string, device: string): string => `
source "amazon-chroot" "bench" {
  access_key                 = "local"
  secret_key                 = "local-secret"
  region                     = "us-east-1"
  skip_credential_validation = true
  source_ami                 = "${ami}"
  ami_name                   = "bench {{uuid}}"
  ${endpoint === "" ? "" : `custom_endpoint_ec2 = "${endpoint}"`}
  ${device === "" ? "" : `device_path = "${device}"`}
}
build {
  sources = ["source.amazon-chroot.bench"]
  provisioner "shell" {
    inline = ["echo hello > /root/hello"]
  }
}
`;

if (process.getuid?.() !== 0) throw new Error("bench:local mounts real volumes: run it as root");
const folder = mkdtempSync(join(tmpdir(), "pkrts-bench-"));
const { NODE_EXTRA_CA_CERTS: _unused, ...inherited } = process.env;
const env = { ...inherited, PKRTS_EC2_STATE: join(folder, "ec2"), XDG_STATE_HOME: folder, CHECKPOINT_DISABLE: "1" };

/** Wall time in milliseconds; throws unless it ends with 0. */
function time(argv: readonly string[], more: Readonly<Record<string, string>> = {}): number {
  const [file = "", ...args] = argv;
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: folder,
    env: { ...env, ...more },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${argv.join(" ")}: ${error?.message ?? status}\n${stdout}${stderr}`);
  return performance.now() - start;
}

async function bench(): Promise<void> {
  const disk = join(folder, "base.img");
  await makeBaseImage(disk);
  const own = [process.execPath, program];
  const imported = spawnSync(process.execPath, [program, "ec2", "import", "-name=bench base", disk], {
    env,
    encoding: "utf8",
  });
  const ami = imported.stdout.trim();
  const server = spawn(process.execPath, [program, "ec2", "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const line = await new Promise<string>((resolve) => server.stdout.once("data", (bytes) => resolve(String(bytes))));
    const url = line.trim().replace("listening on ", "");
    writeFileSync(join(folder, "local.pkr.hcl"), template("", ami, ""));
    writeFileSync(join(folder, "served.pkr.hcl"), template(url, ami, ""));
    writeFileSync(join(folder, "packer.pkr.hcl"), template(url, ami, "/dev/xvdp"));
    const served = { AWS_EC2_METADATA_SERVICE_ENDPOINT: url };
    const times: Record<"local" | "served" | "packer", number[]> = { local: [], served: [], packer: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.local.push(time([...own, "build", "-local", "local.pkr.hcl"]));
      times.served.push(time([...own, "build", "served.pkr.hcl"], served));
      times.packer.push(time(["packer", "build", "packer.pkr.hcl"]));
    }
    const packer = median(times.packer);
    const row = (name: string, values: readonly number[]) =>
      console.log(
        `${name.padEnd(28)}${median(values).toFixed(0).padStart(6)} ms  ${(median(values) / packer).toFixed(2)} of Packer`,
      );
    row("pkrts build -local", times.local);
    row("pkrts build, ec2 serve", times.served);
    row("packer build, ec2 serve", times.packer);
    console.log(`floor, system calls alone   ${String(FLOOR).padStart(6)} ms  (summed, on one machine)`);
  } finally {
    server.kill("SIGTERM");
    await new Promise((resolve) => server.once("close", resolve));
  }
}

try {
  await bench();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
