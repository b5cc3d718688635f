// Packer's plugins whose components are built in, at the versions that they behave like.

import type { RequiredPlugin } from "../../lang/template/ir.js";
import { parseConstraints, satisfies } from "../../lang/template/version-constraint.js";

export interface BuiltInPlugin {
  /** As `required_plugins` names it. */
  readonly source: string;
  readonly version: string;
}

export const BUILT_IN_PLUGINS: readonly BuiltInPlugin[] = [
  { source: "github.com/hashicorp/amazon", version: "1.8.2" },
  { source: "github.com/hashicorp/ansible", version: "1.1.4" },
];

export const builtInPlugin = ({ source }: RequiredPlugin): BuiltInPlugin | undefined =>
  BUILT_IN_PLUGINS.find((plugin) => plugin.source === source.toLowerCase());

/** Whether what is built in is what a template asks for. */
export function isBuiltIn(requirement: RequiredPlugin): boolean {
  const plugin = builtInPlugin(requirement);
  return plugin !== undefined && satisfies(plugin.version, parseConstraints(requirement.version) ?? []);
}
