// A plan is run: its events to the outputs, signals to the run, its end to an exit code.

import type { Terminal } from "../build/questions.js";
import { type RunOptions, runPlan } from "../build/run-plan.js";
import { Cancelled } from "../contract/errors.js";
import type { EventSink, RunEvent } from "../contract/events.js";
import type { Plan } from "../interpreter/plan-types.js";
import { stateDir } from "../state-dir.js";
import { readJournals } from "../steps/journal.js";
import { systemClock } from "../system/clock.js";
import { endLiveGroups } from "../system/process-group.js";
import { noTerminal, readTerminalLine } from "../system/terminal.js";
import { fanOut } from "../ui/fan-out.js";
import type { Secrets } from "../ui/secrets.js";
import { EXIT_OF, type StopSignal, type World } from "./world.js";

export interface RunBuildsOptions extends Pick<RunOptions, "parallel" | "force" | "onError"> {
  readonly debug: boolean;
  readonly world: World;
  readonly secrets: Secrets;
  readonly abort: AbortController;
  readonly outputs: readonly EventSink[];
  /** A program reads the output: nobody can be asked. */
  readonly unattended: boolean;
}

/** The exit code. */
export async function runBuilds(plan: Plan, options: RunBuildsOptions): Promise<number> {
  const { parallel, force, onError, debug, world, secrets, abort, outputs, unattended } = options;
  const sink = fanOut(outputs, secrets);
  const stopListening = world.onSignal((signal) => interrupt(signal, options, sink));
  let exitCode = 0;
  try {
    const events = runPlan(plan, {
      stateDir: stateDir(world),
      parallel,
      force,
      onError,
      debug,
      terminal: terminalFor(unattended),
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

function terminalFor(unattended: boolean): Terminal {
  return {
    unavailable: () => (unattended ? "machine-readable UI can't ask" : noTerminal()),
    readLine: readTerminalLine,
  };
}

function exitCodeOf({ builds, interruptedBy }: RunEvent & { readonly type: "summary" }): number {
  if (interruptedBy !== undefined) return EXIT_OF[interruptedBy as StopSignal] ?? 1;
  return builds.every(({ ok }) => ok) ? 0 : 1;
}

const SIGNAL_WORDS: Readonly<Record<StopSignal, string>> = {
  SIGINT: "interrupt",
  SIGTERM: "terminated",
  SIGHUP: "hangup",
};

/** The first one cancels, which cleans up; the second leaves at once. */
function interrupt(signal: StopSignal, { abort, world, secrets }: RunBuildsOptions, sink: EventSink): void {
  if (!abort.signal.aborted) {
    const text = `Cancelling build after receiving ${SIGNAL_WORDS[signal]}`;
    sink.on({ type: "say", text, at: new Date(), build: "" });
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
