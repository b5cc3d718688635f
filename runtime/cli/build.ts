import { shortSecret } from "../../lang/diagnostics/catalog/options.js";
import { at, type Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { toPublicDiagnostic } from "../../lang/diagnostics/render-json.js";
import { builtins } from "../builtins.js";
import { type Prepared, prepareTemplate } from "../engine.js";
import type { EngineOptions } from "../engine-options.js";
import { RemoteCalls } from "../interpreter/remote-calls.js";
import { wantsColour } from "../ui/colour.js";
import { fanOut, maskDiagnostic } from "../ui/fan-out.js";
import { type Secrets, secretStore } from "../ui/secrets.js";
import { buildOutputs, fileOutputs, programOutput, whyNoOutput } from "./build-outputs.js";
import { defineCommand, oneOperand } from "./command.js";
import { annotateDiagnostics, printDiagnostics } from "./diagnostics-output.js";
import { bool, choice, type FlagValues, integer, optionalBool, text } from "./flags.js";
import { openLocal, whyNoLocal } from "./local-ec2.js";
import { planTemplate } from "./plan.js";
import { runBuilds } from "./run-builds.js";
import { engineOptions, JSON_FLAG, PACKER_FLAGS, SELECTION_FLAGS, TEMPLATE_FLAGS } from "./template-flags.js";
import type { World } from "./world.js";

const FLAGS = {
  ...TEMPLATE_FLAGS,
  ...SELECTION_FLAGS,
  local: bool("Build in the embedded EC2: no AWS account, but root and Linux"),
  json: JSON_FLAG,
  "dry-run": bool("Say what would be done, and do nothing: `pkrts plan`"),
  "machine-readable": bool("Print Packer's machine-readable lines"),
  ...PACKER_FLAGS,
  color: optionalBool("Colour; by itself where the output is a terminal"),
  "timestamp-ui": bool("Print the time before each message"),
  force: bool("Replace what is there: AMIs of the same name, the manifest"),
  debug: bool("Pause after each step, and run one build after another"),
  "on-error": choice(
    "After a failure: clean up; leave everything as it is, at once or once the error-cleanup-provisioner has run; or ask",
    ["cleanup", "abort", "ask", "run-cleanup-provisioner"],
    "cleanup",
  ),
  "parallel-builds": integer("Builds at once; 0 is all", "N", 0),
  "artifact-file": text("Write what was built to this file, as JSON", "FILE"),
  junit: text("Write a JUnit report to this file, with a case for each build", "FILE"),
  "skip-enforcement": bool("Accepted for Packer's sake: there is no HCP Packer that could enforce a provisioner"),
  "warn-on-undeclared-var": bool("Warn of values in files for variables that nobody declared"),
};
type Flags = FlagValues<typeof FLAGS>;

export const build = defineCommand({
  name: "build",
  summary: "Builds the images of a template",
  operands: "PATH",
  description:
    "Builds what a template describes. The first Ctrl-C cancels and cleans up, the second stops at once; `pkrts cleanup` finishes what a killed run left.",
  flags: FLAGS,
  examples: [
    "pkrts build .",
    "pkrts build -local -var source_ami=ami-0123456789abcdef0 .",
    "pkrts build -only='amazon-chroot.*' -json .",
  ],
  async run(flags, operands, world) {
    const path = oneOperand(operands, "PATH");
    if (flags["dry-run"]) return planTemplate(path, flags, world);
    const colour = wantsColour(flags.color, world.env, world.stdout.isTerminal);
    const session = { flags, world, colour, secrets: secretStore(), abort: new AbortController() };
    const options = await optionsOf(path, session);
    const cannot = whyNoOutput(flags, world);
    if (cannot !== undefined) {
      world.stderr.write(`Error: ${cannot}\n`);
      return 1;
    }
    return buildTemplate(path, options, session);
  },
});

/** What holds from the first reading of the template to the end of the run. */
interface Session {
  readonly flags: Flags;
  readonly world: World;
  readonly colour: boolean;
  readonly secrets: Secrets;
  readonly abort: AbortController;
}

async function optionsOf(path: string, { flags, world, abort }: Session): Promise<EngineOptions> {
  return {
    ...(await engineOptions(path, flags, world)),
    purpose: "build",
    force: flags.force,
    // Of -local, once the embedded EC2 is there to be asked.
    evaluateDataSources: !flags.local,
    warnUndeclared: flags["warn-on-undeclared-var"],
    signal: abort.signal,
    remote: new RemoteCalls({ registry: builtins, env: (name) => world.env[name], signal: abort.signal }),
  };
}

/** Everything that can be told before anything is made, is. */
async function buildTemplate(path: string, options: EngineOptions, session: Session): Promise<number> {
  const { flags, secrets } = session;
  const draft = await prepareTemplate(path, options);
  const short = (draft.plan?.secrets ?? []).filter((secret) => secrets.add(secret) === "short");
  tell(short.length === 0 ? draft.diagnostics : [...draft.diagnostics, at(shortSecret(), undefined)], session);
  if (draft.plan?.runnable !== true || !flags.local) return runPrepared(draft, session);
  const refusal = whyNoLocal(draft.plan);
  if (refusal === undefined) return buildLocally(path, options, draft, session);
  tell([refusal], session);
  return 1;
}

function buildLocally(path: string, options: EngineOptions, draft: Prepared, session: Session): Promise<number> {
  return openLocal(session.world, async (localEndpoint) => {
    const asked = await prepareTemplate(path, { ...options, evaluateDataSources: true, localEndpoint });
    for (const secret of asked.plan?.secrets ?? []) session.secrets.add(secret);
    tell(withoutThose(asked.diagnostics, draft.diagnostics), session);
    return runPrepared(asked, session);
  });
}

/** To a person, and to the program that reads the output, if one does: it has no other way to learn why nothing is built. */
function tell(diagnostics: readonly Diagnostic[], { flags, world, secrets, colour }: Session): void {
  printDiagnostics(diagnostics, world.stderr, secrets, colour);
  annotateDiagnostics(diagnostics, world, secrets);
  const output = programOutput(flags, world);
  if (output === undefined) return;
  const at = new Date();
  for (const diagnostic of diagnostics)
    output.on({ type: "diagnostic", diagnostic: maskDiagnostic(diagnostic, secrets), at, build: "" });
}

/** The same mistake at the same place is told once. */
function withoutThose(diagnostics: readonly Diagnostic[], told: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyOf = (diagnostic: Diagnostic): string => JSON.stringify(toPublicDiagnostic(diagnostic));
  const known = new Set(told.map(keyOf));
  return diagnostics.filter((diagnostic) => !known.has(keyOf(diagnostic)));
}

/** A build that could not be prepared fails the whole, though the others ran. */
async function runPrepared({ plan, ok, diagnostics }: Prepared, session: Session): Promise<number> {
  const { flags, world, colour, secrets, abort } = session;
  const builds = (plan?.builds ?? []).map(({ label }) => label);
  const masked = diagnostics.map((diagnostic) => maskDiagnostic(diagnostic, secrets));
  const output = { flags, world, colour, builds, diagnostics: masked };
  if (plan?.runnable !== true) {
    for (const file of fileOutputs(output)) await fanOut([file], secrets).close();
    return 1;
  }
  // As in Packer, for the programs that are run.
  if (flags["machine-readable"]) world.exportVariable("PACKER_NO_COLOR", "1");
  const exitCode = await runBuilds(plan, {
    parallel: flags["parallel-builds"],
    force: flags.force,
    onError: flags["on-error"],
    debug: flags.debug,
    world,
    secrets,
    abort,
    outputs: buildOutputs(output),
    unattended: flags.json || flags["machine-readable"],
  });
  return exitCode === 0 && !ok ? 1 : exitCode;
}
