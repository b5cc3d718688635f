// A value is rendered as a Go template, as in Packer: where that fails and the value is sensitive, not even a part of it is shown.
import { describe } from "../../support/describe.js";
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
