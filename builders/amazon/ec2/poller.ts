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

/** A look under way. */
interface Asked<T> {
  readonly batch: Set<Waiter<T>>;
  /** Aborted when nobody waits for its answer any more. */
  readonly call: AbortController;
}

/** Never more than one look at a time. */
export const poller = <T>(look: Look<T>): Poller<T> => new SharedLooks(look);

class SharedLooks<T> implements Poller<T> {
  readonly #look: Look<T>;
  readonly #waiting = new Set<Waiter<T>>();
  #timer = new AbortController();
  #asked: Asked<T> | undefined;

  constructor(look: Look<T>) {
    this.#look = look;
  }

  next(id: string, pause: number, { clock, signal }: Watch): Promise<T | undefined> {
    const gather = this.#waiting.size > 0 || this.#asked !== undefined ? GATHER : 0;
    const due = clock.monotonic() + Math.max(pause, gather);
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(errorOf(signal));
      const onAbort = (): void => {
        this.#leave(waiter);
        reject(errorOf(signal));
      };
      const end =
        <V>(settle: (value: V) => void) =>
        (value: V): void => {
          signal.removeEventListener("abort", onAbort);
          settle(value);
        };
      const waiter: Waiter<T> = { id, due, clock, answer: end(resolve), refuse: end(reject) };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiter);
      this.#arm();
    });
  }

  /** Sets the timer for whoever is due first. */
  #arm(): void {
    this.#timer.abort();
    this.#timer = new AbortController();
    const [first] = [...this.#waiting].sort((a, b) => a.due - b.due);
    if (first === undefined || this.#asked !== undefined) return;
    const { clock, due } = first;
    const pause = Math.max(0, due - clock.monotonic());
    clock.sleep(pause, this.#timer.signal).then(
      () => this.#ask(),
      () => undefined,
    );
  }

  #ask(): void {
    // A timer that was set anew may have run out already.
    if (this.#asked !== undefined || this.#waiting.size === 0) return;
    const batch = new Set(this.#waiting);
    const call = new AbortController();
    this.#asked = { batch, call };
    this.#waiting.clear();
    this.#look([...new Set([...batch].map(({ id }) => id))], call.signal)
      .then(
        (seen) => batch.forEach((waiter) => waiter.answer(seen.get(waiter.id))),
        (error: unknown) => batch.forEach((waiter) => waiter.refuse(error)),
      )
      .finally(() => {
        this.#asked = undefined;
        this.#arm();
      });
  }

  #leave(waiter: Waiter<T>): void {
    if (this.#waiting.delete(waiter)) return this.#arm();
    if (this.#asked?.batch.delete(waiter) === true && this.#asked.batch.size === 0) this.#asked.call.abort();
  }
}

/** What a signal was aborted with, as it is to be thrown. */
const errorOf = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error(String(reason)));
