// Flags that Packer 1.16's commands take, some to no purpose: scripts pass them.
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { onJson, onNull, type Trap, trapTests } from "../../support/traps.js";

const SIZED = { "t.pkr.hcl": `variable "size" {\n  type = number\n}\n${onNull("")["t.pkr.hcl"]}` };

describe("flags of Packer's commands", (test) => {
  trapTests(test, {
    "build -skip-enforcement": { files: onNull(""), argv: ["build", "-skip-enforcement", "."], code: 0 },
    "console -use-sequential-evaluation": {
      files: {},
      argv: ["console", "-use-sequential-evaluation"],
      input: "1 + 1",
      code: 0,
      has: ["2"],
    },
    "inspect -only shows all builds": {
      files: onNull(""),
      argv: ["inspect", "-only=x.*", "-except=y", "."],
      code: 0,
      has: ["null.a"],
    },
    "init takes values": {
      files: { ...SIZED, "v.pkrvars.hcl": "size = 2\n" },
      argv: ["init", "-var-file=v.pkrvars.hcl", "-var", "size=3", "-only=null.*", "."],
      code: 0,
      has: ["No plugins requirement found"],
    },
    "init needs none": { files: SIZED, argv: ["init", "."], code: 0 },
    "init refuses wrong ones": {
      files: SIZED,
      argv: ["init", "-var", "size=big", "."],
      code: 1,
      has: ["a number is required"],
    },
    "hcl2_upgrade and fix take values": {
      files: onJson({}),
      before: [["fix", "-var", "a=b", "-var-file=none.json", "t.json"]],
      argv: ["hcl2_upgrade", "-var", "a=b", "t.json"],
      code: 0,
    },
  });
});

/** Records without their times. */
const records = (...wanted: readonly string[]): Pick<Trap, "look"> => ({
  look: (_folder, output) =>
    assert.equal(
      output
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/^[0-9]{10}(?=,)/, "T")),
      wanted,
    ),
});

describe("-machine-readable of commands that only look", (test) => {
  trapTests(test, {
    "validate says a good template good": {
      files: onNull(""),
      argv: ["validate", "-machine-readable", "."],
      code: 0,
      ...records("T,,ui,say,The configuration is valid."),
    },
    "validate tells a mistake in one record": {
      files: onNull("", '["null.b"]'),
      argv: ["validate", "-machine-readable", "."],
      code: 1,
      look: (_folder, output) => assert.match(output, /^[0-9]{10},,ui,error,Error: Unknown source null\.b\\n.*\n$/),
    },
    "inspect has records for the parts of a legacy template": {
      files: onJson({ variables: { a: null, b: "x,y" }, provisioners: [{ type: "shell-local", inline: ["x"] }] }),
      argv: ["inspect", "-machine-readable", "t.json"],
      code: 0,
      has: [
        ",,template-variable,a,,1\n",
        ",,template-variable,b,x%!(PACKER_COMMA)y,0\n",
        ",,template-builder,null,null\n",
        ",,template-provisioner,shell-local\n",
      ],
    },
    "inspect says an HCL2 template in three": {
      files: {},
      argv: ["inspect", "-config-type=hcl2", "-machine-readable"],
      code: 0,
      ...records(
        "T,,ui,say,Packer Inspect: HCL2 mode\\n",
        "T,,ui,say,> input-variables:\\n\\n\\n> local-variables:\\n\\n",
        "T,,ui,say,> builds:\\n",
      ),
    },
  });
});

describe("inspect without a path", (test) => {
  trapTests(test, {
    "shows one null builder": {
      files: {},
      argv: ["inspect"],
      code: 0,
      has: ["Packer Inspect: JSON mode\nVariables:\n\n  <No variables>\n\nBuilders:\n\n  null\n\nProvisioners:"],
    },
    "two paths are one too many": {
      files: onNull(""),
      argv: ["inspect", ".", "."],
      code: 2,
      has: ["one path expected"],
    },
  });
});
