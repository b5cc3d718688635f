// Waiting for a resource: early and often while it is young, then backing off with jitter (decisions.md §9).

import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
import type { RunContext } from "../../../runtime/contract/run-context.js";
import { isDenied } from "../../amazon/ec2/failure.js";
import type { Poller } from "../../amazon/ec2/poller.js";

export interface Waiting<T> {
  /** For messages: `volume vol-1`. */
  readonly what: string;
  readonly id: string;
  /** Looks for all who wait for things of this kind. A look that fails costs nothing but itself, unless we are denied. */
  readonly from: Poller<T>;
  done(seen: T): boolean;
  /** Why it will never be done. */
  failed?(seen: T): string | undefined;
  /** Per cent. */
  progress?(seen: T): number | undefined;
  readonly pace: Pace;
}

/** Milliseconds. */
export interface Pace {
  /** From the first look, which is made at once, to the second. */
  readonly first: number;
  readonly longest: number;
  readonly limit: number;
}

type Watch = Pick<RunContext, "clock" | "signal" | "emit">;

/** Of a resource's age: what a pause is made of, so that a wait is at most about so much longer than it need be. */
const SHARE = 0.17;
const MINUTE = 60_000;
/** A resource that was just made may be unknown for a while, but not for ever. */
const UNKNOWN_FOR = 5 * MINUTE;
const TELL_EVERY = 20;

/** Looks at once, then again and again: the last look. Throws {@link RunError} at the deadline, and the signal's reason when aborted. */
export async function waitFor<T>(waiting: Waiting<T>, watch: Watch): Promise<T> {
  const { what, pace } = waiting;
  const { clock, signal, emit } = watch;
  const start = clock.monotonic();
  let told = 0;
  for (let pause = 0; ; pause = pauseAt(clock.monotonic() - start, pace)) {
    const { seen, trouble } = await lookAt(waiting, pause, watch);
    signal.throwIfAborted();
    if (seen !== undefined && waiting.done(seen)) return seen;
    if (seen !== undefined) told = tell(waiting, seen, told, emit);
    const waited = clock.monotonic() - start;
    if (seen === undefined && trouble === "" && waited > UNKNOWN_FOR)
      throw new RunError(`${what}: EC2 does not know it`);
    if (waited >= pace.limit)
      throw new RunError(
        `${what}: still not ready after ${Math.round(waited / 1000)} s (aws_polling can give it longer)${trouble}`,
      );
  }
}

/** The older, the longer, and never twice the same: builds that began together do not go on asking together. */
export function pauseAt(age: number, { first, longest, limit }: Pace): number {
  const pause = jittered(Math.max(first - age, SHARE * Math.max(age, first)));
  // One look more just before the deadline, and none behind it.
  return Math.min(pause, longest, Math.max(1, limit - age));
}

const jittered = (ms: number): number => ms * (0.85 + 0.3 * Math.random());

interface Look<T> {
  readonly seen: T | undefined;
  /** Why EC2 could not say, with a colon before it. */
  readonly trouble: string;
}

async function lookAt<T>({ what, id, from, failed }: Waiting<T>, pause: number, watch: Watch): Promise<Look<T>> {
  try {
    const seen = await from.next(id, pause, watch);
    const why = seen === undefined ? undefined : failed?.(seen);
    if (why === undefined) return { seen, trouble: "" };
    throw new Hopeless(`${what}: ${why}`);
  } catch (error) {
    watch.signal.throwIfAborted();
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
  volume: { first: 1300, longest: 5000, limit: 10 * MINUTE },
  attachment: { first: 2500, longest: 5000, limit: 5 * MINUTE },
  snapshot: { first: 3000, longest: 15_000, limit: 60 * MINUTE },
  image: { first: 2400, longest: 10_000, limit: 60 * MINUTE },
} as const;
export type Paces = Readonly<Record<keyof typeof PACES, Pace>>;

// Packer's own delays, for a deadline when only the number of attempts is given.
const PACKER_DELAY = { volume: 15_000, attachment: 5000, snapshot: 15_000, image: 15_000 } as const;

/**
 * AWS_POLL_DELAY_SECONDS bounds the delay; AWS_MAX_ATTEMPTS × delay is the deadline, as with Packer's waiters; without
 * attempts, AWS_TIMEOUT_SECONDS is, and bounds the delay by two seconds. What is no number is ignored (builder §2.27).
 */
export function pacesFrom(env: (name: string) => string | undefined): Paces {
  const attempts = positive(env("AWS_MAX_ATTEMPTS"));
  const timeout = attempts === undefined ? positive(env("AWS_TIMEOUT_SECONDS")) : undefined;
  const seconds = positive(env("AWS_POLL_DELAY_SECONDS")) ?? (timeout === undefined ? undefined : 2);
  const paceOf = (kind: keyof typeof PACES): Pace => {
    const { first, longest } = PACES[kind];
    const delay = seconds === undefined ? undefined : seconds * 1000;
    return {
      first: Math.min(first, delay ?? first),
      longest: delay ?? longest,
      limit: timeout === undefined ? limitOf(kind, attempts, delay) : timeout * 1000,
    };
  };
  return {
    volume: paceOf("volume"),
    attachment: paceOf("attachment"),
    snapshot: paceOf("snapshot"),
    image: paceOf("image"),
  };
}

const limitOf = (kind: keyof typeof PACES, attempts: number | undefined, delay: number | undefined): number =>
  attempts === undefined ? PACES[kind].limit : attempts * (delay ?? PACKER_DELAY[kind]);

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

export const DEFAULT_PACES: Paces = PACES;
