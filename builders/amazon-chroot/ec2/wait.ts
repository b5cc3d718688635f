// Waiting for a resource: early and often while it is young, then backing off with full jitter.

import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
import type { RunContext } from "../../../runtime/contract/run-context.js";
import { isDenied } from "../../amazon/ec2/failure.js";

export interface Waiting<T> {
  /** For messages: `volume vol-1`. */
  readonly what: string;
  /** Undefined: not there yet. What it throws costs one look, unless we are denied. */
  look(): Promise<T | undefined>;
  done(seen: T): boolean;
  /** Why it will never be done. */
  failed?(seen: T): string | undefined;
  /** Per cent. */
  progress?(seen: T): number | undefined;
  readonly pace: Pace;
}

/** Milliseconds. */
export interface Pace {
  readonly first: number;
  readonly longest: number;
  readonly limit: number;
}

type Watch = Pick<RunContext, "clock" | "signal" | "emit">;

const GROWTH = 1.3;
const MINUTE = 60_000;
/** A resource that was just made may be unknown for a while, but not for ever. */
const UNKNOWN_FOR = 5 * MINUTE;
const TELL_EVERY = 20;

/** Asks at once, then again and again. Throws {@link RunError} at the deadline, and the signal's reason when aborted. */
export async function waitFor<T>(waiting: Waiting<T>, { clock, signal, emit }: Watch): Promise<T> {
  const { what, pace } = waiting;
  const start = clock.monotonic();
  let delay = pace.first;
  let told = 0;
  for (;;) {
    signal.throwIfAborted();
    const { seen, trouble } = await lookAt(waiting, signal);
    if (seen !== undefined && waiting.done(seen)) return seen;
    if (seen !== undefined) told = tell(waiting, seen, told, emit);
    const waited = clock.monotonic() - start;
    if (seen === undefined && trouble === "" && waited > UNKNOWN_FOR)
      throw new RunError(`${what}: EC2 does not know it`);
    if (waited + delay > pace.limit)
      throw new RunError(`${what}: still not ready after ${Math.round(pace.limit / 1000)} s${trouble}`);
    await clock.sleep(pace.first / 2 + Math.random() * (delay - pace.first / 2), signal);
    delay = Math.min(pace.longest, delay * GROWTH);
  }
}

interface Look<T> {
  readonly seen: T | undefined;
  /** Why EC2 could not say, with a colon before it. */
  readonly trouble: string;
}

async function lookAt<T>({ what, look, failed }: Waiting<T>, signal: AbortSignal): Promise<Look<T>> {
  try {
    const seen = await look();
    const why = seen === undefined ? undefined : failed?.(seen);
    if (why === undefined) return { seen, trouble: "" };
    throw new Hopeless(`${what}: ${why}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Hopeless || isDenied(error)) throw error;
    return { seen: undefined, trouble: `: ${errorFrom(error).message}` };
  }
}

class Hopeless extends RunError {}

function tell<T>({ what, progress }: Waiting<T>, seen: T, told: number, emit: Watch["emit"]): number {
  const percent = progress?.(seen);
  if (percent === undefined || percent < told + TELL_EVERY) return told;
  emit({ type: "progress", what, percent });
  return percent;
}

const PACES = {
  volume: { first: 150, longest: 5000, limit: 10 * MINUTE },
  attachment: { first: 100, longest: 2000, limit: 5 * MINUTE },
  snapshot: { first: 300, longest: 15_000, limit: 60 * MINUTE },
  image: { first: 300, longest: 10_000, limit: 60 * MINUTE },
} as const;
export type Paces = Readonly<Record<keyof typeof PACES, Pace>>;

// Packer's own delays, for a deadline when only the number of attempts is given.
const PACKER_DELAY = { volume: 15_000, attachment: 5000, snapshot: 15_000, image: 15_000 } as const;

/** AWS_POLL_DELAY_SECONDS bounds the delay; AWS_MAX_ATTEMPTS × delay is the deadline, as with Packer's waiters. What is no number is ignored. */
export function pacesFrom(env: (name: string) => string | undefined): Paces {
  const seconds = positive(env("AWS_POLL_DELAY_SECONDS"));
  const attempts = positive(env("AWS_MAX_ATTEMPTS"));
  const paceOf = (kind: keyof typeof PACES): Pace => {
    const { first, longest, limit } = PACES[kind];
    const delay = seconds === undefined ? undefined : seconds * 1000;
    return {
      first: Math.min(first, delay ?? first),
      longest: delay ?? longest,
      limit: attempts === undefined ? limit : attempts * (delay ?? PACKER_DELAY[kind]),
    };
  };
  return {
    volume: paceOf("volume"),
    attachment: paceOf("attachment"),
    snapshot: paceOf("snapshot"),
    image: paceOf("image"),
  };
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

export const DEFAULT_PACES: Paces = PACES;
