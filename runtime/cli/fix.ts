import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import { checkFixable, FIXERS, fixTemplate } from "../../lang/legacy/fix/index.js";
import { loadLegacy, readLegacyRoot } from "../../lang/legacy/index.js";
import { readBytes } from "../interpreter/load.js";
import { PACKER_VERSION } from "../product.js";
import { secretStore } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { bool } from "./flags.js";
import { VALUE_FLAGS } from "./template-flags.js";
import type { World } from "./world.js";

export const fix = defineCommand({
  name: "fix",
  summary: "Prints a legacy JSON template with the names that options have today",
  operands: "TEMPLATE.json",
  description: `Prints a legacy JSON template with everything renamed that has another name today; the file stays as it is. The fixes, in their order:\n${FIXERS.map(({ name, summary }) => `${name}: ${summary}`).join("\n")}`,
  flags: { validate: bool("Check the fixed template (-validate=false: don't)", true), ...VALUE_FLAGS },
  examples: ["pkrts fix old.json > new.json"],
  run(flags, operands, world) {
    const path = oneOperand(operands, "TEMPLATE.json");
    if (/\.pkr\.(hcl|json)$/.test(path)) return Promise.resolve(refuse(path, world));
    const text = readText(path, world);
    if (text === undefined) return Promise.resolve(1);
    const fixed = fixTemplate(text);
    world.stdout.write(fixed);
    return Promise.resolve(flags.validate && !isValid(path, text, fixed, world) ? 1 : 0);
  },
});

function refuse(path: string, world: World): number {
  world.stderr.write(`pkrts fix only works with JSON files for now: ${path} is an HCL2 template.\n`);
  return 1;
}

/** Undefined when the template can't be read or fixed, which is told. Its mistakes are not looked for yet. */
function readText(path: string, world: World): string | undefined {
  const report = collectDiagnostics();
  const bytes = readBytes(path, world.cwd, report);
  const { file, root } = bytes === undefined ? {} : readLegacyRoot(path, bytes, report);
  if (file !== undefined && root !== undefined) checkFixable(file, root, report);
  printDiagnostics(report.diagnostics, world.stderr, secretStore());
  return bytes === undefined || report.errors > 0 ? undefined : new TextDecoder().decode(bytes);
}

/** Mistakes of the template itself are told at their places in it; those between its parts, at the places in what was printed. */
function isValid(path: string, text: string, fixed: string, world: World): boolean {
  const report = collectDiagnostics();
  loadLegacy(path, text, { syntaxOnly: true }, report);
  if (report.errors === 0) loadLegacy(`${path} (fixed)`, fixed, { packerVersion: PACKER_VERSION }, report);
  if (report.errors > 0) world.stderr.write("Error! Fixed template failed to validate:\n\n");
  printDiagnostics(report.diagnostics, world.stderr, secretStore());
  return report.errors === 0;
}
