// One build: the builder with the provisioners inside it, then the chains of post-processors; cleaned up whatever happens.

import type { Artifact } from "../contract/artifact.js";
import { Cancelled, errorFrom, RunError } from "../contract/errors.js";
import type { BuildOutcome, RunEvent } from "../contract/events.js";
import type { RunContext } from "../contract/run-context.js";
import type { PlannedBuild } from "../interpreter/plan-types.js";
import { cleanupStack, type OwnedStack } from "../steps/cleanup-stack.js";
import { openJournal } from "../steps/journal.js";
import { createRunContext } from "../steps/run-context.js";
import { postProcess } from "./post-process.js";
import { provisionWith } from "./provision.js";
import type { RunOptions } from "./run-plan.js";

export async function runBuild(
  build: PlannedBuild,
  runId: string,
  options: RunOptions,
  send: (event: RunEvent) => void,
): Promise<BuildOutcome> {
  const { clock, stateDir, signal, force, hide } = options;
  const journal = openJournal(stateDir, runId, build.label, build.builderType);
  const base = { build: build.label, runId, clock, force, send, hide };
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
  const run: RunContext = createRunContext({ ...base, signal, cleanup: stack });
  const start = clock.monotonic();
  run.emit({ type: "build", phase: "start" });
  const outcome = await attempt(build, run, stack, options);
  journal.close(stack.empty);
  const ms = clock.monotonic() - start;
  if (outcome.error === undefined) run.emit({ type: "build", phase: "ok", ms });
  else run.emit({ type: "build", phase: signal.aborted ? "cancelled" : "failed", ms, error: outcome.error });
  for (const artifact of outcome.artifacts) run.emit({ type: "artifact", artifact });
  return outcome;
}

async function attempt(
  build: PlannedBuild,
  run: RunContext,
  stack: OwnedStack,
  options: RunOptions,
): Promise<BuildOutcome> {
  const { label: name } = build;
  let artifact: Artifact | undefined;
  let error: Error | undefined;
  try {
    artifact = await build.builder.build(run, provisionWith(build, run, options.onError));
    // A builder that was cancelled may return nothing at all.
    run.signal.throwIfAborted();
  } catch (thrown) {
    error = errorFrom(thrown);
    if (!(error instanceof Cancelled)) run.emit({ type: "error", text: error.message });
  }
  const failures = await cleanUp(run, stack, options, error);
  const leftover = failures.length === 0 ? undefined : leftoverError(failures, error);
  if (leftover !== undefined || error !== undefined)
    return { name, ok: false, artifacts: [], error: leftover ?? error ?? new RunError("failed") };
  const processed = await postProcess(build, artifact, run);
  const after = await cleanUp(run, stack, options, undefined);
  const failed = processed.error ?? (after.length === 0 ? undefined : leftoverError(after, undefined));
  return {
    name,
    ok: failed === undefined,
    artifacts: processed.artifacts,
    ...(failed === undefined ? {} : { error: failed }),
  };
}

async function cleanUp(
  run: RunContext,
  stack: OwnedStack,
  { onError }: RunOptions,
  error: Error | undefined,
): Promise<readonly string[]> {
  if (error !== undefined && onError !== "cleanup") {
    run.emit({
      type: "error",
      text: run.signal.aborted ? "Interrupted, aborting..." : "The build failed, aborting...",
    });
    for (const name of stack.held) run.emit({ type: "error", text: `aborted: skipping cleanup of ${name}` });
    if (!stack.empty) run.emit({ type: "say", text: "`pkrts cleanup` gives back what is left." });
    return [];
  }
  const failures = await stack.unwind();
  for (const { name, error: cause } of failures) run.emit({ type: "error", text: `${name} is left: ${cause.message}` });
  return failures.map(({ name }) => name);
}

function leftoverError(names: readonly string[], cause: Error | undefined): RunError {
  const list = names.join(", ");
  const before = cause === undefined ? "" : `${cause.message}; then `;
  return new RunError(`${before}clean-up failed, and left ${list}: \`pkrts cleanup\` tries again`, { cause });
}
