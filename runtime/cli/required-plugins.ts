import { pluginsNeedHcl } from "../../lang/diagnostics/catalog/template.js";
import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import type { RequiredPlugin } from "../../lang/template/ir.js";
import { builtInPlugin, isBuiltIn } from "../interpreter/built-in-plugins.js";
import { loadTemplate } from "../interpreter/load.js";
import { PACKER_VERSION } from "../product.js";
import { secretStore } from "../ui/secrets.js";
import { printDiagnostics } from "./diagnostics-output.js";
import type { World } from "./world.js";

/** What the `required_plugins` blocks of an HCL2 template say, by name. Undefined after a mistake, which is told. */
export function requiredPlugins(path: string, world: World): readonly RequiredPlugin[] | undefined {
  const report = collectDiagnostics();
  const loaded = loadTemplate(path, { cwd: world.cwd, packerVersion: PACKER_VERSION, syntaxOnly: true }, report);
  if (loaded?.template.legacy !== undefined && report.errors === 0)
    report.report(at(pluginsNeedHcl(), { file: loaded.template.legacy.file, start: 0, end: 0 }));
  printDiagnostics(report.diagnostics, world.stderr, secretStore(), world.stderr.isTerminal);
  if (loaded === undefined || report.errors > 0) return undefined;
  return [...loaded.template.requiredPlugins].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What becomes of a requirement here: `built in, as 1.8.2`. */
export function standing(requirement: RequiredPlugin): string {
  const plugin = builtInPlugin(requirement);
  if (plugin === undefined) return "not supported: pkrts runs built-in components only";
  return isBuiltIn(requirement)
    ? `built in, as ${plugin.version}`
    : `not supported: it is built in as ${plugin.version}`;
}
