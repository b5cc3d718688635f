// The disk image of docs/without-aws.md boots: debootstrap fills it, QEMU shows whether it is an operating system.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isReachable, whatIsMissing } from "../../fixtures/debian/what-it-needs.js";
import { describe } from "../support/describe.js";
import { whyNoLocalBuilds } from "../support/workshop.js";
import { judge, judgeText } from "./judge.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const mirror = process.env["PKR_VAR_mirror"] ?? "http://deb.debian.org/debian";
const release = process.env["PKR_VAR_release"] ?? "bookworm";

function whyNoBoot(): string | undefined {
  const [missing] = whatIsMissing();
  if (missing !== undefined) return `needs ${missing}`;
  return isReachable(mirror, release) ? undefined : `${mirror} has no ${release}, or can't be reached`;
}

function boot(): Promise<{ readonly code: number | null; readonly output: string }> {
  const argv = ["--import", "tsx", join(root, "fixtures/debian/boot.ts")];
  const child = spawn(process.execPath, argv, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += bytes));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

describe("interop: a Debian image made without AWS", (test) => {
  test.unless(whyNoLocalBuilds() ?? whyNoBoot(), "boots to its login prompt", async () => {
    const { code, output } = await boot();
    if (code !== 0) console.log(output);
    judge("exit code", code, 0);
    judgeText("last line", output.trimEnd().split("\n").at(-1) ?? "", /^After \d+ seconds it says: debian login:$/);
  });
});
