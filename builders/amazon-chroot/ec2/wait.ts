// Waiting for a resource: early and often while it is young, then backing off with jitter.

import { RunError } from "../../../runtime/contract/errors.js";
import type { RunContext } from "../../../runtime/contract/run-context.js";

export interface Waiting<T> {
  /** For messages: `volume vol-1`. */
  readonly what: string;
  /** Undefined: not there yet. */
  look(): Promise<T | undefined>;
  done(seen: T): boolean;
  /** Why it will never be done. */
  failed?(seen: T): string | undefined;
  progress?(seen: T): number | undefined;
  /** First delay in ms. */
  readonly first: number;
  /** Longest delay in ms. */
  readonly longest: number;
  /** Deadline in ms. */
  readonly limit: number;
}

const GROWTH = 1.3;

/** Asks at once, then again and again. Throws {@link RunError} at the deadline, and the signal's reason when aborted. */
export async function waitFor<T>(waiting: Waiting<T>, { clock, signal, emit }: Pick<RunContext, "clock" | "signal" | "emit">): Promise<T> {
  const start = clock.monotonic();
  let delay = waiting.first;
  let told = 0;
  for (;;) {
    signal.throwIfAborted();
    const seen = await waiting.look();
    if (seen !== undefined) {
      if (waiting.done(seen)) return seen;
      const why = waiting.failed?.(seen);
      if (why !== undefined) throw new RunError(`${waiting.what}: ${why}`);
      const percent = waiting.progress?.(seen);
      if (percent !== undefined && percent >= told + 20) {
        told = percent;
        emit({ type: "progress", what: waiting.what, percent });
      }
    }
    if (clock.monotonic() - start + delay > waiting.limit) throw new RunError(`${waiting.what}: still not ready after ${Math.round(waiting.limit / 1000)} s`);
    await clock.sleep(delay * (0.7 + 0.3 * Math.random()), signal);
    delay = Math.min(waiting.longest, delay * GROWTH);
  }
}

const MINUTE = 60_000;
export const PACE = {
  volume: { first: 150, longest: 5000, limit: 10 * MINUTE },
  attachment: { first: 100, longest: 2000, limit: 5 * MINUTE },
  snapshot: { first: 300, longest: 15_000, limit: 60 * MINUTE },
  image: { first: 300, longest: 10_000, limit: 60 * MINUTE },
} as const;
