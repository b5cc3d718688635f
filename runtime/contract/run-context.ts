import type { CleanupStack } from "./cleanup.js";
import type { RunEventBody } from "./events.js";

export interface Clock {
  now(): Date;
  /** Milliseconds from an arbitrary start, never going back. */
  monotonic(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What a component may use while it runs. */
export interface RunContext {
  /** The build's label, as printed. */
  readonly build: string;
  /** Of this invocation: PACKER_RUN_UUID. */
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly cleanup: CleanupStack;
  readonly force: boolean;
  emit(event: RunEventBody): void;
  /** Announces, times and (with -debug) pauses after `body`; refuses to start once cancelled. */
  step<T>(name: string, body: () => Promise<T>): Promise<T>;
  /** Tells every output that `text` must not be seen from now on. */
  hide(text: string): void;
  /** The text as a file may hold it that pkrts writes: secrets replaced. */
  mask(text: string): string;
  /** Asks at the terminal; rejects with `no available tty` where there is none. */
  ask(question: string): Promise<string>;
  /** The same run under another signal: for a provisioner's timeout, and for clean-up. */
  with(changes: { readonly signal?: AbortSignal; readonly voice?: string }): RunContext;
}
