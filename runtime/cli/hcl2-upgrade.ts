import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { carriedOver } from "../../lang/diagnostics/catalog/upgrade.js";
import { type Collector, collectDiagnostics } from "../../lang/diagnostics/collect.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { checkLegacy } from "../../lang/legacy/check-legacy.js";
import { loadLegacy } from "../../lang/legacy/index.js";
import type { BodySpec, Template } from "../../lang/template/ir.js";
import { upgradeLegacy } from "../../lang/upgrade/index.js";
import type { SpecOf } from "../../lang/upgrade/session.js";
import { builtins } from "../builtins.js";
import { errorFrom, UsageError } from "../contract/errors.js";
import { readBytes } from "../interpreter/load.js";
import { PACKER_VERSION } from "../product.js";
import { replaceFile } from "../system/replace-file.js";
import { secretStore } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { bool, text } from "./flags.js";
import { VALUE_FLAGS } from "./template-flags.js";
import type { World } from "./world.js";

export const hcl2Upgrade = defineCommand({
  name: "hcl2_upgrade",
  summary: "Writes the HCL2 template that a legacy JSON template stands for",
  operands: "TEMPLATE.json",
  description:
    "Writes the HCL2 template that does what a legacy JSON template does, and tells what is left to do by hand. The JSON template stays as it is. Nothing is written when the template can't be read.",
  flags: {
    "output-file": text("Where to write; TEMPLATE.json.pkr.hcl unless given. Its folder is made", "FILE"),
    "with-annotations": bool("Explain HCL2 in comments"),
    force: bool("Replace the output file when it has other content"),
    ...VALUE_FLAGS,
  },
  examples: ["pkrts hcl2_upgrade template.json", "pkrts hcl2_upgrade -output-file=web/web.pkr.hcl template.json"],
  async run(flags, operands, world) {
    const path = oneOperand(operands, "TEMPLATE.json");
    const output = outputFor(path, flags["output-file"]);
    const report = collectDiagnostics();
    const template = readLegacy(path, world, report);
    const annotations = flags["with-annotations"];
    const hcl = template && upgradeLegacy(template, { annotations, specOf: await specsFor(template) }, report);
    printDiagnostics(report.diagnostics, world.stderr, secretStore());
    if (hcl === undefined || !(await write(output, hcl, flags.force, world))) return 1;
    const exitCode = report.errors > 0 ? 1 : 0;
    // What reads the output, where it is standard output, must not read this.
    const screen = isSpecial(absolute(output, world)) ? world.stderr : world.stdout;
    screen.write(`Successfully created ${output}. Exit ${exitCode}\n`);
    return exitCode;
  },
});

/** Of the built-in components that the template uses. */
async function specsFor({ sources, legacy }: Template): Promise<SpecOf> {
  const { provisioners = [], errorCleanup, chains = [] } = legacy?.build ?? {};
  const uses = {
    builder: [...sources.values()],
    provisioner: [...provisioners, ...(errorCleanup === undefined ? [] : [errorCleanup])],
    "post-processor": chains.flat(),
  };
  const specs = new Map<string, BodySpec>();
  for (const kind of ["builder", "provisioner", "post-processor"] as const) {
    for (const { type } of uses[kind]) {
      const component = await builtins.load(kind, type);
      if (component !== undefined) specs.set(`${kind}.${type}`, component.spec);
    }
  }
  return (kind, type) => specs.get(`${kind}.${type}`);
}

function outputFor(path: string, given: string): string {
  if (/\.pkr\.(hcl|json)$/.test(path))
    throw new UsageError(`${path} is an HCL2 template already: hcl2_upgrade takes legacy JSON templates`);
  return given === "" ? `${path}.pkr.hcl` : given;
}

/** Undefined after a mistake. What the parts of the template say about each other does not stop the upgrade. */
function readLegacy(path: string, world: World, report: Collector): Template | undefined {
  const bytes = readBytes(path, world.cwd, report);
  if (bytes === undefined) return undefined;
  const template = loadLegacy(path, bytes, { syntaxOnly: true }, report);
  if (report.errors > 0) return undefined;
  const rules = collectDiagnostics();
  checkLegacy(template, PACKER_VERSION, rules);
  for (const { code, detail, subject } of rules.diagnostics)
    if (code !== "legacy-no-builders") report.report(at(carriedOver(detail), subject));
  return template;
}

async function write(output: string, hcl: string, force: boolean, world: World): Promise<boolean> {
  const file = absolute(output, world);
  try {
    if (!force && isOther(file, hcl))
      throw new Error("it exists and holds something else; -force replaces it, -output-file writes elsewhere");
    mkdirSync(dirname(file), { recursive: true });
    if (isSpecial(file)) writeFileSync(file, hcl);
    else await replaceFile(file, hcl);
    return true;
  } catch (error) {
    world.stderr.write(`Error: Failed to write ${output}: ${errorFrom(error).message}\n`);
    return false;
  }
}

const absolute = (path: string, world: World): string => (isAbsolute(path) ? path : join(world.cwd, path));

/** A pipe or a device: it can't be replaced by a file. */
const isSpecial = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === false;

/** Somebody may have worked on it since. */
function isOther(file: string, hcl: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size > 0 && readFileSync(file, "utf8") !== hcl;
}
