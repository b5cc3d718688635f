// -machine-readable beside Packer's own, record by record, for six templates. Packer here is 1.6.6: what later ones print
// otherwise is put into their form first (cli-runtime §0), as are times and the names of temporary files.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { whyNoTool } from "../../support/workshop.js";

const FILE = { type: "file", target: "out.txt", content: "hello" };
const local = (...inline: readonly string[]) => ({ type: "shell-local", inline });
const NULL = { type: "null", communicator: "none" };

const TEMPLATES: Readonly<Record<string, readonly [name: string, text: string]>> = {
  "a provisioner's output, commas and backslashes in it": [
    "t.json",
    JSON.stringify({
      builders: [NULL],
      provisioners: [local("echo one, two; printf 'a\\\\tb%%\\n'; sleep 0.5; echo oops >&2")],
    }),
  ],
  "one build that fails and its cleanup provisioner, one that does not": [
    "t.json",
    JSON.stringify({
      builders: [
        { ...NULL, name: "bad" },
        { ...NULL, name: "ok" },
      ],
      provisioners: [
        { ...local("echo boom", "exit 3"), only: ["bad"] },
        { ...local("echo second"), only: ["ok"] },
      ],
      "error-cleanup-provisioner": local("echo tidied"),
    }),
  ],
  "a file": [
    "t.pkr.hcl",
    `source "file" "f" {\n  target  = "out.txt"\n  content = "hello"\n}\nbuild { sources = ["file.f"] }\n`,
  ],
  "chains of post-processors, the same artifact several times": [
    "t.json",
    JSON.stringify({
      builders: [FILE],
      "post-processors": [[local("echo post"), "manifest"], { type: "checksum", checksum_types: ["md5"] }],
    }),
  ],
  "an archive in place of the file": [
    "t.json",
    JSON.stringify({ builders: [FILE], "post-processors": [{ type: "compress", output: "o.tar.gz" }] }),
  ],
  "retries, pauses, a provisioner that fails in the end": [
    "t.pkr.hcl",
    `source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  provisioner "shell-local" {
    inline       = ["exit 2"]
    max_retries  = 1
    pause_before = "10ms"
  }
  post-processor "manifest" {}
}
`,
  ],
};

type Fields = readonly [target: string, type: string, ...args: string[]];

/** Lines to records, without their times. Fails on a line that is none. */
function parsed(output: string): readonly Fields[] {
  return output
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [time, target, type, ...args] = line.split(",");
      assert.match(time ?? "", /^\d{10}$/, line);
      return [target ?? "", type ?? "", ...args];
    });
}

const comparable = (text: string): string =>
  text
    .replace(/(after) (?:\d+ [a-z]+)(?: \d+ [a-z]+)?(?=[.:]|$)/g, "$1 D")
    .replace(/\/tmp\/packer-shell\S+/g, "SCRIPT");

/** Builds whose names are not their types have the type before them since then. */
const LABELS: Readonly<{ [label: string]: string }> = { bad: "null.bad", ok: "null.ok" };

/** A record of 1.6.6 as 1.16 prints it. */
function modern([target, type, ...args]: Fields): Fields {
  const level = type === "ui" && args[0] === "message" ? ["say", ...args.slice(1)] : args;
  const texts = level.map((arg) =>
    arg
      .replace(/^ {4}([^:]+): /, "==> $1: ")
      .replace(/status: (\d+)\.Allowed/, "status: $1. Allowed")
      .replace(/(==> |--> |Build ')(bad|ok)\b/, (_, before: string, name: string) => `${before}${LABELS[name]}`),
  );
  return [LABELS[target] ?? target, type, ...texts];
}

const asLines = (records: readonly Fields[]): string =>
  records.map((record) => comparable(record.join(","))).join("\n");

describe("-machine-readable", (test) => {
  const unable = whyNoTool("packer") ?? (packerVersion() === "1.6.6" ? undefined : "needs Packer 1.6.6");
  for (const [title, [name, text]] of Object.entries(TEMPLATES)) {
    test.unless(unable, `as Packer's: ${title}`, async () => {
      const argv = ["build", "-machine-readable", "-parallel-builds=1", name];
      const packer = inFolder(name, text, (cwd) =>
        spawnSync("packer", argv, { cwd, encoding: "utf8", env: { ...process.env, CHECKPOINT_DISABLE: "1" } }),
      );
      const ours = await inFolder(name, text, (cwd) => pkrts(argv, { cwd, env: { XDG_STATE_HOME: tmpdir() } }));
      assert.is(asLines(parsed(ours.stdout)), asLines(parsed(packer.stdout).map(modern)));
      assert.is(ours.code, packer.status);
    });
  }
  test("secrets are masked in every argument", async () => {
    const text = `variable "pw" {\n  default = "hunter,22"\n  sensitive = true\n}
source "file" "f" {\n  target = "\${var.pw}.txt"\n  content = "x"\n}\nbuild { sources = ["file.f"] }\n`;
    const { stdout } = await inFolder("t.pkr.hcl", text, (cwd) =>
      pkrts(["build", "-machine-readable", "t.pkr.hcl"], { cwd, env: { XDG_STATE_HOME: tmpdir() } }),
    );
    assert.match(stdout, ",file.f,artifact,0,file,0,<sensitive>.txt\n");
    assert.not.match(stdout, "hunter");
  });
});

function packerVersion(): string {
  try {
    return /v(\S+)/.exec(execFileSync("packer", ["version"], { encoding: "utf8" }))?.[1] ?? "";
  } catch {
    return "";
  }
}

function inFolder<T>(name: string, text: string, body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-machine-"));
  const done = (): void => rmSync(folder, { recursive: true, force: true });
  writeFileSync(join(folder, name), text);
  const result = body(folder);
  if (result instanceof Promise) void result.finally(done);
  else done();
  return result;
}
