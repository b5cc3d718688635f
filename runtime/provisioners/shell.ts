import { optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { shellOptions } from "../../schemas/components/shell.gen.js";
import type { Shell } from "../../schemas/options.gen.js";
import type { Options } from "../../schemas/options.js";
import { defineProvisioner, type PrepareContext } from "../contract/component.js";
import { runShell } from "./run-shell.js";
import { checkScripts } from "./script.js";

export const component = defineProvisioner<Shell>({
  type: "shell",
  summary: "Runs scripts on the machine that is built",
  schema: shellOptions,
  needsMachine: true,
  check,
  provision: runShell,
});

function check(options: Options<Shell>, context: PrepareContext, report: Reporter): void {
  const { inline = [], script = "", scripts = [] } = options.value;
  const refuse = (text: string): void => report.report(at(optionProblem(text), undefined));
  const waiting = ["/inline", "/script", "/scripts"].some((pointer) => options.unknown.includes(pointer));
  if (script !== "" && scripts.length > 0) refuse("Only one of script or scripts can be specified.");
  if (inline.length === 0 && script === "" && scripts.length === 0 && !waiting)
    refuse("Either a script file or inline script must be specified.");
  if (inline.length > 0 && (script !== "" || scripts.length > 0))
    refuse("Only a script file or an inline script can be specified, not both.");
  checkScripts(options, context, report);
  warnOfSecretVars(options, report);
}

function warnOfSecretVars({ value, isSensitive, given, rangeOf }: Options<Shell>, report: Reporter): void {
  const isSecret = isSensitive("/environment_vars") || isSensitive("/env");
  if (!given("/execute_command") || !isSecret || !/\{\{[^}]*\.Vars/.test(value.execute_command ?? "")) return;
  const text = "A sensitive value stands in {{.Vars}}, and so in a command line";
  report.report(at(optionDoubt(text), rangeOf("/execute_command")));
}
