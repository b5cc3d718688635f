// The provisioners of a build, in order, with their pauses, timeouts and retries; the error-cleanup-provisioner after a failure.

import { formatGoDuration } from "../../lang/values/go-duration.js";
import type { Communicator } from "../contract/communicator.js";
import type { GeneratedData, Provision } from "../contract/component.js";
import { Cancelled, errorFrom } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";
import type { PlannedBuild, PlannedProvisioner } from "../interpreter/plan-types.js";
import { announced } from "./announced.js";
import type { BuildSteps } from "./build-steps.js";

/**
 * After an abort the error-cleanup-provisioner is skipped, as every other clean-up is; after a retry all of them run again.
 * Packer's builders without steps know neither.
 */
export function provisionWith(build: PlannedBuild, run: RunContext, steps: BuildSteps): Provision {
  return async (communicator, generated) => {
    for (;;) {
      try {
        return await provisionAll(build, communicator, generated, run, steps);
      } catch (thrown) {
        await failedWith(errorFrom(thrown), build, communicator, generated, run, steps);
      }
    }
  };
}

/** Throws, unless the provisioners are to run again. */
async function failedWith(
  error: Error,
  build: PlannedBuild,
  communicator: Communicator,
  generated: GeneratedData,
  run: RunContext,
  steps: BuildSteps,
): Promise<void> {
  if (run.signal.aborted || build.builder.stepless) throw error;
  const decision = await steps.decide("provision", error);
  if (decision === "retry") return;
  if (decision !== "abort") await cleanUpWith(build.errorCleanup, communicator, generated, run, error);
  throw error;
}

async function provisionAll(
  { provisioners, builder }: PlannedBuild,
  communicator: Communicator,
  generated: GeneratedData,
  run: RunContext,
  steps: BuildSteps,
): Promise<void> {
  for (const provisioner of provisioners) {
    if (!builder.stepless) await steps.pause("Pausing before the next provisioner . Press enter to continue.");
    await provisionOne(provisioner, communicator, generated, run);
  }
}

/** The line is printed where there is none, too: it is what scripts look for. */
async function cleanUpWith(
  provisioner: PlannedProvisioner | undefined,
  communicator: Communicator,
  generated: GeneratedData,
  run: RunContext,
  first: Error,
): Promise<void> {
  run.emit({ type: "say", text: "Provisioning step had errors: Running the cleanup provisioner, if present..." });
  if (provisioner === undefined) return;
  try {
    await provisionOne(provisioner, communicator, generated, run);
  } catch (thrown) {
    throw new Error(`Cleanup failed: ${errorFrom(thrown).message}. Original Provisioning error: ${first.message}`, {
      cause: first,
    });
  }
}

async function provisionOne(
  provisioner: PlannedProvisioner,
  communicator: Communicator,
  generated: GeneratedData,
  run: RunContext,
): Promise<void> {
  try {
    await announced(`provisioner ${provisioner.type}`, run, () =>
      withRetries(provisioner, run, () => attempt(provisioner, communicator, generated, run)),
    );
  } catch (thrown) {
    const error = errorFrom(thrown);
    if (!provisioner.continueOnError || run.signal.aborted) throw error;
    const text = `Warning: Provisioner failed with ${JSON.stringify(error.message)}, but continue_on_error is set; continuing the build.`;
    run.emit({ type: "say", text });
  }
}

/** The error of the first attempt is the one that counts. */
async function withRetries(
  { maxRetries }: PlannedProvisioner,
  run: RunContext,
  attemptOnce: () => Promise<void>,
): Promise<void> {
  let first: Error | undefined;
  for (let left = maxRetries; ; left -= 1) {
    try {
      return await attemptOnce();
    } catch (thrown) {
      first ??= errorFrom(thrown);
      if (!run.signal.aborted && left <= 0 && maxRetries > 0) run.emit({ type: "say", text: "retry limit reached." });
      if (run.signal.aborted || left <= 0) throw first;
      run.emit({
        type: "say",
        text: `Provisioner failed with ${JSON.stringify(first.message)}, retrying with ${left} trie(s) left`,
      });
    }
  }
}

async function attempt(
  provisioner: PlannedProvisioner,
  communicator: Communicator,
  generated: GeneratedData,
  run: RunContext,
): Promise<void> {
  const { pauseBefore, timeout } = provisioner;
  run.signal.throwIfAborted();
  if (pauseBefore > 0) {
    run.emit({ type: "say", text: `Pausing ${formatGoDuration(pauseBefore)} before the next provisioner...` });
    await run.clock.sleep(pauseBefore, run.signal);
  }
  const prepared = await provisioner.bind(generated, (secret) => run.hide(secret));
  // Packer does not time a provisioner that pauses first.
  if (timeout === undefined || pauseBefore > 0) return prepared.provision(communicator, generated, run);
  run.emit({ type: "say", text: `Setting a ${formatGoDuration(timeout)} timeout for the next provisioner...` });
  await timed(timeout, run, (inner) => prepared.provision(communicator, generated, inner));
}

async function timed(ms: number, run: RunContext, body: (run: RunContext) => Promise<void>): Promise<void> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    run.emit({ type: "error", text: "Cancelling provisioner after a timeout..." });
    limit.abort(new Cancelled("timeout"));
  }, ms);
  try {
    await body(run.with({ signal: AbortSignal.any([run.signal, limit.signal]) }));
  } finally {
    clearTimeout(timer);
  }
}
