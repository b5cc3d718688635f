import { closest } from "../../lang/diagnostics/did-you-mean.js";
import { builtins } from "../builtins.js";
import { UsageError } from "../contract/errors.js";
import { BUILT_IN_PLUGINS } from "../interpreter/built-in-plugins.js";
import { defineCommand, noOperands, oneOperand } from "./command.js";
import { commandHelp } from "./help.js";
import { requiredPlugins, standing } from "./required-plugins.js";
import type { World } from "./world.js";

type Action = (operands: readonly string[], world: World) => number | Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = {
  installed,
  required,
  install: noInstaller,
  remove: noInstaller,
};

export const plugins = defineCommand({
  name: "plugins",
  summary: "The components that are built in, and the plugins that a template requires",
  operands: "ACTION",
  words: () => Object.keys(ACTIONS),
  description: `Components of pkrts are built in: there is nothing to install or remove. Actions:
  pkrts plugins installed
  pkrts plugins required PATH`,
  flags: {},
  examples: ["pkrts plugins installed", "pkrts plugins required ."],
  async run(_flags, [name = "", ...operands], world) {
    if (name === "") {
      world.stdout.write(commandHelp(plugins));
      return 1;
    }
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      const near = closest(name, Object.keys(ACTIONS));
      throw new UsageError(`there is no action "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}`);
    }
    return action(operands, world);
  },
});

/** One component a line, `KIND.TYPE`; those that Packer has in a plugin with that plugin's source and version. */
function installed(operands: readonly string[], world: World): number {
  noOperands(operands);
  for (const kind of ["builder", "provisioner", "post-processor", "data-source"] as const)
    for (const type of builtins.types(kind)) world.stdout.write(`${kind}.${type}${originOf(type)}\n`);
  return 0;
}

function originOf(type: string): string {
  const plugin = BUILT_IN_PLUGINS.find(({ source }) => {
    const name = source.split("/").at(-1) ?? "";
    return type === name || type.startsWith(`${name}-`);
  });
  return plugin === undefined ? "" : ` ${plugin.source} ${plugin.version}`;
}

/** One requirement a line, as Packer prints it, and what becomes of it here. */
async function required(operands: readonly string[], world: World): Promise<number> {
  const found = await requiredPlugins(oneOperand(operands, "PATH"), NO_VALUES, world);
  for (const plugin of found ?? [])
    world.stdout.write(`${plugin.name} ${plugin.source} "${plugin.version}" ${standing(plugin)}\n`);
  return found === undefined ? 1 : 0;
}

const NO_VALUES = { var: new Map(), "var-file": [], "config-type": "json" };

function noInstaller(_operands: readonly string[], world: World): number {
  world.stderr.write(
    "Error: pkrts has its components built in and runs no plugins: there is nothing to install or remove.\n`pkrts plugins installed` lists them.\n",
  );
  return 1;
}
