import type { CleanupStack } from "../contract/cleanup.js";
import { errorFrom, RunError } from "../contract/errors.js";
import type { RunEvent, RunEventBody } from "../contract/events.js";
import type { Clock, RunContext } from "../contract/run-context.js";

export interface RunContextOptions {
  readonly build: string;
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly cleanup: CleanupStack;
  readonly force: boolean;
  /** `-debug`: called after each step. */
  readonly afterStep?: (name: string) => Promise<void>;
  readonly voice?: string;
  send(event: RunEvent): void;
  hide(text: string): void;
  ask?(question: string): Promise<string>;
}

export function createRunContext(options: RunContextOptions): RunContext {
  const { build, runId, signal, clock, cleanup, force, voice } = options;
  const emit = (body: RunEventBody): void =>
    options.send({ ...body, at: clock.now(), build, ...(voice === undefined ? {} : { voice }) });
  return {
    build,
    runId,
    signal,
    clock,
    cleanup,
    force,
    emit,
    hide: options.hide,
    ask: options.ask ?? (() => Promise.reject(new RunError("no available tty"))),
    with: (changes) => createRunContext({ ...options, ...changes }),
    async step(name, body) {
      signal.throwIfAborted();
      const start = clock.monotonic();
      emit({ type: "step", name, phase: "start" });
      try {
        const result = await body();
        emit({ type: "step", name, phase: "done", ms: clock.monotonic() - start });
        await options.afterStep?.(name);
        return result;
      } catch (thrown) {
        emit({ type: "step", name, phase: "failed", ms: clock.monotonic() - start });
        throw errorFrom(thrown);
      }
    },
  };
}
