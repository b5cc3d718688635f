// A template of many mistakes, and one of many builds.
import * as assert from "uvu/assert";
import type { PublicDiagnostic } from "../../../lang/diagnostics/render-json.js";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { type Files, withFiles } from "../../support/template-files.js";

/** Each mistake is followed, on its line, by the summary of what is to be said of it. */
const MISTAKES: Files = {
  "a.pkr.hcl": `
packer {
  required_plugins {
    Amazon = { version = ">= 1.0.0", source = "github.com/hashicorp/amazon" } #! Invalid plugin local name
  }
}
variable "size" {
  type    = number
  default = "big" #! Invalid default value for variable
}
variable "unset" { #! Unset variable "unset"
  type = string
}
variable "zone" {
  default = "a" #! Invalid value for default variable
  validation {
    condition     = length(var.zone) > 3
    error_message = "The zone is too short."
  }
}
variable "zone" { #! Duplicate variable
  default = "b"
}
locals {
  one   = local.two #! failed to prepare execution graph
  two   = local.one
  three = local.ghost #! failed to prepare execution graph
  four  = upper(var.nope) #! Unsupported attribute
  five  = uper("x") #! Call to unknown function
}
`,
  "b.pkr.hcl": `
source "amazon-chroot" "web" {
  region      = "eu-west-1"
  source_amy  = "ami-12345678" #! Unsupported argument
  ami_name    = "x" #! ami_name must be between 3 and 128 characters long
  ami_regions = "eu-west-2" #! Incorrect attribute value type
  tags {  #! Unsupported block type
    a = "b"
  }
}
source "null" "n" {
  communicator = "telepathy" #! Communicator type telepathy is invalid
}
`,
  "c.pkr.hcl": `
biuld { #! Unsupported block type
  sources = [
    "null.n",
    "null.gone", #! Unknown source null.gone
  ]
  provisioner "shell" {
    inline = ["echo \${build.Nope}"] #! Failed preparing provisioner-block "shell" ""
  }
  provisioner "shel" {} #! Unknown provisioner type "shel"
  provisioner "shell" {
    inline       = ["x"]
    pause_before = "soon" #! Failed to parse pause_before duration
  }
}
build {
  sources = ["source.amazon-chroot.web"]
  post-processor "manifest" {
    outptu = "x" #! Failed preparing post-processor-block "manifest" ""
  }
}
`,
};

function wanted(files: Files): readonly string[] {
  return Object.entries(files).flatMap(([name, text]) =>
    String(text)
      .split("\n")
      .flatMap((line, i) => (line.includes("#! ") ? [`${name}:${i + 1}: ${line.split("#! ")[1]}`] : [])),
  );
}

describe("twenty mistakes in three files", (test) => {
  test("are all told in one run, in the order of the files, each once", async () => {
    assert.is(wanted(MISTAKES).length, 20);
    await withFiles(MISTAKES, async (folder) => {
      const { code, stdout } = await pkrts(["validate", "-json", "."], { cwd: folder });
      assert.is(code, 1);
      const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly PublicDiagnostic[] };
      const said = diagnostics.map(({ summary, range }) => `${range?.filename}:${range?.start.line}: ${summary}`);
      assert.equal(said, wanted(MISTAKES));
    });
  });

  test("each with its line and carets, and a build makes nothing of it", async () => {
    await withFiles(MISTAKES, async (folder) => {
      const { code, stderr, stdout } = await pkrts(["build", "."], { cwd: folder });
      assert.is(code, 1);
      assert.is(stdout, "");
      assert.is((stderr.match(/^Error: /gm) ?? []).length, 20);
      assert.is((stderr.match(/^ +\^+$/gm) ?? []).length, 20);
    });
  });
});

describe("after one mistake", (test) => {
  const said = (text: string): Promise<readonly string[]> =>
    withFiles({ "t.pkr.hcl": text }, async (folder) => {
      const { stdout } = await pkrts(["validate", "-json", "."], { cwd: folder });
      const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly PublicDiagnostic[] };
      return diagnostics.map(({ summary }) => summary);
    });
  const build = 'build {\n  sources = ["null.n"]\n}\n';
  const source = 'source "null" "n" {\n  communicator = "none"\n}\n';

  test("its uses are no further mistakes", async () => {
    const uses = 'locals {\n  u = "${var.v}${local.l}"\n}\n';
    const broken: readonly (readonly [string, string])[] = [
      [`varaible "v" {\n  default = "x"\n}\nlocals {\n  l = 1\n}\n`, "Unsupported block type"],
      [`variable "v" "w" {}\nlocals {\n  l = 1\n}\n`, "Extraneous label for variable"],
      [`variable "v" {\n  default = 1\n}\nlocal "l" {}\n`, "Missing required argument"],
      [`variable "v" {\n  default = 1\n}\nlocals {\n  l = nope\n}\n`, "Unknown variable"],
    ];
    for (const [text, summary] of broken) assert.equal(await said(text + uses + source + build), [summary], text);
    assert.equal(await said(`source "null" {}\n${build}`), ["Missing name for source"]);
    assert.equal(await said(`${source}build "x" {}\n`), ["Extraneous label for build"]);
  });

  test("an option that is misspelled is not missing as well, and others are still looked at", async () => {
    const chroot = (options: string): string =>
      `source "amazon-chroot" "c" {\n${options}\n}\n${build.replace("null.n", "amazon-chroot.c")}`;
    assert.equal(await said(chroot('source_amy = "ami-1"\nami_name = "abc"')), ["Unsupported argument"]);
    assert.equal(await said(chroot('source_amy = "ami-1"\nami_name = "a"')), [
      "Unsupported argument",
      "ami_name must be between 3 and 128 characters long",
    ]);
    assert.equal(await said(chroot('source_ami = "ami-1"\nami_name = "{{ nope }}"\ntpm_support = "v1"')), [
      "Invalid template in option",
      'The only valid tpm_support value is "v2.0"',
    ]);
  });
});

describe("two thousand sources and builds", (test) => {
  const numbers = Array.from({ length: 2000 }, (_, i) => i);
  const sources = numbers.map((i) => `source "null" "n${i}" {\n  communicator = "none"\n}\n`).join("");
  const builds = numbers
    .map(
      (i) =>
        `build {\n  name = "b${i}"\n  sources = ["null.n${i}"]\n  provisioner "shell-local" {\n    inline = ["echo ${i}"]\n  }\n}\n`,
    )
    .join("");

  test("are valid", async () => {
    await withFiles({ "a.pkr.hcl": sources, "b.pkr.hcl": builds }, async (folder) => {
      const { code, stdout, stderr } = await pkrts(["validate", "."], { cwd: folder });
      assert.is(code, 0, stderr);
      assert.is(stdout, "The configuration is valid.\n");
    });
  });

  test("are all checked: a mistake in the last is found", async () => {
    const broken = builds.replace("null.n1999", "null.n2000");
    await withFiles({ "a.pkr.hcl": sources, "b.pkr.hcl": broken }, async (folder) => {
      const { code, stderr } = await pkrts(["validate", "."], { cwd: folder });
      assert.is(code, 1);
      assert.match(stderr, "Unknown source null.n2000");
    });
  });

  test("of one build block are valid, too", async () => {
    const list = numbers.map((i) => `"null.n${i}"`).join(", ");
    const one = `build {\n  sources = [${list}]\n  provisioner "shell-local" {\n    inline = ["x"]\n  }\n}\n`;
    await withFiles({ "a.pkr.hcl": sources, "b.pkr.hcl": one }, async (folder) => {
      assert.is((await pkrts(["validate", "."], { cwd: folder })).code, 0);
    });
  });
});

// More than a call of JavaScript's takes arguments.
describe("150,000 names", (test) => {
  const names = Array.from({ length: 150_000 }, (_, i) => `n${i}`);
  const inspected = async (files: Files, argv: readonly string[]): Promise<string> => {
    let shown = "";
    await withFiles(files, async (folder) => {
      const { code, stdout, stderr } = await pkrts(argv, { cwd: folder });
      assert.is(code, 0, stderr.slice(0, 500));
      shown = stdout;
    });
    return shown;
  };

  test("of locals are shown", async () => {
    const hcl = `locals {\n${names.map((name) => `  ${name} = 1\n`).join("")}}\n`;
    assert.match(await inspected({ "a.pkr.hcl": hcl }, ["inspect", "a.pkr.hcl"]), 'local.n149999: "1"');
  });

  test("of variables of a legacy template are shown", async () => {
    const variables = Object.fromEntries(names.map((name) => [name, "1"]));
    const json = JSON.stringify({ variables, builders: [{ type: "null", communicator: "none" }] });
    assert.match(await inspected({ "a.json": json }, ["inspect", "a.json"]), "n149999 = 1");
  });
});
