// What the console makes of lines from a pipe: entries over several of them, and what no answer may show.
import { describe } from "../../support/describe.js";
import { type Trap, trapTests } from "../../support/traps.js";

const asked = (input: string, more: Partial<Trap> = {}): Trap => ({
  files: {},
  argv: ["console"],
  code: 0,
  ...more,
  input,
});

describe("console: an entry of several lines", (test) => {
  trapTests(test, {
    "is an open bracket's": asked("{\n\n  a = 1\n}\n", { has: ['{\n  "a" = 1\n}\n'] }),
    "is a heredoc": asked("<<E\none\nE\n", { has: ["one\n\n"], lacks: ["Error"] }),
    "ends with the heredoc": asked("<<E\none\nE\n1 + 1\n", { has: ["2\n"], lacks: ["one"] }),
    "is a heredoc in a bracket": asked("upper(<<-E\n  one\n  E\n)\n", { has: ["ONE\n"] }),
    "that is open at the end is told from its first line on": asked("[\n1\n", {
      code: 1,
      has: ['The "]" of this list is missing'],
    }),
  });
});

const HCL = { "t.pkr.hcl": 'variable "pw" {\n  sensitive = true\n  default   = "hunter2"\n}\n' };
const LEGACY = {
  "t.json": JSON.stringify({
    variables: { pw: "hunter2" },
    "sensitive-variables": ["pw"],
    builders: [{ type: "null", communicator: "none" }],
  }),
};
const secret = (path: string, input: string, more: Partial<Trap> = {}): Trap =>
  asked(input, { files: { ...HCL, ...LEGACY }, argv: ["console", path], lacks: ["hunter2", "HUNTER2"], ...more });

describe("console: a sensitive variable", (test) => {
  trapTests(test, {
    "is not shown": secret("t.pkr.hcl", "upper(var.pw)", { has: ["<sensitive>"] }),
    "nor is what a function says of it": secret("t.pkr.hcl", "parseint(upper(var.pw), 10)", {
      code: 1,
      has: ["the reason is not shown"],
    }),
    "nor is it in a text that the user gave": secret("t.pkr.hcl", 'parseint("hunter2", 10)', {
      code: 1,
      has: ['cannot parse "<sensitive>"'],
    }),
    "nor is what a Go template makes of it": secret("t.json", "a {{upper (user `pw`)}} b", {
      has: ["a <sensitive> b\n"],
    }),
    "others are": secret("t.json", 'a {{upper "x"}} b', { has: ["a X b\n"] }),
  });
});
