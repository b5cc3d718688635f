import { defineCommand } from "./command.js";
import { bool } from "./flags.js";

export const fmt = defineCommand({
  name: "fmt",
  summary: "Rewrites HCL2 files in their canonical format",
  operands: "PATH…",
  description:
    "Rewrites HCL2 templates (*.pkr.hcl) and variable files (*.pkrvars.hcl) in their canonical format and prints the names of those it changed. A folder stands for such files in it; - for standard input.",
  flags: {
    check: bool("Change nothing; exit 3 when something would change"),
    diff: bool("Print what changes as a unified diff"),
    write: bool("Write the files (-write=false prints what they would become)", true),
    recursive: bool("Also format the folders below a folder"),
  },
  examples: ["pkrts fmt .", "pkrts fmt -check -diff -recursive templates", "pkrts fmt - < template.pkr.hcl"],
  run: async (flags, operands, world) => (await import("./format-files.js")).formatFiles(flags, operands, world),
});
