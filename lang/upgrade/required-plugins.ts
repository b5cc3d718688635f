import type { ComponentUse } from "../template/ir.js";
import { argument, type Block, block, type Item } from "./hcl.js";
import { quoteText } from "./quote.js";

/** Plugins that are known by the first word of their components' types. */
const KNOWN_PLUGINS = [
  "amazon",
  "ansible",
  "azure",
  "docker",
  "googlecompute",
  "qemu",
  "vagrant",
  "virtualbox",
  "vmware",
  "vsphere",
] as const;

export const knownPlugin = (type: string): string | undefined => KNOWN_PLUGINS.find((name) => type.startsWith(name));

/** The `packer` block; undefined when the template asks for neither a version nor a plugin. */
export function packerBlock(minVersion: string, components: readonly ComponentUse[]): Block | undefined {
  const plugins = new Set(components.map(({ type }) => knownPlugin(type)).filter((name) => name !== undefined));
  const items: Item[] = [
    ...(minVersion === "" ? [] : [argument("required_version", quoteText(`>= ${minVersion}`))]),
    ...(plugins.size === 0 ? [] : [block("required_plugins", [], [...plugins].sort().map(requirement))]),
  ];
  return items.length === 0 ? undefined : block("packer", [], items);
}

const requirement = (name: string): Item =>
  argument(name, `{\nsource = ${quoteText(`github.com/hashicorp/${name}`)}\nversion = "~> 1"\n}`);
