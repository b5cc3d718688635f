import { missingPlugins } from "../../lang/diagnostics/catalog/template.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { isBuiltIn } from "../interpreter/built-in-plugins.js";
import { secretStore } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { bool } from "./flags.js";
import { requiredPlugins, standing } from "./required-plugins.js";
import { ALL_BUILDS_FLAGS, TEMPLATE_FLAGS } from "./template-flags.js";

const NOTHING_REQUIRED = `No plugins requirement found: the template has no required_plugins block.
For pkrts that is fine, because its components are built in; Packer needs one to
install what it does not have:
https://developer.hashicorp.com/packer/docs/templates/hcl_templates/blocks/packer
`;

export const init = defineCommand({
  name: "init",
  summary: "Checks that the plugins that a template requires are built in",
  operands: "PATH",
  description:
    "Checks that the plugins that an HCL2 template requires are built in, at the versions that it asks for. Nothing is ever downloaded or installed. Exit code 1 when one is not.",
  flags: {
    ...TEMPLATE_FLAGS,
    ...ALL_BUILDS_FLAGS,
    upgrade: bool("Accepted for Packer's sake: what is built in comes with pkrts"),
    force: bool("Accepted for Packer's sake: what is built in comes with pkrts"),
  },
  examples: ["pkrts init ."],
  async run(flags, operands, world) {
    const required = await requiredPlugins(oneOperand(operands, "PATH"), flags, world);
    if (required === undefined) return 1;
    if (required.length === 0) world.stdout.write(NOTHING_REQUIRED);
    for (const plugin of required.filter(isBuiltIn))
      world.stdout.write(`${plugin.source} ${plugin.version}: ${standing(plugin)}\n`);
    const missing = required.filter((plugin) => !isBuiltIn(plugin));
    const diagnostics = missing.map((plugin) =>
      at(missingPlugins(`* ${plugin.source} ${plugin.version} (${standing(plugin)})`), plugin.range),
    );
    printDiagnostics(diagnostics, world.stderr, secretStore());
    return missing.length === 0 ? 0 : 1;
  },
});
