import type { Held } from "../../runtime/contract/cleanup.js";
import { errorFrom } from "../../runtime/contract/errors.js";
import type { RunContext } from "../../runtime/contract/run-context.js";

/** In the opposite order of taking. */
export async function releaseAll(held: readonly Held<unknown>[]): Promise<void> {
  for (const each of [...held].reverse()) await each.release();
}

/** Once the AMI is there, what can't be given back does not fail the build: it stays on the stack, whose end names it. */
export async function tidyUp(run: RunContext, held: readonly Held<unknown>[]): Promise<void> {
  try {
    await releaseAll(held);
  } catch (error) {
    run.emit({ type: "error", text: errorFrom(error).message });
  }
}
