import { toPublicDiagnostic } from "../../lang/diagnostics/render-json.js";
import { type Prepared, prepareTemplate } from "../engine.js";
import { maskDiagnostic } from "../ui/fan-out.js";
import { diagnosticRecord, machineLine } from "../ui/machine-readable.js";
import { storeOf } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { annotateDiagnostics, printDiagnostics } from "./diagnostics-output.js";
import { bool } from "./flags.js";
import { engineOptions, JSON_FLAG, PACKER_FLAGS, SELECTION_FLAGS, TEMPLATE_FLAGS } from "./template-flags.js";
import type { World } from "./world.js";

export const validate = defineCommand({
  name: "validate",
  summary: "Checks a template, all of it, without network or credentials",
  operands: "PATH",
  description:
    "Checks a template: its syntax, its variables, every option of every component. All mistakes are told at once, each with its place. Exit code 0 when a build could begin, else 1.",
  flags: {
    ...TEMPLATE_FLAGS,
    ...SELECTION_FLAGS,
    json: JSON_FLAG,
    "syntax-only": bool("Check the syntax only"),
    "evaluate-datasources": bool("Ask data sources, which may need network and credentials"),
    "no-warn-undeclared-var": bool("No warning for values in files for variables that nobody declared"),
    ...PACKER_FLAGS,
    "machine-readable": bool("Print Packer's machine-readable lines"),
  },
  examples: ["pkrts validate .", "pkrts validate -var region=eu-west-1 template.pkr.hcl", "pkrts validate -json ."],
  async run(flags, operands, world) {
    const path = oneOperand(operands, "PATH");
    const prepared = await prepareTemplate(path, {
      ...(await engineOptions(path, flags, world)),
      syntaxOnly: flags["syntax-only"],
      evaluateDataSources: flags["evaluate-datasources"],
      warnUndeclared: !flags["no-warn-undeclared-var"],
    });
    const verdict = flags["syntax-only"] ? SYNTAX_ONLY : VALID;
    if (flags.json) printJson(prepared, world);
    else if (flags["machine-readable"]) printRecords(prepared, verdict, world);
    else printText(prepared, verdict, world);
    return prepared.ok ? 0 : 1;
  },
});

function printJson({ diagnostics, ok, plan }: Prepared, world: World): void {
  const secrets = storeOf(plan?.secrets ?? []);
  const count = (severity: string): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const result = {
    valid: ok,
    error_count: count("error"),
    warning_count: count("warning"),
    diagnostics: diagnostics.map((diagnostic) => toPublicDiagnostic(maskDiagnostic(diagnostic, secrets))),
  };
  world.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

const VALID = "The configuration is valid.";
const SYNTAX_ONLY = "Syntax-only check passed. Everything looks okay.";

function printText({ diagnostics, ok, plan }: Prepared, verdict: string, world: World): void {
  const secrets = storeOf(plan?.secrets ?? []);
  printDiagnostics(diagnostics, world.stderr, secrets);
  annotateDiagnostics(diagnostics, world, secrets);
  if (ok) world.stdout.write(`${verdict}\n`);
}

function printRecords({ diagnostics, ok, plan }: Prepared, verdict: string, world: World): void {
  const secrets = storeOf(plan?.secrets ?? []);
  const now = new Date();
  for (const diagnostic of diagnostics)
    world.stdout.write(secrets.mask(machineLine(now, diagnosticRecord(maskDiagnostic(diagnostic, secrets)))));
  if (ok) world.stdout.write(machineLine(now, ["", "ui", "say", verdict]));
}
