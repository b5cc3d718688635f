// What stops `inspect` and `console`, and what does not: Packer ends with what it finds when it parses (cli-runtime.md §2.5).
import { describe } from "../../support/describe.js";
import { onJson, type Trap, trapTests } from "../../support/traps.js";

const COMMANDS = ["inspect", "console"] as const;
const SIZE = 'variable "size" {\n  type = number\n}\n';

/** One template for both commands; the console is asked for nothing hard. */
function both(title: string, files: Trap["files"], args: readonly string[], more: Partial<Trap>): Record<string, Trap> {
  const traps = COMMANDS.map((command) => [
    `${title}: ${command}`,
    { files, argv: [command, ...args], input: "1 + 1", code: 1, ...more },
  ]);
  return Object.fromEntries(traps);
}
const hcl = (text: string): Trap["files"] => ({ "t.pkr.hcl": text });

describe("inspect and console end", (test) => {
  trapTests(test, {
    ...both("with a local that is defined twice", hcl("locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n"), ["."], {
      has: ["Duplicate local definition", 'Local variable "a" is defined twice'],
    }),
    ...both("with a value of another type", hcl(SIZE), ["-var", "size=big", "."], { has: ["a number is required"] }),
    ...both("with a file of values that is not there", hcl(SIZE), ["-var-file=none.pkrvars.hcl", "."], {
      has: ["none.pkrvars.hcl"],
    }),
    ...both("with a block that there is none of", hcl("sauce {}\n"), ["."], { has: ["Unsupported block type"] }),
    ...both("with a file for a legacy template that is not there", onJson({}), ["-var-file=none.json", "t.json"], {
      has: ["none.json"],
    }),
  });
});

describe("inspect and console go on", (test) => {
  trapTests(test, {
    ...both("with a variable that nobody set", hcl(SIZE), ["."], { code: 0, lacks: ["Error"] }),
    ...both(
      "with a value that its rule refuses",
      hcl(
        'variable "a" {\n  default = 1\n  validation {\n    condition = var.a > 1\n    error_message = "No."\n  }\n}\n',
      ),
      ["."],
      { code: 0, lacks: ["Error"] },
    ),
    ...both("with locals that refer to themselves", hcl("locals {\n  a = local.b\n  b = local.a\n}\n"), ["."], {
      code: 0,
    }),
    ...both("with a legacy template whose variable is not set", onJson({ variables: { a: null } }), ["t.json"], {
      code: 0,
    }),
  });
});
