// What happens to the things that a build holds at its end: given back, or after an abort left and named.

import type { RunContext } from "../contract/run-context.js";
import type { OwnedStack } from "../steps/cleanup-stack.js";
import type { BuildSteps } from "./build-steps.js";

/** The names of what could not be given back; what was left on purpose is not among them. */
export async function cleanUp(
  run: RunContext,
  stack: OwnedStack,
  steps: BuildSteps,
  error: Error | undefined,
): Promise<readonly string[]> {
  if (error !== undefined && steps.decision !== "cleanup" && steps.decision !== "retry") {
    leave(run, stack, steps);
    return [];
  }
  for (const { title, mark } of steps.takeRan()) {
    await steps.pause(`Pausing before cleanup of step '${title}'. Press enter to continue.`);
    await stack.unwindTo(mark);
  }
  // Whatever failed above is tried once more, now that all the rest is gone.
  const failures = await stack.unwind();
  for (const { name, error: cause } of failures) run.emit({ type: "error", text: `${name} is left: ${cause.message}` });
  return failures.map(({ name }) => name);
}

/** Packer's lines (cli-runtime §2.6), then what they leave behind. */
function leave(run: RunContext, stack: OwnedStack, steps: BuildSteps): void {
  const [first, ...others] = skippedSteps(steps);
  const text = run.signal.aborted
    ? "Interrupted, aborting..."
    : `Step ${JSON.stringify(first ?? "")} failed, aborting...`;
  run.emit({ type: "error", text });
  for (const title of others)
    run.emit({ type: "error", text: `aborted: skipping cleanup of step ${JSON.stringify(title)}` });
  for (const name of stack.held) run.emit({ type: "say", text: `Left behind: ${name}` });
  if (!stack.empty) run.emit({ type: "say", text: "`pkrts cleanup` gives back what is left." });
}

/** The last step first; where the cleanup provisioner ran, the step of the provisioners was cleaned up. */
function skippedSteps(steps: BuildSteps): readonly string[] {
  const titles = steps.takeRan().map(({ title }) => title);
  const others = titles.filter((title) => title !== "StepProvision");
  return steps.decision === "run-cleanup-provisioner" && others.length > 0 ? others : titles;
}
