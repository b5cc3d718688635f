// `validate -syntax-only`: files and given values are read, and what they must be is not asked (cli-runtime.md §2.1).
import { describe } from "../../support/describe.js";
import { type Trap, trapTests } from "../../support/traps.js";

const PASSED = "Syntax-only check passed. Everything looks okay.";
const check = (name: string, text: string, more: Partial<Trap> = {}): Trap => ({
  files: { [name]: text },
  argv: ["validate", "-syntax-only", name],
  code: 0,
  has: [PASSED],
  ...more,
});
const UNSET = 'variable "size" {\n  type = number\n}\n';
const RULE =
  'variable "size" {\n  default = 3\n  validation {\n    condition     = var.size > 4\n    error_message = "Too small."\n  }\n}\n';

describe("a syntax check of variables", (test) => {
  trapTests(test, {
    "a variable may be unset": check("t.pkr.hcl", UNSET),
    "outside it may not": check("t.pkr.hcl", UNSET, {
      argv: ["validate", "t.pkr.hcl"],
      code: 1,
      has: ['Unset variable "size"'],
    }),
    "rules are not asked": check("t.pkr.hcl", RULE),
    "a value of another type is wrong": check("t.pkr.hcl", UNSET, {
      argv: ["validate", "-syntax-only", "-var", "size=large", "t.pkr.hcl"],
      code: 1,
      has: ["a number is required"],
    }),
    "a variable of a legacy template may be unset": check("t.json", '{"variables": {"size": null}}'),
    "its default is not rendered": check("t.json", '{"variables": {"size": "{{ user `nobody` }}"}}'),
    "files of values must be there": check("t.json", "{}", {
      argv: ["validate", "-syntax-only", "-var-file=absent.json", "t.json"],
      code: 1,
      has: ["absent.json"],
    }),
  });
});
