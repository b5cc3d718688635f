// What is wrong is told once, where it is, and with what would be right.
import { describe } from "../../support/describe.js";
import { onNull, type Trap, trapTests } from "../../support/traps.js";

const VARIABLES = {
  "t.pkr.hcl": `variable "flag" {\n  type = bool\n}\nvariable "list" {\n  type = list(string)\n  default = []\n}\nvariable "map" {\n  type = map(string)\n  default = {}\n}\n${onNull("")["t.pkr.hcl"]}`,
};
const given = (flags: readonly string[], has: Trap["has"]): Trap => ({
  files: VARIABLES,
  argv: ["validate", ...flags, "."],
  code: 1,
  has: [["Error: ", 1], ...(has ?? [])],
});

describe("a value that is read as an expression", (test) => {
  trapTests(test, {
    "a word for a bool": given(["-var", "flag=yes"], ["flag is a bool: true or false."]),
    "words for a list": given(["-var", "flag=true", "-var", "list=a,b"], ['written as in HCL: ["text", "text"].']),
    "a word for a map, in the environment": {
      ...given(["-var", "flag=true"], ['written as in HCL: { key = "text" }.']),
      env: { PKR_VAR_map: "a=b" },
    },
  });
});

const template = (text: string, has: Trap["has"], name = "t.pkr.hcl"): Trap => ({
  files: { [name]: text },
  argv: ["validate", "."],
  code: 1,
  has: [["Error: ", 1], ...(has ?? [])],
});
const NULL = 'source "null" "a" {\n  communicator = "none"\n}\n';

describe("one mistake", (test) => {
  trapTests(test, {
    "source for sources": template(`${NULL}build {\n  source = ["null.a"]\n}\n`, ['the argument "sources"', "line 5"]),
    "a heredoc without an end": template(`${NULL}locals {\n  a = <<EOT\ntext\n}\n`, [
      "The heredoc that begins on line 5 ends with a line that holds EOT",
    ]),
    "a dynamic block without its label": template(
      `${NULL}build {\n  sources = ["null.a"]\n  dynamic "provisioner" {\n    for_each = [1, 2]\n    content {}\n  }\n}\n`,
      ['The argument "labels" is required'],
    ),
    "a misspelt block in JSON": template(
      '{"sorce": {"null": {"a": {"communicator": "none"}}}, "build": {"sources": ["null.a"]}}',
      ['Did you mean "source"?'],
      "t.pkr.json",
    ),
  });
});

describe("dynamic blocks in JSON", (test) => {
  trapTests(test, {
    "have labels, too": {
      files: {
        "t.pkr.json": JSON.stringify({
          source: { null: { a: { communicator: "none" } } },
          build: {
            sources: ["null.a"],
            dynamic: {
              provisioner: {
                for_each: '${["x", "y"]}',
                iterator: "each",
                labels: ["shell-local"],
                content: { inline: ["echo told-${each.value}"] },
              },
            },
          },
        }),
      },
      argv: ["build", "."],
      code: 0,
      has: ["told-x", "told-y"],
    },
  });
});

/** The lines below the one that is told: where the carets are. */
const pointed = (line: string, carets: string): string => `${line}\n${" ".repeat(6)}${carets}\n`;
const inBuild = (options: string): string =>
  `${NULL}build {\n  sources = ["null.a"]\n  provisioner "shell-local" {\n${options}\n  }\n}\n`;

describe("a mistake in a Go template is pointed at inside its string", (test) => {
  trapTests(test, {
    "a function that there is none of, behind an expression": template(
      inBuild('    inline = ["a", "${source.name} {{ nope }} {{ .x }}"]'),
      [
        pointed(
          '   7:     inline = ["a", "${source.name} {{ nope }} {{ .x }}"]',
          "                                      ^^^^",
        ),
      ],
    ),
    "an argument of the second action": template(
      inBuild('    inline = ["{{ upper `a` }}{{ upper 1 }}{{ upper `a` }}"]'),
      [
        pointed(
          '   7:     inline = ["{{ upper `a` }}{{ upper 1 }}{{ upper `a` }}"]',
          "                                       ^",
        ),
      ],
    ),
    "in a heredoc, on its line": template(inBuild("    command = <<EOT\nfirst\n  {{ nope }}\nEOT"), [
      "line 9",
      pointed("   9:   {{ nope }}", "     ^^^^"),
    ]),
    "behind quotes that are escaped, the whole action": template(inBuild('    command = "{{ nope \\"x\\" }} y"'), [
      pointed('   7:     command = "{{ nope \\"x\\" }} y"', "               ^^^^^^^^^^^^^^^^"),
    ]),
    "in a legacy template": {
      files: {
        "t.json": JSON.stringify(
          {
            builders: [{ type: "null", communicator: "none" }],
            provisioners: [{ type: "shell-local", inline: ["a", "b {{ nope }}"] }],
          },
          undefined,
          1,
        ),
      },
      argv: ["validate", "t.json"],
      code: 1,
      has: [pointed('  13:     "b {{ nope }}"', "          ^^^^")],
    },
    "an element of the wrong kind": template(inBuild('    inline = ["a", ["b"], "c"]'), [
      "element 1: string required",
      pointed('   7:     inline = ["a", ["b"], "c"]', "                   ^^^^^"),
    ]),
    "an attribute of the wrong kind": template(
      inBuild('    inline = ["a"]\n    env = {\n      A = "x"\n      B = ["y"]\n    }'),
      ["line 10", pointed('  10:       B = ["y"]', "          ^^^^^")],
    ),
    "in a default": template(
      `variable "m" {\n  type = map(number)\n  default = {\n    a = 1\n    b = "x"\n  }\n}\n${NULL}build {\n  sources = ["null.a"]\n}\n`,
      ["Invalid default value for variable", pointed('   5:     b = "x"', "        ^^^")],
    ),
    "in a file of values": {
      files: { ...VARIABLES, "v.pkrvars.hcl": 'list = [\n  "a",\n  ["b"],\n]\nflag = true\n' },
      argv: ["validate", "-var-file=v.pkrvars.hcl", "."],
      code: 1,
      has: ["v.pkrvars.hcl line 3", pointed('   3:   ["b"],', "  ^^^^^")],
    },
    "in sources": template(`${NULL}build {\n  sources = ["null.a", { a = 1 }]\n}\n`, [
      pointed('   5:   sources = ["null.a", { a = 1 }]', "                       ^^^^^^^^^"),
    ]),
    "an element of the wrong type": template(inBuild('    inline           = ["x"]\n    valid_exit_codes = [0, "a"]'), [
      pointed('   8:     valid_exit_codes = [0, "a"]', "                           ^^^"),
    ]),
  });
});
