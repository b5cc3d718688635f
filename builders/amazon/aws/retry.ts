// The one layer in which a call of EC2 is made again: it was refused for the moment, or lost on its way.

import type { Clock } from "../../../runtime/contract/run-context.js";
import { Ec2Error } from "../ec2/failure.js";

export interface Retries {
  /** How often a call is made at most. */
  readonly attempts: number;
  readonly clock: Clock;
  /** Of all calls in a region. */
  readonly bucket: Bucket;
}

/** `again`: whether a call that failed like this may be made again; others fail at once. */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { attempts, clock, bucket }: Retries,
  again: (error: Ec2Error) => boolean,
  signal: AbortSignal,
): Promise<T> {
  let mayBeDone = false;
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Ec2Error)) throw error;
      mayBeDone ||= error.mayBeDone;
      error.mayBeDone = mayBeDone;
      if (made >= attempts || !again(error)) throw error;
      const pause = backoff(made, error.kind === "throttled");
      await clock.sleep(Math.max(pause, bucket.take(clock.monotonic())), signal);
    }
  }
}

const LONGEST = 20_000;

/** Full jitter: any pause up to a bound that doubles. Milliseconds. */
function backoff(made: number, isThrottling: boolean): number {
  return Math.random() * Math.min(LONGEST, (isThrottling ? 500 : 100) * 2 ** (made - 1));
}

/** What builds side by side share, so that they don't all come back to an EC2 that is too busy for them. */
export interface Bucket {
  /** Takes a token, and says in how many milliseconds there is one. */
  take(now: number): number;
}

const BURST = 20;
/** Milliseconds in which one token comes back. */
const EVERY = 200;

export function tokenBucket(): Bucket {
  // The moment at which the bucket is full again, as if it had been refilled one by one.
  let full = Number.NEGATIVE_INFINITY;
  return {
    take(now) {
      full = Math.max(full, now) + EVERY;
      return Math.max(0, full - now - BURST * EVERY);
    },
  };
}

const buckets = new Map<string, Bucket>();

/** Of a region of AWS, or of what stands in for it. */
export function bucketOf(region: string, endpoint = ""): Bucket {
  const key = `${region} ${endpoint}`;
  const bucket = buckets.get(key) ?? tokenBucket();
  buckets.set(key, bucket);
  return bucket;
}
