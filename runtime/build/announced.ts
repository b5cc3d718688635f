import type { RunContext } from "../contract/run-context.js";

/** Tells when `body` begins and ends, as a step within the step that is open; it is no step of `-debug` and `-on-error`. */
export async function announced<T>(name: string, { emit, clock }: RunContext, body: () => Promise<T>): Promise<T> {
  const start = clock.monotonic();
  const tell = (phase: "done" | "failed"): void => emit({ type: "step", name, phase, ms: clock.monotonic() - start });
  emit({ type: "step", name, phase: "start" });
  try {
    const result = await body();
    tell("done");
    return result;
  } catch (thrown) {
    tell("failed");
    throw thrown;
  }
}
