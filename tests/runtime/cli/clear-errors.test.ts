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
      ["Missing type for provisioner"],
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
                // biome-ignore lint/suspicious/noTemplateCurlyInString: an HCL template
                for_each: '${["x", "y"]}',
                iterator: "each",
                labels: ["shell-local"],
                // biome-ignore lint/suspicious/noTemplateCurlyInString: an HCL template
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
