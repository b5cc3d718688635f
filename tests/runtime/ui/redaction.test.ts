// A thousand secrets of every kind of character, through provisioners, post-processors and each form of output: no part of one is ever seen.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { sshTemplate } from "../../support/ssh-template.js";
import { openSshd, whyNoSshd } from "../../support/sshd.js";

const SECRETS = 1000;
/** What shells, JSON, HCL, Go templates, regular expressions, XML, terminals and people who type fast would trip over. */
const PIECES = [
  ..."\"'\\`$(){}[]<>&|;*?!#%^~=+,.:@/-_ \t",
  ...["é", "ß", "日本", "🎉", "\u2028", "\u00a0", "ﬁ", "​"],
  ..."}} ${ } %{ } $(id) `id` && || \\n \\u0041 %s %0A ::error:: </x> <![CDATA[ ]]> --> '\"'\"'".split(" "),
];
const LINE_ENDS = ["\n", "\r\n"];

/** The same at every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Secret {
  readonly text: string;
  /** Parts that no other text has, one for each of its lines. */
  readonly tokens: readonly string[];
}

function secretsOf(count: number): readonly Secret[] {
  const random = generator(42);
  const pick = (from: readonly string[]): string => from[random(from.length)] ?? "";
  // Two braces begin a Go template, in a value as anywhere (cli-runtime §4.6): that is no text that could be kept.
  const noise = (): string =>
    Array.from({ length: random(6) }, () => pick(PIECES))
      .join("")
      .replace(/\{(?=\{)/g, "{ ");
  return Array.from({ length: count }, (_, i) => {
    const lines = i % 3 === 0 ? 1 + random(3) : 1;
    const tokens = Array.from({ length: lines }, (_line, n) => `q${i}z${n}k${random(1e6).toString(36)}`);
    return { tokens, text: tokens.map((token) => `${noise()}${token}${noise()}`).join(pick(LINE_ENDS)) };
  });
}

const TEMPLATE = `
variable "secrets" {
  type      = list(string)
  sensitive = true
}
source "file" "f" {
  target  = "secrets.txt"
  content = join("\\n", var.secrets)
}
source "file" "broken" {
  target  = "broken.txt"
  content = "x"
}
build {
  sources = ["file.f", "file.broken"]
  provisioner "shell-local" { inline = ["cat secrets.txt", "cat secrets.txt >&2"] }
  provisioner "shell-local" { inline = ["base64 secrets.txt", "base64 -w0 secrets.txt"] }
  provisioner "shell-local" {
    env    = { LAST = var.secrets[999], FIRST = var.secrets[0] }
    inline = ["echo \\"$FIRST\\"; printf '%s' \\"$LAST\\""]
  }
  provisioner "file" {
    source      = var.secrets[1]
    destination = var.secrets[2]
    direction   = "download"
    only        = ["null.none"]
  }
  provisioner "breakpoint" {
    disable = true
    note    = jsonencode(var.secrets)
  }
  provisioner "breakpoint" {
    only = ["file.broken"]
    note = var.secrets[3]
  }
  post-processor "shell-local" { inline = ["cat secrets.txt"] }
  post-processor "manifest" {
    custom_data = { all = jsonencode(var.secrets), one = var.secrets[7] }
  }
  post-processor "artifice" { files = ["secrets.txt", var.secrets[8]] }
}
`;

const secrets = secretsOf(SECRETS);

function assertHidden(what: string, output: string): void {
  const seen = secrets.flatMap(({ tokens }) => tokens).filter((token) => output.includes(token));
  const place = output.indexOf(seen[0] ?? "\u0000");
  assert.equal(seen, [], `${what}: …${output.slice(Math.max(0, place - 100), place + 60)}…`);
}

async function built(
  flags: readonly string[],
  look: (finished: Finished, read: (name: string) => string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-redaction-"));
  try {
    writeFileSync(join(folder, "t.pkr.hcl"), TEMPLATE);
    writeFileSync(join(folder, "v.pkrvars.json"), JSON.stringify({ secrets: secrets.map(({ text }) => text) }));
    const finished = await pkrts(["build", "-var-file=v.pkrvars.json", ...flags, "t.pkr.hcl"], {
      cwd: folder,
      detached: true,
      env: { XDG_STATE_HOME: join(folder, "state"), PKRTS_LOG_PATH: "run.log", GITHUB_ACTIONS: "true" },
    });
    look(finished, (name) => readFileSync(join(folder, name), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("a thousand secrets", (test) => {
  for (const flags of [[], ["-timestamp-ui", "-color=true"], ["-json"], ["-machine-readable"]]) {
    test(`through every local component: build ${flags.join(" ")}`, () =>
      built([...flags, "-artifact-file=made.json", "-junit=report.xml"], ({ stdout, stderr, code }, read) => {
        // The secrets came to where they belong, and the build to where it prints them.
        for (const { text } of secrets) assert.ok(read("secrets.txt").includes(text.normalize("NFC")), text);
        assert.is(code, 1, stderr.slice(0, 3000));
        assert.ok(stdout.split("<sensitive>").length > SECRETS * 2, stdout.slice(0, 2000));
        assert.match(stdout, "Error asking for input: ");
        assertHidden("standard output", stdout);
        assertHidden("standard error", stderr);
        for (const file of ["run.log", "packer-manifest.json", "made.json", "report.xml"])
          assertHidden(file, read(file));
        assert.match(read("packer-manifest.json"), String.raw`"one": "\u003csensitive\u003e"`);
      }));
  }
  test.unless(whyNoSshd(), "through shell and file over SSH", async () => {
    const sshd = await openSshd();
    try {
      const blocks = `
  provisioner "file" {
    content     = join("\\n", var.secrets)
    destination = "${sshd.folder}/there.txt"
  }
  provisioner "shell" {
    env    = { FIRST = var.secrets[0], SECOND = var.secrets[5] }
    inline = ["cat ${sshd.folder}/there.txt", "cat ${sshd.folder}/there.txt >&2", "echo \\"$FIRST $SECOND\\"", "env", "exit 3"]
  }`;
      const variable = `variable "secrets" {\n  type = list(string)\n  sensitive = true\n}\n`;
      writeFileSync(join(sshd.folder, "v.pkrvars.json"), JSON.stringify({ secrets: secrets.map(({ text }) => text) }));
      writeFileSync(join(sshd.folder, "t.pkr.hcl"), variable + sshTemplate(sshd, blocks));
      const { stdout, stderr } = await pkrts(["build", "-var-file=v.pkrvars.json", "t.pkr.hcl"], {
        cwd: sshd.folder,
        env: { PKRTS_LOG: "1", XDG_STATE_HOME: join(sshd.folder, "state") },
      });
      assert.match(stdout, "exit status: 3");
      assertHidden("standard output", stdout);
      assertHidden("standard error", stderr);
    } finally {
      await sshd.close();
    }
  });
});

describe("a secret of under four characters", (test) => {
  test("is hidden where it stands as a word, and warned of", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-short-"));
    try {
      writeFileSync(
        join(folder, "t.pkr.hcl"),
        `variable "pin" {\n  default = "x7"\n  sensitive = true\n}
source "null" "n" { communicator = "none" }
build {
  sources = ["null.n"]
  provisioner "shell-local" { inline = ["echo pin x7 in ax7b, x7"] }
}
`,
      );
      const { stdout, stderr, code } = await pkrts(["build", "t.pkr.hcl"], {
        cwd: folder,
        env: { XDG_STATE_HOME: folder },
      });
      assert.is(code, 0);
      assert.match(stdout, "==> null.n: pin <sensitive> in ax7b, <sensitive>\n");
      assert.match(stderr, "Warning: A sensitive value is very short");
      assert.not.match(stderr, "x7");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
