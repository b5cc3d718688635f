// A value is rendered as a Go template, as in Packer: where that fails and the value is sensitive, not even a part of it is shown.
import { join } from "node:path";
import * as assert from "uvu/assert";
import { build, validate } from "../../../runtime/library.js";
import { describe } from "../../support/describe.js";
import { withFiles } from "../../support/template-files.js";
import { type Trap, trapTests } from "../../support/traps.js";

const variable = 'variable "pw" {\n  sensitive = true\n  default   = "open{{ hunter2 }}sesame"\n}\n';
const late = 'variable "late" {\n  sensitive = true\n  default   = "{{ index `hunter2` 99 }}sesame"\n}\n';
const fileSource = (options: string): Trap["files"] => ({
  "t.pkr.hcl": `${variable}${late}source "file" "f" {\n  target = "f.txt"\n${options}\n}\nbuild {\n  sources = ["file.f"]\n}\n`,
});
const refused = {
  argv: ["validate", "t.pkr.hcl"],
  code: 1,
  has: ["Invalid template in option", "its value is sensitive"],
  lacks: ["hunter2", "sesame"],
};

describe("a sensitive value that is no Go template", (test) => {
  trapTests(test, {
    "is not shown where it is the whole option": { files: fileSource("  content = var.pw"), ...refused },
    "nor where it is a part of one": { files: fileSource('  content = "x-${var.pw}"'), ...refused },
    "nor where it is one that fails when rendered": { files: fileSource("  content = var.late"), ...refused },
    "nor in what a provisioner renders later": {
      files: {
        "t.pkr.hcl": `${variable}source "null" "n" {\n  communicator = "none"\n}\nbuild {\n  sources = ["null.n"]\n  provisioner "shell-local" {\n    inline = ["true"]\n    execute_command = ["sh", "-c", var.pw]\n  }\n}\n`,
      },
      ...refused,
      has: ["invalid 'execute_command'", "its value is sensitive"],
    },
    "one that is not sensitive is shown": {
      files: fileSource('  content = "in the {{ clear }}"'),
      argv: ["validate", "t.pkr.hcl"],
      code: 1,
      has: ['function "clear" not defined', "in the {{ clear }}"],
    },
  });
});

const SECRETS = `variable "number" {
  type      = number
  sensitive = true
  default   = 1
}
variable "flag" {
  type      = bool
  sensitive = true
  default   = true
}
variable "long" {
  sensitive = true
  default   = "a password of some length"
  validation {
    condition     = length(var.long) > 10
    error_message = "Too short."
  }
}
source "null" "n" {
  communicator = "none"
}
build {
  sources = ["null.n"]
}
`;
const given = (flags: readonly string[], more: Partial<Trap>): Trap => ({
  files: { "t.pkr.hcl": SECRETS, "v.pkrvars.hcl": 'number = "hunter2"\n', ...more.files },
  argv: ["validate", ...flags, "t.pkr.hcl"],
  code: 1,
  lacks: ["hunter2"],
  ...more,
});

describe("a sensitive value that its variable can't have", (test) => {
  trapTests(test, {
    "is not shown when it is an argument": given(["-var", "number=hunter2"], {
      has: ["value for var.number from arguments", "a number is required", "(sensitive: not shown)"],
    }),
    "nor when it is no expression": given(["-var", "flag={hunter2"], {
      has: ["flag is not compatible", "no expression"],
    }),
    "nor when it comes from the environment": given([], { env: { PKR_VAR_number: "hunter2" }, has: ["number (env)"] }),
    "nor when it stands in a file, whose line is told": given(["-var-file=v.pkrvars.hcl"], {
      has: ["v.pkrvars.hcl line 1", "a number is required"],
    }),
    "nor when a rule refuses it": given(["-var", "long=hunter2"], { has: ["Too short.", "t.pkr.hcl"] }),
    "nor when it is the default": {
      files: { "t.pkr.hcl": SECRETS.replace("default   = 1", 'default   = "hunter2"') },
      argv: ["validate", "t.pkr.hcl"],
      code: 1,
      has: ["t.pkr.hcl line 4", "a number is required"],
      lacks: ["hunter2"],
    },
    "nor what a condition makes of it": {
      files: {
        "t.pkr.hcl": SECRETS.replace("length(var.long) > 10", "var.long > 10").replace("a password", "hunter2"),
      },
      argv: ["validate", "t.pkr.hcl"],
      code: 1,
      has: ["a number is required"],
      lacks: ["hunter2"],
    },
    "nor in a legacy template": {
      files: {
        "t.json": JSON.stringify({
          variables: { pw: "{{ hunter2 }}" },
          "sensitive-variables": ["pw"],
          builders: [{ type: "null", communicator: "none" }],
        }),
      },
      argv: ["validate", "t.json"],
      code: 1,
      has: ["error interpolating default value for 'pw'", "(sensitive: not shown)"],
      lacks: ["hunter2"],
    },
  });
});

const QUOTING = {
  "t.pkr.hcl":
    'variable "pw" {\n  sensitive = true\n  default   = "hunter2sesame"\n}\nsource "null" "n" {\n  communicator = var.pw\n}\nbuild {\n  sources = ["null.n"]\n  post-processor "checksum" {\n    checksum_types = [var.pw]\n  }\n}\n',
};

describe("what is wrong with a sensitive value is told without it", (test) => {
  const told = ["Communicator type <sensitive> is invalid", "Unrecognized checksum type: <sensitive>"];
  const refusal = (...flags: readonly string[]): Trap => ({
    files: QUOTING,
    argv: ["validate", ...flags, "t.pkr.hcl"],
    code: 1,
    has: told,
    lacks: ["hunter2"],
  });
  trapTests(test, {
    "to a person": refusal(),
    "as -json": refusal("-json"),
    "in Packer's records": refusal("-machine-readable"),
  });

  test("by the library, too, and in what its build throws", () =>
    withFiles(QUOTING, async (folder) => {
      const path = join(folder, "t.pkr.hcl");
      const { diagnostics } = await validate(path);
      const thrown = await build(path)[Symbol.asyncIterator]().next().catch(String);
      for (const text of [JSON.stringify(diagnostics), String(thrown)]) {
        for (const part of told) assert.match(text, part);
        assert.not.match(text, "hunter2");
      }
    }));
});
