import type { Terminal } from "../build/questions.js";
import { runPlan } from "../build/run-plan.js";
import { Cancelled } from "../contract/errors.js";
import type { RunEvent } from "../contract/events.js";
import { type Prepared, prepareTemplate } from "../engine.js";
import type { Plan } from "../interpreter/plan-types.js";
import { stateDir } from "../state-dir.js";
import { readJournals } from "../steps/journal.js";
import { systemClock } from "../system/clock.js";
import { endLiveGroups } from "../system/process-group.js";
import { noTerminal, readTerminalLine } from "../system/terminal.js";
import { wantsColour } from "../ui/colour.js";
import { fanOut } from "../ui/fan-out.js";
import { humanOutput } from "../ui/human.js";
import { machineReadableOutput } from "../ui/machine-readable.js";
import { ndjsonOutput } from "../ui/ndjson.js";
import { type Secrets, secretStore } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { bool, choice, type FlagValues, integer, optionalBool } from "./flags.js";
import { openLocal, whyNoLocal } from "./local-ec2.js";
import { planTemplate } from "./plan.js";
import { engineOptions, JSON_FLAG, SELECTION_FLAGS, TEMPLATE_FLAGS } from "./template-flags.js";
import { EXIT_OF, type StopSignal, type World } from "./world.js";

const FLAGS = {
  ...TEMPLATE_FLAGS,
  ...SELECTION_FLAGS,
  local: bool("Build in the embedded EC2: no AWS account, but root and Linux"),
  json: JSON_FLAG,
  "dry-run": bool("Say what would be done, and do nothing: `pkrts plan`"),
  "machine-readable": bool("Print Packer's machine-readable lines"),
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
    const secrets = secretStore();
    const colour = wantsColour(flags.color, world.env, world.stdout.isTerminal);
    const abort = new AbortController();
    const options = {
      ...(await engineOptions(path, flags, world)),
      purpose: "build" as const,
      force: flags.force,
      evaluateDataSources: true,
      warnUndeclared: flags["warn-on-undeclared-var"],
      signal: abort.signal,
    };
    // Everything that can be told before anything is made, is.
    const draft = await prepareTemplate(path, options);
    for (const secret of draft.plan?.secrets ?? []) secrets.add(secret);
    printDiagnostics(draft.diagnostics, world.stderr, secrets, colour && world.stderr.isTerminal);
    if (draft.plan?.runnable !== true) return 1;
    if (!flags.local) return worst(draft, await runWith(draft.plan, flags, world, secrets, colour, abort));
    const refusal = whyNoLocal(draft.plan);
    if (refusal !== undefined) {
      printDiagnostics([refusal], world.stderr, secrets, colour && world.stderr.isTerminal);
      return 1;
    }
    return openLocal(world, async (localEndpoint) => {
      const prepared = await prepareTemplate(path, { ...options, localEndpoint });
      if (prepared.plan?.runnable !== true) return 1;
      return worst(prepared, await runWith(prepared.plan, flags, world, secrets, colour, abort));
    });
  },
});

/** A build that could not be prepared fails the whole, though the others ran. */
const worst = ({ ok }: Prepared, exitCode: number): number => (exitCode === 0 && !ok ? 1 : exitCode);

async function runWith(
  plan: Plan,
  flags: Flags,
  world: World,
  secrets: Secrets,
  colour: boolean,
  abort: AbortController,
): Promise<number> {
  const sink = fanOut([outputOf(plan, flags, world, colour)], secrets);
  const stopListening = world.onSignal((signal) => interrupt(signal, abort, world, secrets));
  let exitCode = 0;
  try {
    const events = runPlan(plan, {
      stateDir: stateDir(world),
      parallel: flags["parallel-builds"],
      force: flags.force,
      onError: flags["on-error"],
      debug: flags.debug,
      terminal: terminalFor(flags),
      signal: abort.signal,
      clock: systemClock,
      hide: (text) => void secrets.add(text),
    });
    for await (const event of events) {
      sink.on(event);
      if (event.type === "summary") exitCode = exitCodeOf(event);
    }
  } finally {
    stopListening();
    await sink.close();
  }
  return exitCode;
}

/** A program that reads our output can't be asked. */
function terminalFor(flags: Flags): Terminal {
  if (flags.json || flags["machine-readable"])
    return { unavailable: () => "machine-readable UI can't ask", readLine: readTerminalLine };
  return { unavailable: noTerminal, readLine: readTerminalLine };
}

function outputOf(plan: Plan, flags: Flags, world: World, colour: boolean) {
  const write = (text: string): void => world.stdout.write(text);
  if (flags.json) return ndjsonOutput(write);
  if (flags["machine-readable"]) return machineReadableOutput(write);
  const builds = plan.builds.map(({ label }) => label);
  return humanOutput({ write, colour, timestamps: flags["timestamp-ui"], builds, columns: world.stdout.columns });
}

function exitCodeOf({ builds, interruptedBy }: RunEvent & { readonly type: "summary" }): number {
  if (interruptedBy !== undefined) return EXIT_OF[interruptedBy as StopSignal] ?? 1;
  return builds.every(({ ok }) => ok) ? 0 : 1;
}

/** The first one cancels, which cleans up; the second leaves at once. */
function interrupt(signal: StopSignal, abort: AbortController, world: World, secrets: Secrets): void {
  if (!abort.signal.aborted) {
    world.stdout.write(
      `Cancelling build after receiving ${signal === "SIGINT" ? "interrupt" : signal === "SIGTERM" ? "terminated" : "hangup"}\n`,
    );
    abort.abort(new Cancelled(signal));
    return;
  }
  // Nobody would end them afterwards: what is journaled is given back by others, programs are not.
  endLiveGroups();
  world.stderr.write(secrets.mask(leftText(world)));
  process.exit(EXIT_OF[signal]);
}

/** What this process has journaled and not given back. */
function leftText(world: World): string {
  const journals = readJournals(stateDir(world)).filter(({ header }) => header.pid === process.pid);
  const left = journals.flatMap(({ header, open }) => open.map(({ name }) => `  ${header.build}: ${name}\n`));
  if (left.length === 0) return "Stopped at once. Nothing is left behind.\n";
  return `Stopped before everything was cleaned up. What is left:\n${left.join("")}\`pkrts cleanup\` finishes it.\n`;
}
