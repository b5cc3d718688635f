// One question for all who wait: what is due is asked together with everything else that is waited for.

import type { Clock } from "../../../runtime/contract/run-context.js";

/** Looks at resources of one kind, in one region. */
export interface Poller<T> {
  /**
   * What EC2 says of the resource at the next look, at the latest in `pause` milliseconds: sooner where another wait's
   * look comes first. Undefined: EC2 does not know it (yet). Rejects with what the look failed with, or the signal's reason.
   */
  next(id: string, pause: number, watch: Watch): Promise<T | undefined>;
}

type Watch = { readonly clock: Clock; readonly signal: AbortSignal };

/** What EC2 knows of `ids`, by id; those that it does not know are not in it. */
export type Look<T> = (ids: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, T>>;

/** Milliseconds that a look is put off while others wait too, so that what begins together is asked together. */
const GATHER = 150;

interface Waiter<T> {
  readonly id: string;
  /** Of the clock. */
  readonly due: number;
  readonly clock: Clock;
  answer(seen: T | undefined): void;
  refuse(error: unknown): void;
}

/** Never more than one look at a time. */
export function poller<T>(look: Look<T>): Poller<T> {
  const waiting = new Set<Waiter<T>>();
  let timer = new AbortController();
  let asked: Asked<T> | undefined;

  const arm = (): void => {
    timer.abort();
    timer = new AbortController();
    const [first] = [...waiting].sort((a, b) => a.due - b.due);
    if (first === undefined || asked !== undefined) return;
    const { clock, due } = first;
    clock.sleep(Math.max(0, due - clock.monotonic()), timer.signal).then(ask, () => undefined);
  };

  const ask = (): void => {
    // A timer that was set anew may have run out already.
    if (asked !== undefined || waiting.size === 0) return;
    asked = askedFor([...waiting]);
    waiting.clear();
    const { batch, call } = asked;
    const ids = [...new Set([...batch].map(({ id }) => id))];
    look(ids, call.signal)
      .then(
        (seen) => batch.forEach((waiter) => waiter.answer(seen.get(waiter.id))),
        (error: unknown) => batch.forEach((waiter) => waiter.refuse(error)),
      )
      .finally(() => {
        asked = undefined;
        arm();
      });
  };

  const leave = (waiter: Waiter<T>): void => {
    if (waiting.delete(waiter)) arm();
    else if (asked?.batch.delete(waiter) === true && asked.batch.size === 0) asked.call.abort();
  };

  return {
    next(id, pause, { clock, signal }) {
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          leave(waiter);
          reject(errorOf(signal));
        };
        const end =
          <V>(settle: (value: V) => void) =>
          (value: V): void => {
            signal.removeEventListener("abort", onAbort);
            settle(value);
          };
        const gather = waiting.size > 0 || asked !== undefined ? GATHER : 0;
        const due = clock.monotonic() + Math.max(pause, gather);
        const waiter: Waiter<T> = { id, due, clock, answer: end(resolve), refuse: end(reject) };
        if (signal.aborted) return reject(errorOf(signal));
        signal.addEventListener("abort", onAbort, { once: true });
        waiting.add(waiter);
        arm();
      });
    },
  };
}

interface Asked<T> {
  readonly batch: Set<Waiter<T>>;
  /** Aborted when nobody waits for its answer any more. */
  readonly call: AbortController;
}

const askedFor = <T>(waiters: readonly Waiter<T>[]): Asked<T> => ({
  batch: new Set(waiters),
  call: new AbortController(),
});

/** What a signal was aborted with, as it is to be thrown. */
const errorOf = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error(String(reason)));
