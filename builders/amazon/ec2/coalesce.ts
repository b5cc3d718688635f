// Equal questions of builds that run side by side are one call.

/** Asks, or joins who asked the same within the last seconds. Rejects with what the call failed with, or the signal's reason. */
export type Coalesce = <T>(
  question: string,
  ask: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

interface Call {
  readonly answer: Promise<unknown>;
  /** Aborted when nobody waits for the answer any more. */
  readonly controller: AbortController;
  waiting: number;
}

/** `fresh`: milliseconds for which an answer is good for others too. */
export function coalescer(fresh: number): Coalesce {
  const calls = new Map<string, Call>();

  const begin = (question: string, ask: (signal: AbortSignal) => Promise<unknown>): Call => {
    const controller = new AbortController();
    const call: Call = { answer: ask(controller.signal), controller, waiting: 0 };
    const forget = (): void => {
      if (calls.get(question) === call) calls.delete(question);
    };
    call.answer.then(() => setTimeout(forget, fresh).unref(), forget);
    controller.signal.addEventListener("abort", forget, { once: true });
    calls.set(question, call);
    return call;
  };

  return async (question, ask, signal) => {
    signal.throwIfAborted();
    const call = calls.get(question) ?? begin(question, ask);
    call.waiting += 1;
    try {
      // Equal questions have answers of one type.
      return (await unlessAborted(call.answer, signal)) as Awaited<ReturnType<typeof ask>>;
    } finally {
      call.waiting -= 1;
      if (call.waiting === 0 && signal.aborted) call.controller.abort(signal.reason);
    }
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
