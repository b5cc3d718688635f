import { errorFrom, RunError } from "../contract/errors.js";
import type { RunEvent, RunEventBody } from "../contract/events.js";
import type { RunContext } from "../contract/run-context.js";

/** Who follows the steps of a build. */
export interface StepHooks {
  before(name: string): void;
  after(name: string): Promise<void>;
  /** Whether a step that failed is run once more. */
  failed(name: string, error: Error): Promise<"retry" | "give up">;
}

/** What a build's run gives its components as it is. */
type Given = Pick<RunContext, "build" | "runId" | "signal" | "clock" | "cleanup" | "force" | "hide">;

export interface RunContextOptions extends Given {
  readonly steps?: StepHooks;
  readonly voice?: string;
  send(event: RunEvent): void;
  mask?(text: string): string;
  ask?(question: string, emit: (event: RunEventBody) => void, signal: AbortSignal): Promise<string>;
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
    mask: options.mask ?? ((text) => text),
    ask: (question) => {
      if (options.ask === undefined) return Promise.reject(new RunError("no available tty"));
      return options.ask(question, emit, signal);
    },
    with: (changes) => createRunContext({ ...options, ...changes }),
    step: (name, body) => runStep(name, body, options, emit),
  };
}

async function runStep<T>(
  name: string,
  body: () => Promise<T>,
  { signal, clock, steps }: RunContextOptions,
  emit: (event: RunEventBody) => void,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const start = clock.monotonic();
    steps?.before(name);
    emit({ type: "step", name, phase: "start" });
    try {
      const result = await body();
      emit({ type: "step", name, phase: "done", ms: clock.monotonic() - start });
      await steps?.after(name);
      return result;
    } catch (thrown) {
      const error = errorFrom(thrown);
      emit({ type: "step", name, phase: "failed", ms: clock.monotonic() - start });
      if ((await steps?.failed(name, error)) !== "retry") throw error;
    }
  }
}
