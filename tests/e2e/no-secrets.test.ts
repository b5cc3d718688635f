// Keys, tokens and sensitive variables of a whole build: in no output, log, journal, manifest or command line, however they are written.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;

const SECRETS = {
  plain: "correct-horse-battery",
  odd: `p"s's\\w ö&=%/+$(x)\`y\``,
  lines: "-----first secret line\nsecond secret line-----",
};
const KEYS = {
  access_key: "AKIASECRETKEY0000001",
  secret_key: "sEcReT/kEy+0123456789abcdefghijklmnopqrs",
  token: "session//token==42",
};

/** The ways in which what runs may write a text. */
function formsOf(text: string): readonly string[] {
  const encoded = Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1);
  return [text, ...text.split("\n"), JSON.stringify(text).slice(1, -1), encodeURIComponent(text), encoded];
}
/** What the template makes of them. */
const DERIVED = Object.values(SECRETS).map((text) => [...text].reverse().join(""));
const FORMBOOK = [...Object.values(SECRETS), ...Object.values(KEYS), ...DERIVED, SECRETS.plain.toUpperCase()].flatMap(
  formsOf,
);
const secretsIn = (text: string): readonly string[] => FORMBOOK.filter((form) => text.includes(form));

const NAMES = Object.keys(SECRETS);
const environment = NAMES.flatMap((name) => [
  `"RAW_${name}=\${var.${name}}"`,
  `"JSON_${name}=\${jsonencode(var.${name})}"`,
  `"URL_${name}=\${urlencode(var.${name})}"`,
  `"BASE_${name}=\${base64encode(var.${name})}"`,
  `"DERIVED_${name}=\${strrev(var.${name})}"`,
]).join(", ");
const print = NAMES.flatMap((name) =>
  ["RAW", "JSON", "URL", "BASE", "DERIVED"].map((form) => `printf '%s\\\\n' \\"$${form}_${name}\\"`),
)
  .concat("env", "env >&2")
  .map((command) => `"${command}"`)
  .join(", ");

const template = (
  at: Workshop,
): string => `${NAMES.map((name) => `variable "${name}" {\n  type = string\n  sensitive = true\n}\n`).join("")}
source "amazon-chroot" "s" {
  region     = "us-east-1"
  source_ami = "${at.sourceAmi}"
  ami_name   = "secretive {{uuid}}"
  access_key = "${KEYS.access_key}"
  secret_key = "${KEYS.secret_key}"
  token      = "${KEYS.token}"
  skip_credential_validation = true
}
build {
  sources = ["source.amazon-chroot.s"]
  provisioner "shell" {
    environment_vars = [${environment}]
    inline = [${print}, "sleep 0.5"]
  }
  provisioner "shell-local" {
    environment_vars = [${environment}]
    inline = [${print}, "sleep 0.5"]
  }
  provisioner "shell" {
    inline = ["echo \${var.plain}; sleep 0.3"]
  }
  provisioner "file" {
    content     = "in the image: \${var.odd}"
    destination = "/root/secret"
  }
  post-processor "manifest" {
    output      = "manifest.json"
    custom_data = {
      plain   = var.plain
      derived = "so: \${strrev(var.odd)}"
      lines   = var.lines
    }
  }
}
`;

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8").replaceAll("\0", " ");
  } catch {
    // It has ended, or is not ours to read.
    return "";
  }
};

function commandLines(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => textOf(`/proc/${pid}/cmdline`));
}

const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

interface Seen {
  readonly output: string;
  readonly leaks: readonly string[];
}

async function buildWatched(at: Workshop, flags: readonly string[], file: string): Promise<Seen> {
  const leaks = new Set<string>();
  const note = (where: string, text: string): void => {
    for (const secret of secretsIn(text)) leaks.add(`${where}: ${JSON.stringify(secret)} in ${text.slice(0, 300)}`);
  };
  const timer = setInterval(() => {
    for (const line of commandLines()) note("ps", line);
    for (const path of filesBelow(join(at.folder, "state/pkrts/runs"))) note(path, textOf(path));
  }, 20);
  const env = {
    ...Object.fromEntries(Object.entries(SECRETS).map(([name, value]) => [`PKR_VAR_${name}`, value])),
    PACKER_LOG: "1",
    PACKER_LOG_PATH: join(at.folder, "log"),
  };
  const { stdout, stderr } = await at.run(["build", "-local", ...flags, file], { env });
  clearInterval(timer);
  note("stdout", stdout);
  note("stderr", stderr);
  for (const name of ["log", "manifest.json"]) note(name, textOf(join(at.folder, name)));
  return { output: stdout + stderr, leaks: [...leaks] };
}

const asShop = sharing(shop);

describe("secrets of a build", (test) => {
  for (const flags of [[], ["-json"], ["-machine-readable"]])
    test.unless(
      unable,
      `are nowhere to be seen: ${flags[0] ?? "plain output"}`,
      asShop(async (at) => {
        const file = join(at.folder, "t.pkr.hcl");
        writeFileSync(file, template(at));
        const { output, leaks } = await buildWatched(at, flags, file);
        assert.equal(leaks, [], output);
        assert.match(output, "RAW_plain=<sensitive>");
        const [made] = JSON.parse(textOf(join(at.folder, "manifest.json"))).builds;
        assert.is(made.custom_data.derived, "so: <sensitive>");
        assert.match(output, /ami-[0-9a-f]{17}/);
        assert.equal(await at.leftovers(), []);
      }),
    );
  test.unless(
    unable,
    "nor when the build fails with one in its message",
    asShop(async (at) => {
      const file = join(at.folder, "f.pkr.hcl");
      writeFileSync(
        file,
        template(at).replace("in the image", "x").replace('"/root/secret"', `"/no/\${var.plain}/here"`),
      );
      const { output, leaks } = await buildWatched(at, [], file);
      assert.equal(leaks, []);
      assert.match(output, "<sensitive>/here");
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "nor what a Go template makes of one, when it is rendered while the build runs",
    asShop(async (at) => {
      const file = join(at.folder, "late.pkr.hcl");
      const upper = "{{ upper `${var.plain}` }}";
      writeFileSync(
        file,
        `variable "plain" {
  type      = string
  sensitive = true
}
source "amazon-chroot" "s" {
  region                     = "us-east-1"
  source_ami                 = "${at.sourceAmi}"
  ami_name                   = "late {{uuid}}"
  ami_description            = "${upper} of {{ .SourceAMI }}"
  skip_credential_validation = true
  tags = {
    Of = "${upper}, {{ .SourceAMI }}"
  }
}
build {
  sources = ["source.amazon-chroot.s"]
  provisioner "shell" {
    inline = ["echo inside ${upper}"]
  }
  provisioner "shell-local" {
    inline = ["echo beside ${upper} \${build.ID}"]
  }
  provisioner "shell-local" {
    environment_vars = ["IT=${upper}"]
    inline           = ["echo $IT"]
  }
  post-processor "manifest" {
    output      = "manifest.json"
    custom_data = { it = "${upper}" }
  }
}
`,
      );
      const { output, leaks } = await buildWatched(at, [], file);
      assert.equal(leaks, [], output);
      assert.match(output, "inside <sensitive>", output);
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(unable, "closes the workshop", () => shop?.close());
});
