// EC2 does not know everywhere at once what was just made: "not found" may mean "not yet".

import type { RunContext } from "../../../runtime/contract/run-context.js";
import { isNotFound } from "../../amazon/ec2/failure.js";

type Watch = Pick<RunContext, "clock" | "signal">;

const PATIENCE = 120_000;
const FIRST_DELAY = 200;
const LONGEST_DELAY = 15_000;

/** What this build made a while ago: "not found" means "not yet", for two minutes. */
export async function onceKnown<T>({ clock, signal }: Watch, attempt: () => Promise<T>): Promise<T> {
  const start = clock.monotonic();
  for (let delay = FIRST_DELAY; ; delay = Math.min(LONGEST_DELAY, delay * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isNotFound(error) || clock.monotonic() - start + delay > PATIENCE) throw error;
    }
    await clock.sleep(delay, signal);
  }
}

/** When something was asked of EC2, as a journal holds it. */
export interface Asked {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The embedded EC2 knows everything at once. */
  readonly local: boolean;
}

/** What has not shown up by then does not. Milliseconds. */
const SETTLED = 10_000;
/** A call that is made again and again may take so long until it is done. */
const CALL = 15 * 60_000;

/** What a call made whose answer was lost: looks again for a while as long as there is nothing. */
export async function foundSoon<T>(
  asked: Asked,
  { clock, signal }: Watch,
  look: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const isOld = asked.local || clock.now().getTime() - asked.at > CALL;
  const start = clock.monotonic();
  for (let delay = 500; ; delay *= 2) {
    const found = await look();
    if (found.length > 0 || isOld || clock.monotonic() - start + delay > SETTLED) return found;
    await clock.sleep(delay, signal);
  }
}

/** Takes something away. What is not there is gone; but what was just made may be not there yet. */
export async function unlessGone(asked: Asked, { clock, signal }: Watch, body: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await body();
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (asked.local || clock.now().getTime() - asked.at > SETTLED) return;
    }
    await clock.sleep(1000, signal);
  }
}
