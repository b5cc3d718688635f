// The table of traps of templates (language.md §13, 61 to 105), each by its number, with the built program.
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { type Trap, trapTests } from "../../support/traps.js";

const NULL = 'source "null" "a" {\n  communicator = "none"\n}\n';
const BUILD = 'build {\n  sources = ["null.a"]\n}\n';
const withBlocks = (blocks: string): string => `${NULL}build {\n  sources = ["null.a"]\n${blocks}\n}\n`;
const echo = (...lines: readonly string[]): string =>
  `  provisioner "shell-local" {\n    inline = [${lines.map((line) => JSON.stringify(line)).join(", ")}]\n  }`;

type More = Partial<Trap> & { readonly argv?: readonly string[] };
const VALID = "The configuration is valid.";

/** What validate says of a template. */
const valid = (text: string, more: More = {}): Trap => ({
  files: { "t.pkr.hcl": text },
  argv: ["validate", "."],
  code: 0,
  has: [VALID],
  ...more,
});
const invalid = (text: string, has: string, more: More = {}): Trap => ({
  files: { "t.pkr.hcl": text },
  argv: ["validate", "."],
  code: 1,
  has: [has],
  ...more,
});
const builds = (text: string, has: readonly string[], more: More = {}): Trap => ({
  files: { "t.pkr.hcl": text },
  argv: ["build", "."],
  code: 0,
  has,
  ...more,
});
const flags = (...args: readonly string[]): { readonly argv: readonly string[] } => ({
  argv: ["validate", ...args, "."],
});

/** A chain of three post-processors; `meta` goes into the second. */
const chain = (meta: string): string => {
  const one = (word: string, own = ""): string =>
    `    post-processor "shell-local" {\n      ${own}\n      inline = ["echo ${word}"]\n    }`;
  return `  post-processors {\n${one("first")}\n${one("second", meta)}\n${one("third")}\n  }`;
};
/** Says where it runs, and runs nowhere else. */
const echoIn = (build: string): string =>
  `  provisioner "shell-local" {\n    only   = ["${build}"]\n    inline = ["echo as=${build}"]\n  }`;

const variable = (name: string, body: string): string => `variable "${name}" {\n  ${body}\n}\n${NULL}${BUILD}`;
const NUMBER = variable("n", "type = number");
const BOOL = variable("b", "type = bool");
const TEXT = `variable "s" {\n  type = string\n}\n${withBlocks(echo("echo s=${var.s}"))}`;

describe("traps of the console", (test) => {
  trapTests(test, {
    "39 it hides what is null in an object": {
      files: {},
      argv: ["console"],
      input: "merge({ a = 1 }, { a = null })\n",
      code: 0,
      look: (_folder, output) => assert.is(output, "{}\n"),
    },
  });
});

describe("traps of variables", (test) => {
  trapTests(test, {
    "61 the type of a default is exact": invalid(
      variable("x", 'default = ["a"]'),
      "tuple required",
      flags("-var", 'x=["q","r"]'),
    ),
    "62 a number is no hexadecimal": invalid(NUMBER, "a number is required", flags("-var", "n=0x10")),
    "62 a number has an exponent": valid(NUMBER, flags("-var", "n=1e3")),
    "62 a number has no blank": invalid(NUMBER, "a number is required", flags("-var", "n= 1")),
    "63 yes is a name": invalid(BOOL, "Variables not allowed", flags("-var", "b=yes")),
    "63 1 is no bool": invalid(BOOL, "bool required", flags("-var", "b=1")),
    '63 "true" is one': valid(BOOL, flags("-var", 'b="true"')),
    "64 null is a text": builds(TEXT, ["s=null"], { argv: ["build", "-var", "s=null", "."] }),
    "65 JSON var files are literal": builds("", ["${x}"], {
      files: {
        "t.pkr.hcl": `variable "s" {\n  type = string\n}\n${withBlocks(echo("echo '${var.s}'"))}`,
        "v.pkrvars.json": '{"s": "${x}"}',
      },
      argv: ["build", "-var-file=v.pkrvars.json", "."],
    }),
    "65 HCL var files are not": invalid(TEXT, "Variables not allowed", {
      files: { "t.pkr.hcl": TEXT, "v.pkrvars.hcl": 's = "${x}"\n' },
      ...flags("-var-file=v.pkrvars.hcl"),
    }),
    "66 unset and unused": invalid(NUMBER, 'Unset variable "n"'),
    "67 an undeclared -var": invalid(NULL + BUILD, "Undefined -var variable", flags("-var", "typo=1")),
    "67 undeclared in a file": valid(NULL + BUILD, {
      files: { "t.pkr.hcl": NULL + BUILD, "v.pkrvars.hcl": "typo = 1\n" },
      has: ["Warning: Undefined variable", VALID],
      ...flags("-var-file=v.pkrvars.hcl"),
    }),
    "67 undeclared in the environment": valid(NULL + BUILD, { env: { PKR_VAR_typo: "1" }, lacks: ["typo"] }),
    "68 a wrong value that is overridden": invalid(NUMBER, "a number is required", {
      env: { PKR_VAR_n: "x" },
      ...flags("-var", "n=1"),
    }),
    "69 automatic files of a folder": valid(NUMBER, {
      files: { "t.pkr.hcl": NUMBER, "a.auto.pkrvars.hcl": "n = 1\n" },
    }),
    "69 none of a file": invalid(NUMBER, 'Unset variable "n"', {
      files: { "t.pkr.hcl": NUMBER, "a.auto.pkrvars.hcl": "n = 1\n" },
      argv: ["validate", "t.pkr.hcl"],
    }),
    "70 secrets are hidden wherever they stand": builds(
      `variable "s" {\n  default = "hush-hush"\n  sensitive = true\n}\n${withBlocks(echo("echo a hush-hush b"))}`,
      ["a <sensitive> b"],
      { lacks: ["hush-hush"] },
    ),
    "71 a message is a sentence": invalid(
      variable("x", 'default = 1\n  validation {\n    condition = var.x > 0\n    error_message = "bad value"\n  }'),
      "Invalid validation error message",
    ),
    "72 a condition mentions its variable": invalid(
      variable("x", 'default = 1\n  validation {\n    condition = 1 == 1\n    error_message = "Bad value."\n  }'),
      "Invalid variable validation condition",
    ),
    "precedence: default, environment, automatic, -var-file, -var": builds(
      `variable "v" {\n  default = "default"\n}\n${withBlocks(echo("echo v=${var.v}"))}`,
      ["v=cmd"],
      {
        files: {
          "t.pkr.hcl": `variable "v" {\n  default = "default"\n}\n${withBlocks(echo("echo v=${var.v}"))}`,
          "b.auto.pkrvars.hcl": 'v = "auto"\n',
          "f.pkrvars.hcl": 'v = "file"\n',
        },
        env: { PKR_VAR_v: "env" },
        argv: ["build", "-var", "v=cmd", "-var-file=f.pkrvars.hcl", "."],
      },
    ),
    "precedence: automatic JSON after automatic HCL": builds("", ["v=json"], {
      files: {
        "t.pkr.hcl": `variable "v" {\n  default = "default"\n}\n${withBlocks(echo("echo v=${var.v}"))}`,
        "z.auto.pkrvars.hcl": 'v = "hcl"\n',
        "a.auto.pkrvars.json": '{"v": "json"}',
      },
      env: { PKR_VAR_v: "env" },
    }),
  });
});

describe("traps of blocks", (test) => {
  const required = (constraint: string): string => `packer {\n  required_version = "${constraint}"\n}\n${NULL}${BUILD}`;
  trapTests(test, {
    "73 a constraint of one number": valid(required("~> 1")),
    "73 missing numbers are zero": valid(required("= 1.16")),
    "73 another version": invalid(required("= 1.6"), "Unsupported Packer Core version"),
    "74 a reference of four parts": valid(NULL + BUILD.replace("null.a", "source.null.a.zzz")),
    "74 a reference to anything": valid(NULL + BUILD.replace("null.a", "x.null.a")),
    "75 an option of the source again": invalid(
      `${NULL}build {\n  source "null.a" {\n    communicator = "none"\n  }\n}\n`,
      "Duplicate argument",
    ),
    "76 no globs in only": builds(withBlocks(echo("echo ran").replace("inline", 'only = ["null.*"]\n    inline')), [], {
      lacks: ["ran"],
    }),
    "77 a pause before it switches the timeout off": builds(
      withBlocks(
        echo("sleep 0.3; echo ran").replace("inline", 'pause_before = "1ms"\n    timeout = "10ms"\n    inline'),
      ),
      ["ran"],
      { lacks: ["timeout for the next provisioner"] },
    ),
    "79 only of a post-processor skips that one": builds(
      withBlocks(chain('only = ["null.b"]')),
      ["null.a (shell-local): first", "null.a (shell-local): third"],
      {
        lacks: ["): second"],
      },
    ),
    "79 -except of it cuts off the rest of the chain": builds(
      withBlocks(chain('name = "two"')),
      ["null.a (shell-local): first"],
      { argv: ["build", "-except=two", "."], lacks: ["): second", "): third"] },
    ),
    "80 only names a build without its build block's name": builds(
      withBlocks(`  name = "named"\n${echoIn("named.null.a")}\n${echoIn("null.a")}`),
      ["named.null.a: as=null.a"],
      { lacks: [": as=named.null.a"] },
    ),
    "78 an override is laid over by index": builds(
      withBlocks(
        '  provisioner "shell-local" {\n    inline = ["echo a", "echo b"]\n    override = {\n      a = {\n        inline = ["echo c"]\n      }\n    }\n  }',
      ),
      ["a: c", "a: b"],
      { lacks: ["a: a\n"] },
    ),
    "81 an unused source is not looked at": valid(`${NULL}source "null" "b" {\n  nope = 1\n}\n${BUILD}`),
    "82 no dynamic at the root": invalid(
      `dynamic "source" {\n  for_each = []\n  content {}\n}\n${NULL}${BUILD}`,
      "Unsupported block type",
    ),
    "82 no each": invalid(
      withBlocks(
        '  dynamic "provisioner" {\n    for_each = ["x"]\n    labels = ["shell-local"]\n    content {\n      inline = [each.value]\n    }\n  }',
      ),
      "Unknown variable",
    ),
    "83 a local of itself": invalid(`locals {\n  a = local.a\n}\n${NULL}${BUILD}`, "failed to prepare execution graph"),
    "84 a text is no list": invalid(
      withBlocks('  provisioner "shell-local" {\n    inline = "x"\n  }'),
      "Incorrect attribute value type",
    ),
    "86 a block for an argument": invalid(
      `source "amazon-chroot" "a" {\n  region = "x"\n  ami_name = "abc"\n  source_ami = "ami-1"\n  tags {\n    a = "b"\n  }\n}\n${BUILD.replace("null", "amazon-chroot")}`,
      'Did you mean to define argument "tags"?',
    ),
    "87 build.ID is not known yet": valid(
      withBlocks('  provisioner "shell-local" {\n    inline = [build.ID == "" ? "none" : "some"]\n  }'),
    ),
    "88 build has no such name": invalid(withBlocks(echo("${build.Nope}")), 'does not have an attribute named "Nope"'),
    "89 an option is evaluated anew before each attempt, a local once": builds(
      `locals {\n  t = timestamp()\n}\n${withBlocks(`${echo("echo 1 ${timestamp()} ${local.t}; sleep 1.1")}\n${echo("echo 2 ${timestamp()} ${local.t}")}`)}`,
      [],
      {
        look: (_folder, output) => {
          const [, first, local, second, again] = /: 1 (\S+) (\S+)[\s\S]*: 2 (\S+) (\S+)/.exec(output) ?? [];
          assert.type(first, "string");
          assert.is.not(first, second);
          assert.is(local, again);
        },
      },
    ),
    "89 so that a file is read as an earlier provisioner wrote it": builds("", ["null.a: new"], {
      files: {
        "t.pkr.hcl": withBlocks(
          `${echo("echo echo new > script")}\n  provisioner "shell-local" {\n    inline = [file("script")]\n  }`,
        ),
        script: "echo old",
      },
    }),
    "90 the names of a source": builds(
      `${NULL}build {\n  source "null.a" {\n    name = "n2"\n  }\n${echo("echo ${source.name} {{build_name}}")}\n}\n`,
      ["n2 a"],
    ),
    "90a one diagnostic for a body": invalid(
      withBlocks('  provisioner "shell-local" {\n    inline = "x"\n  }'),
      "t.pkr.hcl:7,14-17: Incorrect attribute value type;",
    ),
    "90b the same source twice": builds(`${NULL}build {\n  sources = ["null.a", "null.a"]\n}\n`, [
      "Build 'null.a' finished",
    ]),
    "90c a type in quotes": invalid(variable("x", 'type = "string"'), "Invalid type specification"),
    "90c a type without its element": invalid(variable("x", "type = list"), "Invalid type specification"),
    "90d a block on the line of its header": invalid(`variable "x" { validation {} }\n${NULL}${BUILD}`, "Error:"),
  });
});

const json = (parts: object, builder: object = {}): string =>
  JSON.stringify({ builders: [{ type: "null", communicator: "none", ...builder }], ...parts });
const legacy = (parts: object, code: 0 | 1, has: readonly string[], more: More = {}): Trap => ({
  files: { "t.json": json(parts) },
  argv: ["validate", "t.json"],
  code,
  has,
  ...more,
});
const shell = (inline: unknown, more: object = {}): object => ({
  provisioners: [{ type: "shell-local", inline, ...more }],
});

describe("traps of Go templates and legacy JSON", (test) => {
  trapTests(test, {
    "91 user in HCL2": invalid(withBlocks(echo("{{user `x`}}")), "Failed preparing provisioner-block"),
    "91 template_dir in HCL2": invalid(withBlocks(echo("{{template_dir}}")), "Failed preparing provisioner-block"),
    "91 build in HCL2": invalid(withBlocks(echo("{{build `ID`}}")), "Failed preparing provisioner-block"),
    "92 a field without data": builds(withBlocks(echo("echo '{{ .Foo }}'")), ["<no value>"]),
    "85 a bool as a text, a text as a bool": {
      files: { "t.json": json(shell(["echo ran"], { use_linux_pathing: "true", tempfile_extension: true })) },
      argv: ["build", "t.json"],
      code: 0,
      has: ["null: ran"],
      look: (_folder, output) => assert.match(output, /Running local shell script: \S+\.1\n/),
    },
    "93 braces that a template prints are text": {
      files: { "t.json": json(shell(['echo "$V"'], { environment_vars: ['V={{"{{"}}x'] })) },
      argv: ["build", "t.json"],
      code: 0,
      has: ["null: {{x\n"],
    },
    "94 verbs that strftime does not know stay, and %L has a point": {
      files: { "t.json": json(shell(['echo "{{strftime "%j %e %L"}}"'])) },
      argv: ["build", "t.json"],
      code: 0,
      look: (_folder, output) => assert.match(output, /null: %j %e \.\d{3}\n/),
    },
    "95 split beyond the end": legacy(shell(['{{ split "a-b" "-" 5 }}']), 1, [
      "error calling split: the substring 5 was unavailable using the separator value, -, only 2 values were found",
    ]),
    "96 replace takes the text last": {
      files: { "t.json": json(shell(['echo {{ replace "a" "b" 1 "aaa" }}'])) },
      argv: ["build", "t.json"],
      code: 0,
      has: ["null: baa\n"],
    },
    "98 an undeclared variable in a variable is empty, where another is computed": {
      files: {
        "t.json": json({
          variables: { a: "x{{user `b`}}", b: "B", c: "{{user `zz`}}" },
          ...shell(["echo '[{{user `a`}}] [{{user `c`}}]'"]),
        }),
      },
      argv: ["build", "t.json"],
      code: 0,
      has: ["null: [xB] []"],
    },
    "98 and an error where none is": legacy({ variables: { b: "B", c: "{{user `zz`}}" }, ...shell(["true"]) }, 1, [
      "zz",
    ]),
    "97 a number as a variable": legacy({ variables: { n: 5 } }, 1, [
      "'' expected type 'string', got unconvertible type 'float64'",
    ]),
    "99 a variable that is not there": legacy(shell(["echo {{user `nope`}}"]), 0, [VALID]),
    "100 env outside variables": legacy(shell(["echo {{env `HOME`}}"]), 1, ["env vars are not allowed here"]),
    "101 a key twice": {
      files: { "t.json": '{"builders": [], "builders": []}' },
      argv: ["validate", "t.json"],
      code: 1,
      has: ["template has duplicate field: builders"],
    },
    "102 a comment at the root": legacy({ _comment: "x" }, 0, [VALID]),
    "102 a comment in a builder": legacy({}, 1, ["unknown configuration key: '\"_comment\"'"], {
      files: { "t.json": json({}, { _comment: "x" }) },
    }),
    "103 an undeclared -var": legacy({}, 0, [VALID], { argv: ["validate", "-var", "undeclared=1", "t.json"] }),
    "104 a sequence in a sequence": legacy({ "post-processors": [["manifest", ["manifest"]]] }, 1, [
      "sequence not allowed to be nested in a sequence",
    ]),
    "104a keep_input_artifact is a bool": legacy(
      { "post-processors": [{ type: "manifest", keep_input_artifact: "true" }] },
      1,
      ["keep_input_artifact"],
    ),
    "104b names of options in any case": legacy({ provisioners: [{ type: "shell-local", Inline: ["echo x"] }] }, 0, [
      VALID,
    ]),
    "105 only names a builder": legacy(shell(["x"], { only: ["nope"] }), 1, [
      "'only' specified builder 'nope' not found",
    ]),
    "84 a text with a comma is two lines": {
      files: { "t.json": json(shell("echo one,echo two")) },
      argv: ["build", "t.json"],
      code: 0,
      has: ["null: one", "null: two"],
    },
  });
});
