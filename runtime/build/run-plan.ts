// Builds of a plan, in parallel; their events in one stream.

import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { Cancelled } from "../contract/errors.js";
import type { BuildOutcome, RunEvent, RunEventBody } from "../contract/events.js";
import type { Clock } from "../contract/run-context.js";
import type { Plan, PlannedBuild } from "../interpreter/plan-types.js";
import { secretStore } from "../ui/secrets.js";
import type { OnError } from "./build-steps.js";
import { eventQueue } from "./event-queue.js";
import { type Ask, askOneAtATime, type Terminal } from "./questions.js";
import { runBuild } from "./run-build.js";

export interface RunOptions {
  /** `$XDG_STATE_HOME/pkrts`: where journals go. */
  readonly stateDir: string;
  /** Builds at once; less than 1 means all. */
  readonly parallel: number;
  readonly force: boolean;
  readonly onError: OnError;
  /** Pauses after each step, one build after another. */
  readonly debug?: boolean;
  /** Where questions are put; without one nobody can be asked. */
  readonly terminal?: Terminal;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  hide(text: string): void;
}

/** What one build gets beside the options of all. */
export interface BuildRunOptions extends RunOptions {
  /** PACKER_RUN_UUID. */
  readonly runId: string;
  readonly ask?: Ask;
  mask(text: string): string;
  send(event: RunEvent): void;
}

/** The last event is the summary. A build that fails never stops another; once aborted, none is begun. */
export function runPlan(plan: Plan, options: RunOptions): AsyncIterable<RunEvent> {
  const queue = eventQueue<RunEvent>();
  const { clock, signal } = options;
  // Every wait of every build listens to it: that is no leak.
  setMaxListeners(0, signal);
  const runId = randomUUID();
  const start = clock.monotonic();
  const send = (build: string, body: RunEventBody): void => queue.push({ ...body, at: clock.now(), build });
  // Of our own: what files hold is masked whatever becomes of the events.
  const secrets = secretStore();
  const hide = (secret: string): void => {
    secrets.add(secret);
    options.hide(secret);
  };
  for (const secret of plan.secrets) hide(secret);
  plan.onSecret(hide);
  const ask = options.terminal === undefined ? undefined : askOneAtATime(options.terminal);
  if (options.debug === true) send("", { type: "say", text: "Debug mode enabled. Builds will not be parallelized." });
  const work = async (): Promise<void> => {
    const builds = await inParallel(plan.builds, options, (build) =>
      runBuild(build, {
        ...options,
        hide,
        mask: secrets.mask,
        runId,
        send: (event) => queue.push(event),
        ...(ask === undefined ? {} : { ask }),
      }),
    );
    const interruptedBy =
      signal.aborted && signal.reason instanceof Cancelled ? { interruptedBy: signal.reason.by } : {};
    send("", { type: "summary", builds, ms: clock.monotonic() - start, ...interruptedBy });
  };
  work().then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  );
  return queue;
}

async function inParallel(
  builds: readonly PlannedBuild[],
  { parallel, signal, debug }: RunOptions,
  run: (build: PlannedBuild) => Promise<BuildOutcome>,
): Promise<readonly BuildOutcome[]> {
  const waiting = builds.map((build, i) => ({ build, i }));
  const outcomes: BuildOutcome[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      outcomes[next.i] = await run(next.build);
    }
  };
  const lanes = debug === true ? 1 : parallel < 1 ? builds.length : Math.min(parallel, builds.length);
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes.filter((outcome) => outcome !== undefined);
}
