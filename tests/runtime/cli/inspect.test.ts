// `inspect`, against Packer's own where it is installed, and the choice of builds.
import { spawnSync } from "node:child_process";
import * as assert from "uvu/assert";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { withFiles } from "../../support/template-files.js";
import { trapTests } from "../../support/traps.js";
import { whyNoTool } from "../../support/workshop.js";

const TEMPLATE = `
variable "text" {
  default = "x"
}
variable "number" {
  default = 5
}
variable "list" {
  default = ["a", "b"]
}
variable "map" {
  type    = map(string)
  default = { a = "b" }
}
variable "unset" {
  type = string
}
variable "key" {
  default   = "a secret key"
  sensitive = true
}
variable "keys" {
  default   = ["first secret", "second one"]
  sensitive = true
}
variable "tagged" {
  default   = { one = "secret of one", two = "secret of two" }
  sensitive = true
}
variable "unset_key" {
  sensitive = true
}
locals {
  derived = "v-\${var.text}"
  keys    = [var.key, "y"]
}
source "null" "n" {
  communicator = "none"
}
build {
  name        = "b1"
  description = "a build"
  sources     = ["null.n"]
  provisioner "shell" {
    name   = "named"
    inline = ["x"]
  }
  provisioner "shell-local" {
    inline = ["x"]
  }
  post-processor "manifest" {}
  post-processors {
    post-processor "manifest" {
      name = "mm"
    }
    post-processor "shell-local" {
      inline = ["x"]
    }
  }
}
build {
  source "null.n" {
    name = "other"
  }
}
`;
const LEGACY = JSON.stringify({
  description: "some text",
  variables: { req: null, opt: "o", longer_name: "v", sec: "hidden text" },
  "sensitive-variables": ["sec"],
  builders: [
    { type: "null", communicator: "none", name: "zed" },
    { type: "null", communicator: "none" },
    { type: "file", target: "x", content: "y" },
  ],
  provisioners: [
    { type: "shell", inline: ["x"] },
    { type: "file", source: "a", destination: "b" },
  ],
});

describe("inspect", (test) => {
  for (const [name, text] of [
    ["t.pkr.hcl", TEMPLATE],
    ["t.json", LEGACY],
    ["minimal.json", '{"builders": [{"type": "null"}]}'],
  ] as const) {
    test.unless(whyNoTool("packer"), `prints what Packer prints of ${name}`, async () => {
      await withFiles({ [name]: text }, async (folder) => {
        const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
        const packer = spawnSync("packer", ["inspect", name], { cwd: folder, encoding: "utf8", env });
        const ours = await pkrts(["inspect", name], { cwd: folder });
        assert.is(ours.stdout, packer.stdout);
        assert.is(ours.code, 0);
      });
    });
  }

  for (const [what, text] of [
    ["a number as a variable's default", '{"variables": {"c": 5}, "builders": [{"type": "null"}]}'],
    ["an unknown key at the root", '{"builders": [{"type": "null"}], "foo": 1}'],
    ["two builders of one name", '{"builders": [{"type": "null"}, {"type": "null"}]}'],
    ["a provisioner without a type", '{"builders": [{"type": "null"}], "provisioners": [{}]}'],
    ["no builders", '{"builders": []}'],
    ["an only that names no builder", LEGACY.replace('"shell"', '"shell", "only": ["zzz"]')],
    ["a newer min_packer_version", '{"builders": [{"type": "null"}], "min_packer_version": "9.0.0"}'],
  ] as const) {
    test.unless(whyNoTool("packer"), `fails as Packer 1.6.6 does, or not, of ${what}`, async () => {
      await withFiles({ "t.json": text }, async (folder) => {
        const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
        const packer = spawnSync("packer", ["inspect", "t.json"], { cwd: folder, encoding: "utf8", env });
        const ours = await pkrts(["inspect", "t.json"], { cwd: folder });
        assert.is(ours.code, packer.status);
        assert.is(ours.stdout, packer.status === 0 ? packer.stdout : "");
      });
    });
  }

  test("hides every part of a sensitive value, and what it is a part of", async () => {
    await withFiles({ "t.pkr.hcl": TEMPLATE }, async (folder) => {
      const { stdout } = await pkrts(["inspect", "t.pkr.hcl"], { cwd: folder });
      assert.not.match(stdout, "secret key");
      assert.match(stdout, 'var.keys: "[\\n  \\"<sensitive>\\",\\n  \\"<sensitive>\\",\\n]"');
      assert.match(stdout, 'var.unset_key: "<unknown>"');
      assert.match(stdout, 'local.keys: "[\\n  \\"<sensitive>\\",\\n  \\"y\\",\\n]"');
    });
  });

  test("shows what it can of a template whose values are wrong, and fails where it can't be read", async () => {
    await withFiles(
      { "v/t.pkr.hcl": 'locals {\n  a = local.a\n  b = "x"\n}\n', "s/t.pkr.hcl": "locals {\n" },
      async (folder) => {
        const values = await pkrts(["inspect", "v"], { cwd: folder });
        assert.is(values.code, 0);
        assert.match(values.stdout, 'local.a: "<unknown>"\nlocal.b: "x"\n');
        assert.match(values.stderr, "failed to prepare execution graph");
        assert.is((await pkrts(["inspect", "s"], { cwd: folder })).code, 1);
      },
    );
  });
});

const TWO = 'source "null" "n" {\n  communicator = "none"\n}\nsource "null" "m" {\n  communicator = "none"\n}\n';
const files = { "t.pkr.hcl": `${TWO}build {\n  name = "b"\n  sources = ["null.n", "null.m"]\n}\n` };
const UNMATCHED = `"zzz" matches none of the builds there are: b.null.n, b.null.m.`;

describe("-only and -except", (test) => {
  trapTests(test, {
    "a pattern without a match is warned of, with the builds there are": {
      files,
      argv: ["validate", "-only=b.null.n,zzz", "."],
      code: 0,
      has: [UNMATCHED],
    },
    "so is one of -except": { files, argv: ["validate", "-except=zzz", "."], code: 0, has: [UNMATCHED] },
    "nothing left is valid": {
      files,
      argv: ["validate", "-only=zzz", "."],
      code: 0,
      has: ["The configuration is valid.", UNMATCHED],
    },
    "but nothing to build": {
      files,
      argv: ["build", "-except=*", "."],
      code: 1,
      has: ["Error: No builds to run", "b.null.n, b.null.m"],
    },
    "no source, nothing to build: valid, and an error of build": {
      files: { "t.pkr.hcl": "build {\n  sources = []\n}\n" },
      argv: ["build", "-only=x", "."],
      code: 1,
      has: ["Error: No builds to run", "t.pkr.hcl line 1", "No build block has a source", '"x" has no build to match.'],
    },
    "a bracket that is never closed is a mistake": {
      files,
      argv: ["validate", "-only=[", "."],
      code: 1,
      has: ["Error: Invalid -only pattern [: unexpected end of input"],
    },
    "and nothing is built, nor anything else wrong": {
      files,
      argv: ["build", "-only=[z-a],*", "."],
      code: 1,
      has: ["Error: Invalid -only pattern [z-a]: hi character 'a' should be greater than lo 'z'"],
      lacks: ["Build 'b.null.n'", "No builds to run"],
    },
    "a group that is never closed goes on to the end": {
      files,
      argv: ["validate", "-only=b.null.{n", "."],
      code: 0,
      has: ["valid."],
      lacks: ["Warning"],
    },
    "and one that is closed a class": {
      files,
      argv: ["validate", "-only=b.null.[nm]", "."],
      code: 0,
      has: ["valid."],
      lacks: ["Warning"],
    },
  });
});

describe("what Packer has and pkrts has not", (test) => {
  const registry = 'hcp_packer_registry {\n  bucket_name = "images"\n}\n';
  trapTests(test, {
    "a registry block beside the builds is warned of": {
      files: { "t.pkr.hcl": `${registry}${files["t.pkr.hcl"]}` },
      argv: ["validate", "."],
      code: 0,
      has: ["Warning: HCP Packer is not supported", "t.pkr.hcl line 1:"],
    },
    "and one inside a build": {
      files: { "t.pkr.hcl": `${TWO}build {\n  sources = ["null.n"]\n  ${registry}}\n` },
      argv: ["validate", "."],
      code: 0,
      has: ["Warning: HCP Packer is not supported", "in build:"],
    },
    "flags of plugins and of the older order of evaluation are taken": {
      files,
      argv: ["validate", "-use-sequential-evaluation", "-ignore-prerelease-plugins", "."],
      code: 0,
    },
  });
});
