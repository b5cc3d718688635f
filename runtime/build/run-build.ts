// One build: the builder with the provisioners inside it, then the chains of post-processors; cleaned up whatever happens.

import type { Artifact } from "../contract/artifact.js";
import { Cancelled, errorFrom, RunError } from "../contract/errors.js";
import type { BuildOutcome } from "../contract/events.js";
import type { RunContext } from "../contract/run-context.js";
import type { PlannedBuild } from "../interpreter/plan-types.js";
import { cleanupStack, type OwnedStack } from "../steps/cleanup-stack.js";
import { openJournal } from "../steps/journal.js";
import { createRunContext } from "../steps/run-context.js";
import { BuildSteps } from "./build-steps.js";
import { cleanUp } from "./clean-up.js";
import { postProcess } from "./post-process.js";
import { provisionWith } from "./provision.js";
import type { BuildRunOptions } from "./run-plan.js";

export async function runBuild(build: PlannedBuild, options: BuildRunOptions): Promise<BuildOutcome> {
  const { clock, stateDir, signal, runId } = options;
  const journal = openJournal(stateDir, runId, build.label, build.builderType);
  const { run, stack, steps } = contextOf(build, options, journal);
  const start = clock.monotonic();
  run.emit({ type: "build", phase: "start" });
  const outcome = await attempt(build, run, stack, steps);
  journal.close(stack.empty);
  const ms = clock.monotonic() - start;
  if (outcome.error === undefined) run.emit({ type: "build", phase: "ok", ms });
  else run.emit({ type: "build", phase: signal.aborted ? "cancelled" : "failed", ms, error: outcome.error });
  for (const artifact of outcome.artifacts) run.emit({ type: "artifact", artifact });
  return outcome;
}

interface Running {
  readonly run: RunContext;
  readonly stack: OwnedStack;
  readonly steps: BuildSteps;
}

function contextOf(build: PlannedBuild, options: BuildRunOptions, journal: ReturnType<typeof openJournal>): Running {
  const { clock, signal, force, runId, send, hide, mask, ask } = options;
  const base = { build: build.label, runId, clock, force, send, hide, mask, ...(ask === undefined ? {} : { ask }) };
  // What cleans up must not be stopped by what stopped the build.
  const stack = cleanupStack({
    journal,
    undo: async ({ op, args }) => {
      const undo = build.component.undo[op];
      if (undo === undefined) throw new RunError(`nothing is known that undoes ${op}`);
      await undo(args, createRunContext({ ...base, signal: new AbortController().signal, cleanup: stack }));
    },
    onChange: (name, change) => run.emit({ type: "resource", kind: name, id: "", change }),
  });
  const steps = new BuildSteps({
    onError: build.builder.stepless ? "cleanup" : options.onError,
    debug: options.debug === true,
    signal,
    emit: (event) => run.emit(event),
    ask: (question) => run.ask(question),
    mark: () => stack.mark,
  });
  const hooks = build.builder.stepless ? {} : { steps };
  const run: RunContext = createRunContext({ ...base, signal, cleanup: stack, ...hooks });
  return { run, stack, steps };
}

async function attempt(
  build: PlannedBuild,
  run: RunContext,
  stack: OwnedStack,
  steps: BuildSteps,
): Promise<BuildOutcome> {
  const { label: name } = build;
  let artifact: Artifact | undefined;
  let error: Error | undefined;
  try {
    artifact = await build.builder.build(run, provisionWith(build, run, steps));
    // A builder that was cancelled may return nothing at all.
    run.signal.throwIfAborted();
    error = steps.firstError;
  } catch (thrown) {
    error = steps.firstError ?? errorFrom(thrown);
    if (isWorthALine(error, build, steps)) run.emit({ type: "error", text: error.message });
  }
  const failures = await cleanUp(run, stack, steps, error);
  if (error !== undefined)
    return { name, ok: false, artifacts: [], error: failures.length === 0 ? error : leftoverError(failures, error) };
  // What could not be given back is tried once more below, and fails the build; what it made is there all the same.
  const processed = await postProcess(build, artifact, run);
  const left = await cleanUp(run, stack, steps, undefined);
  const failed = left.length === 0 ? processed.error : leftoverError(left, processed.error);
  return {
    name,
    ok: failed === undefined,
    artifacts: processed.artifacts,
    ...(failed === undefined ? {} : { error: failed }),
  };
}

/** Before the clean-up begins, so that it is known why; a provisioner's error has been seen in its output, as in Packer. */
function isWorthALine(error: Error, { builder }: PlannedBuild, steps: BuildSteps): boolean {
  if (error instanceof Cancelled || builder.stepless) return false;
  const isLeft = steps.decision === "abort" || steps.decision === "run-cleanup-provisioner";
  return isLeft || (steps.failedStep !== "StepProvision" && !steps.asked);
}

function leftoverError(names: readonly string[], cause: Error | undefined): RunError {
  const list = names.join(", ");
  const before = cause === undefined ? "" : `${cause.message}; then `;
  return new RunError(`${before}clean-up failed, and left ${list}: \`pkrts cleanup\` tries again`, { cause });
}
