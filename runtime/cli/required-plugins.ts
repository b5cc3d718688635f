import { pluginsNeedHcl } from "../../lang/diagnostics/catalog/template.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import type { RequiredPlugin } from "../../lang/template/ir.js";
import { prepareTemplate } from "../engine.js";
import { builtInPlugin, isBuiltIn } from "../interpreter/built-in-plugins.js";
import { secretStore } from "../ui/secrets.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { engineOptions, type TemplateValues } from "./template-flags.js";
import type { World } from "./world.js";

/** What the `required_plugins` blocks of an HCL2 template say, by name. Undefined after a mistake, which is told; values must fit, too. */
export async function requiredPlugins(
  path: string,
  flags: TemplateValues,
  world: World,
): Promise<readonly RequiredPlugin[] | undefined> {
  const options = await engineOptions(path, flags, world);
  const { template, diagnostics, ok } = await prepareTemplate(path, { ...options, syntaxOnly: true });
  const legacy = ok ? template?.legacy : undefined;
  const refusal = legacy === undefined ? [] : [at(pluginsNeedHcl(), { file: legacy.file, start: 0, end: 0 })];
  printDiagnostics([...diagnostics, ...refusal], world.stderr, secretStore());
  if (!ok || template === undefined || legacy !== undefined) return undefined;
  return [...template.requiredPlugins].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What becomes of a requirement here: `built in, as 1.8.2`. */
export function standing(requirement: RequiredPlugin): string {
  const plugin = builtInPlugin(requirement);
  if (plugin === undefined) return "not supported: pkrts runs built-in components only";
  return isBuiltIn(requirement)
    ? `built in, as ${plugin.version}`
    : `not supported: it is built in as ${plugin.version}`;
}
