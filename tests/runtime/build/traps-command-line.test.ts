// The table of traps (cli-runtime §10): selection, the command line, variables, legacy JSON. [Packer]: as Packer; [D]: as its own rule.
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { onJson, onNull, trapTests } from "../../support/traps.js";

const BUILD = ["build", "t.pkr.hcl"];
const NAMED = {
  "t.pkr.hcl": `source "null" "a" { communicator = "none" }\nbuild {\n  name = "named"\n  sources = ["null.a"]\n}\n`,
};
const TWO = {
  "t.pkr.hcl": [
    `source "null" "a" { communicator = "none" }`,
    `source "null" "b" { communicator = "none" }`,
    `build { sources = ["null.a", "null.b"] }`,
  ].join("\n"),
};
const ECHO = `variable "a" { default = "default" }
source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  provisioner "shell-local" { inline = ["echo a=\${var.a}"] }
}
`;

describe("traps: which builds run", (test) => {
  trapTests(test, {
    "19 [Packer] -only matches the whole label": {
      files: NAMED,
      argv: ["build", "-only=null.a", "t.pkr.hcl"],
      code: 1,
      has: ["No builds to run"],
    },
    "19 [Packer] and * crosses dots": {
      files: NAMED,
      argv: ["build", "-only=*.a", "t.pkr.hcl"],
      code: 0,
      has: ["Build 'named.null.a' finished"],
    },
    "20 [Packer] legacy names have no globs": { files: onJson({}), argv: ["build", "-only=nu*", "t.json"], code: 1 },
    "48 [Packer] one build that can't be prepared does not stop the other": {
      files: {
        "t.pkr.hcl": `source "null" "a" { communicator = "nope" }
          source "null" "b" { communicator = "none" }
          build {
            sources = ["null.a", "null.b"]
            provisioner "shell-local" { inline = ["echo ran"] }
          }`,
      },
      argv: BUILD,
      code: 1,
      has: ["Communicator type nope is invalid", "==> null.b: ran", "Build 'null.b' finished"],
      lacks: ["==> null.a"],
    },
    "48 [Packer] nor does a provisioner of that build alone": {
      files: {
        "t.pkr.hcl": `${TWO["t.pkr.hcl"].replace(/build.*/s, "")}
          build {
            sources = ["null.a", "null.b"]
            provisioner "shell-local" { only = ["null.a"] }
          }`,
      },
      argv: BUILD,
      code: 1,
      has: ["Command, Inline, Script and Scripts options cannot all be empty.", "Build 'null.b' finished"],
      lacks: ["Build 'null.a'"],
    },
    "48 [Packer] in a legacy template, too": {
      files: {
        "t.json": JSON.stringify({
          builders: [
            { type: "null", name: "a", communicator: "nope" },
            { type: "null", name: "b", communicator: "none" },
          ],
        }),
      },
      argv: ["build", "t.json"],
      code: 1,
      has: ["Build 'null.b' finished"],
    },
    "48 [Packer] a mistake that is no build's own stops all": {
      files: { "t.pkr.hcl": `locals { x = nope() }\n${TWO["t.pkr.hcl"]}` },
      argv: BUILD,
      code: 1,
      lacks: ["Build 'null"],
    },
    "49 [D] the same source twice: two runs, and both in the summary": {
      files: onNull("", `["null.a", "null.a"]`),
      argv: BUILD,
      code: 0,
      has: [
        ["Build 'null.a' finished", 2],
        ["--> null.a: Did not export anything", 2],
      ],
    },
    "77 [D] a pattern that matches nothing is warned of, whatever the others match": {
      files: TWO,
      argv: ["build", "-only=null.*,zzz", "t.pkr.hcl"],
      code: 0,
      has: ["Warning:", "zzz", "Build 'null.a' finished", "Build 'null.b' finished"],
    },
  });
});

describe("traps: the command line", (test) => {
  trapTests(test, {
    "50 [D] no colour where the output is no terminal": {
      files: onNull(""),
      argv: BUILD,
      code: 0,
      lacks: ["\u001b["],
    },
    "50 [D] unless -color asks for it": {
      files: onNull(""),
      argv: ["build", "-color=true", "t.pkr.hcl"],
      code: 0,
      has: ["\u001b[1;32mnull.a: output will be in this color.\u001b[0m\n\n"],
    },
    "51 [D] --machine-readable is -machine-readable": {
      files: onNull(""),
      argv: ["build", "--machine-readable", "t.pkr.hcl"],
      code: 0,
      has: [",null.a,artifact-count,1\n"],
    },
    "52 [D] flags after the path: exit 2": {
      files: onJson({}),
      argv: ["build", "t.json", "-var", "a=1"],
      code: 2,
      has: ["flags go before the path: -var"],
    },
    "53 [Packer] build '' builds the template that is built in": {
      files: {},
      argv: ["build", ""],
      code: 0,
      has: ["Build 'null' finished"],
    },
    "53 [Packer] inspect without a path shows it": {
      files: {},
      argv: ["inspect"],
      code: 0,
      has: ["Packer Inspect: JSON mode", "Builders:\n\n  null\n"],
    },
    "53 [D] inspect of two paths: exit 2": {
      files: onNull(""),
      argv: ["inspect", "t.pkr.hcl", "t.pkr.hcl"],
      code: 2,
      has: ["one path expected, not 2"],
      lacks: ["Packer Inspect"],
    },
    "54 [D] errors of a build on stdout, mistakes in a template on stderr": {
      files: onNull(`provisioner "shell-local" { inline = ["exit 3"] }`),
      argv: BUILD,
      code: 1,
      has: ["--> null.a: Script exited with non-zero exit status: 3"],
    },
    "61 [Packer] a file alone has no auto files": {
      files: { "t.pkr.hcl": ECHO, "x.auto.pkrvars.hcl": `a = "auto"` },
      argv: BUILD,
      code: 0,
      has: ["null.a: a=default"],
    },
    "62 [Packer] the environment is the weakest after the default": {
      files: { "t.pkr.hcl": ECHO, "x.auto.pkrvars.hcl": `a = "auto"` },
      env: { PKR_VAR_a: "env" },
      argv: ["build", "."],
      code: 0,
      has: ["null.a: a=auto"],
    },
    "63 [Packer] -var of a bool is an expression": {
      files: { "t.pkr.hcl": ECHO.replace(`default = "default"`, "type = bool") },
      argv: ["build", "-var", "a=yes", "t.pkr.hcl"],
      code: 1,
      has: ["Variables not allowed"],
    },
    "63 [Packer] of a string a literal": {
      files: { "t.pkr.hcl": ECHO.replace(`default = "default"`, "type = string") },
      argv: ["build", "-var", "a=yes + true", "t.pkr.hcl"],
      code: 0,
      has: ["null.a: a=yes + true"],
    },
    "64 [Packer] -var of an undeclared name is an error in HCL": {
      files: { "t.pkr.hcl": ECHO },
      argv: ["build", "-var", "undeclared=1", "t.pkr.hcl"],
      code: 1,
      has: ["Undefined -var variable"],
    },
    "64 [Packer] and none in legacy JSON": { files: onJson({}), argv: ["build", "-var", "u=1", "t.json"], code: 0 },
    "74 [Packer] -timestamp-ui: one time for a message of several lines": {
      files: onNull(`provisioner "breakpoint" {\n  disable = true\n  note = "one\\ntwo"\n}`),
      argv: ["build", "-timestamp-ui", "t.pkr.hcl"],
      code: 0,
      look: (_folder, output) => {
        const line = output.split("\n").findIndex((text) => text.includes("one"));
        const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d): ==> null\.a: /;
        assert.match(output.split("\n")[line] ?? "", time);
        assert.not.match(output.split("\n")[line + 1] ?? "", time);
        assert.match(output, /^==> Wait completed/m);
      },
    },
    "78 [D] build.ID of amazon-chroot is accepted": {
      files: {
        "t.pkr.hcl": `source "amazon-chroot" "c" {\n  region = "us-east-1"\n  source_ami = "ami-0123456789abcdef0"\n  ami_name = "some-name"\n}
          build {
            sources = ["amazon-chroot.c"]
            provisioner "shell" { inline = ["echo \${build.ID}"] }
          }`,
      },
      argv: ["validate", "t.pkr.hcl"],
      code: 0,
    },
    "79 [Packer] a nested source that sets an option again": {
      files: {
        "t.pkr.hcl": `source "null" "a" { communicator = "none" }
          build {
            source "null.a" { communicator = "none" }
          }`,
      },
      argv: ["validate", "t.pkr.hcl"],
      code: 1,
      has: ["Duplicate argument"],
    },
  });
});

describe("traps: legacy JSON, console, inspect", (test) => {
  trapTests(test, {
    "65 [Packer] a variable's default is a text": {
      files: onJson({ variables: { a: 5 } }),
      argv: ["validate", "t.json"],
      code: 1,
      has: ["expected type 'string'"],
    },
    "66 [Packer] a key twice": {
      files: {
        "t.json": `{"variables": {"a": "1", "a": "2"}, "builders": [{"type": "null", "communicator": "none"}]}`,
      },
      argv: ["validate", "t.json"],
      code: 1,
      has: ["template has duplicate field: a"],
    },
    "67 [Packer] a comment at the root": {
      files: onJson({ _comment: "fine" }),
      argv: ["validate", "t.json"],
      code: 0,
    },
    "67 [Packer] which is a text": {
      files: onJson({ _comment: 5 }),
      argv: ["validate", "t.json"],
      code: 1,
      has: ["Failed to cast root level comment value"],
    },
    "68 [Packer] console of two lines prints the last result": {
      files: {},
      argv: ["console"],
      input: `"first"\n"second"\n`,
      code: 0,
      has: ["second"],
      lacks: ["first"],
    },
    "69 [Packer] a legacy template's console exits 0 after a mistake, which has no severity in 1.16": {
      files: onJson({}),
      argv: ["console", "t.json"],
      input: "{{nope}}\n",
      code: 0,
      has: ["Interpolation error", 'function "nope" not defined'],
    },
    "console [Packer] of an HCL template knows locals made of data sources, but no data": {
      files: {
        "t.pkr.hcl": `data "null" "d" {\n  input = "hi"\n}\nlocals {\n  l = data.null.d.output\n}\n`,
      },
      argv: ["console", "t.pkr.hcl"],
      input: "local.l\ndata.null.d.output\n",
      code: 1,
      has: ["Unknown variable", 'There is no variable named "data".'],
      lacks: ["hi\n"],
    },
    "console [Packer] and prints such a local": {
      files: {
        "t.pkr.hcl": `data "null" "d" {\n  input = "hi"\n}\nlocals {\n  l = data.null.d.output\n}\n`,
      },
      argv: ["console", "t.pkr.hcl"],
      input: "local.l\n",
      code: 0,
      has: ["hi\n"],
    },
    "69 [Packer] it renders Go templates, with the variables": {
      files: onJson({ variables: { a: "1", b: "{{user `a`}}x" } }),
      argv: ["console", "-var", "a=2", "t.json"],
      input: '{{user `b` | upper}} and upper("x")\n',
      code: 0,
      has: ['2X and upper("x")'],
    },
    "69 [D] it masks what is sensitive": {
      files: onJson({ variables: { open: "seen", shut: "geheim" }, "sensitive-variables": ["shut"] }),
      argv: ["console", "t.json"],
      input: "{{user `shut`}}{{user `open`}}\n",
      code: 0,
      has: ["<sensitive>seen"],
      lacks: ["geheim"],
    },
    "69 [Packer] variables lists them": {
      files: onJson({ variables: { open: "seen", shut: "geheim" }, "sensitive-variables": ["shut"] }),
      argv: ["console", "t.json"],
      input: "variables\n",
      code: 0,
      has: ["\nopen: seen,\nshut: <sensitive>,\n"],
      lacks: ["geheim"],
    },
    "69 [D] a variable without a value is told, and is empty": {
      files: onJson({ variables: { a: null, b: "{{user `a`}}x" } }),
      argv: ["console", "t.json"],
      input: "<{{user `a`}}|{{user `b`}}>\n",
      code: 0,
      has: ["required variable not set: a", "<|x>"],
    },
    "69 [Packer] without a template, -config-type=json": {
      files: {},
      argv: ["console", "-config-type=json"],
      input: "{{upper `s`}}\n",
      code: 0,
      has: ["S\n"],
    },
    "69 [D] a dialect that there is not": {
      files: {},
      argv: ["console", "-config-type=yaml"],
      input: "1\n",
      code: 2,
      has: ['invalid value "yaml" for flag -config-type: json or hcl2'],
    },
    "70 [Packer] -syntax-only of an empty legacy template": {
      files: { "t.json": "{}" },
      argv: ["validate", "-syntax-only", "t.json"],
      code: 0,
    },
    "70 [Packer] and of a required_version that is not met": {
      files: { "t.pkr.hcl": `packer { required_version = ">= 99.0.0" }` },
      argv: ["validate", "-syntax-only", "t.pkr.hcl"],
      code: 1,
    },
    "73 [D] hcl2_upgrade of a template that is missing leaves no file": {
      files: {},
      argv: ["hcl2_upgrade", "missing.json"],
      code: 1,
      has: ["missing.json: no such file or directory"],
      left: { "missing.json.pkr.hcl": false },
    },
    "76 [D] of two variables with the same default, the sensitive one alone is masked": {
      files: onJson({ variables: { open: "same-value", shut: "same-value" }, "sensitive-variables": ["shut"] }),
      argv: ["inspect", "t.json"],
      code: 0,
      has: [/* aligned */ "open", "same-value", "<sensitive>"],
    },
  });
});
