import { builtins } from "../builtins.js";
import { defineCommand, noOperands } from "./command.js";
import { bool } from "./flags.js";

export const lsp = defineCommand({
  name: "lsp",
  summary: "A language server on standard input and output, for editors",
  operands: "",
  description:
    "Speaks the Language Server Protocol: diagnostics while you type, completion of blocks, options, functions, variables and sources, hover, go to definition, format. It reads *.pkr.hcl, *.pkr.json and *.pkrvars.hcl.",
  flags: { stdio: bool("Accepted for editors that always say it") },
  examples: ["pkrts lsp"],
  async run(_flags, operands, world) {
    noOperands(operands);
    const { serveLanguage } = await import("../language-server/server.js");
    return serveLanguage({ input: world.stdin, output: process.stdout }, { world, registry: builtins });
  },
});
