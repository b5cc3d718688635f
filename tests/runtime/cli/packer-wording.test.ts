// Words of Packer's errors that scripts look for, and where ours point (language.md §14).
import { describe } from "../../support/describe.js";
import { onNull, type Trap, trapTests } from "../../support/traps.js";

const requires = (requirement: string, has: readonly (string | readonly [string, number])[]): Trap => ({
  files: {
    "t.pkr.hcl": `packer {\n  required_plugins {\n    x = ${requirement}\n  }\n}\n${onNull("")["t.pkr.hcl"]}`,
  },
  argv: ["validate", "."],
  code: 1,
  has: [["Error: ", 1], ...has],
});

describe("errors of required_plugins", (test) => {
  trapTests(test, {
    "a source that is none, and nothing of what is built in": requires(
      '{\n      version = "1"\n      source  = "somewhere"\n    }',
      ["Failed to parse source", "line 5"],
    ),
    "a source that is no text": requires('{\n      version = "1"\n      source  = 7\n    }', [
      "Invalid source",
      "line 5",
    ]),
    "a version that is none": requires(
      '{\n      version = "newest"\n      source  = "github.com/hashicorp/amazon"\n    }',
      ["Invalid version constraint", "line 4"],
    ),
    "what can't be set": requires(
      '{\n      version = "1"\n      source  = "github.com/hashicorp/amazon"\n      branch  = "b"\n    }',
      ["Invalid required_plugins object", "line 6"],
    ),
  });
});

describe("errors that Packer's users know", (test) => {
  trapTests(test, {
    "a source that nobody defined": {
      files: onNull("", '["source.null.b"]'),
      argv: ["validate", "."],
      code: 1,
      has: ["Error: Unknown source null.b", "Known: [null.a]."],
    },
    "patterns that match no build, one flag like the other": {
      files: onNull(""),
      argv: ["validate", "-only=nulls.*", "-only=null.a", "-except=nobody", "."],
      code: 0,
      has: [
        ["Warning: an 'only' option was passed, but not all matches were found for the given build.", 1],
        ["Warning: an 'except' option was passed, but did not match any build.", 1],
      ],
    },
    "a line that is neither argument nor block": {
      files: { "t.pkr.hcl": "words\n" },
      argv: ["fmt", "t.pkr.hcl"],
      code: 1,
      has: ["Argument or block definition required", "An argument or block definition is required here."],
    },
    "the one function on networks that blames its argument": {
      files: {},
      argv: ["console"],
      input: 'cidrsubnets("10.0.0.0", 1)',
      code: 1,
      has: ["Invalid function argument", 'Invalid value for "prefix" parameter: invalid CIDR expression'],
    },
  });
});
