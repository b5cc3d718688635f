// Every example that `--help` shows, run as it stands by a shell, in a folder that has the files it names.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { COMMANDS } from "../../runtime/cli/commands.js";
import { describe } from "../support/describe.js";
import { openWorkshop, type Workshop, whyNoLocalBuilds, whyNoTool } from "../support/workshop.js";

const bin = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "pkrts.cjs");

const TEMPLATE = (ami: string): string => `variable "source_ami" {
  type    = string
  default = "${ami}"
}

variable "region" {
  type    = string
  default = "us-east-1"
}

source "amazon-chroot" "web" {
  region           = var.region
  source_ami       = var.source_ami
  ami_name         = "web {{timestamp}} {{uuid}}"
  force_deregister = true
}

build {
  sources = ["source.amazon-chroot.web"]
}
`;

const LEGACY = '{"builders":[{"type":"file","target":"made.txt","content":"x"}]}\n';

interface Finished {
  readonly code: number | string | null | undefined;
  readonly output: string;
}

/** AWS is not here: the embedded EC2 stands in where an example builds or plans. */
const runnable = (example: string, ami: string): string =>
  example.replace("ami-0123456789abcdef0", ami).replace(/^pkrts (build|plan) (?!-local)/, "pkrts $1 -local ");

/** Who would run it: a completion script is for one shell. */
const shellOf = (example: string): string => /pkrts completion (bash|zsh|fish)/.exec(example)?.[1] ?? "sh";

function run(shop: Workshop, example: string, input: string): Promise<Finished> {
  const env = {
    PATH: `${join(shop.folder, "bin")}:${process.env["PATH"] ?? ""}`,
    HOME: shop.folder,
    XDG_STATE_HOME: join(shop.folder, "state"),
    PKRTS_EC2_STATE: join(shop.folder, "ec2"),
  };
  return new Promise((resolve) => {
    const child = execFile(
      shellOf(example),
      ["-c", runnable(example, shop.sourceAmi)],
      { cwd: shop.folder, env },
      (error, out, err) => resolve({ code: error === null ? 0 : error.code, output: out + err }),
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

function furnish(shop: Workshop): void {
  const at = (...names: readonly string[]): string => join(shop.folder, ...names);
  for (const name of ["bin", "templates", "web"]) mkdirSync(at(name), { recursive: true });
  writeFileSync(
    at("bin", "pkrts"),
    `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(bin)} "$@"\n`,
    { mode: 0o755 },
  );
  for (const name of [["template.pkr.hcl"], ["templates", "a.pkr.hcl"]])
    writeFileSync(at(...name), TEMPLATE(shop.sourceAmi));
  for (const name of ["template.json", "old.json"]) writeFileSync(at(name), LEGACY);
  copyFileSync(at("base.img"), at("disk.img"));
}

const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;
if (shop !== undefined) furnish(shop);
const commands = await Promise.all(COMMANDS.map(({ load }) => load()));

describe("the examples of --help", (test) => {
  for (const { name, examples } of commands) {
    test(`${name} has examples`, () => assert.ok(examples.length > 0));
    for (const example of examples) {
      test.unless(unable ?? whyNoTool(shellOf(example)), example, async () => {
        if (shop === undefined) throw new Error("no workshop");
        const { code, output } = await run(shop, example, "");
        // A language server whose client is gone without a shutdown ends with 1, as the protocol has it.
        assert.is(code, name === "lsp" ? 1 : 0, output);
      });
    }
  }

  test("leave nothing", async () => {
    assert.equal((await shop?.leftovers()) ?? [], []);
    shop?.close();
  });
});
