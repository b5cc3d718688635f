// Questions of builds that run beside each other: one at a time at the one terminal.

import { RunError } from "../contract/errors.js";
import type { RunEventBody } from "../contract/events.js";

/** The terminal that the run was started from. */
export interface Terminal {
  /** Why nobody can be asked there: `no available tty`; undefined when somebody can. */
  unavailable(): string | undefined;
  /** One line, without its end. Rejects when the terminal is closed, and with the signal's reason. */
  readLine(signal: AbortSignal): Promise<string>;
}

/** Puts a question with `emit` and waits for the answer. */
export type Ask = (question: string, emit: (event: RunEventBody) => void, signal: AbortSignal) => Promise<string>;

export function askOneAtATime(terminal: Terminal): Ask {
  let before: Promise<unknown> = Promise.resolve();
  return (question, emit, signal) => {
    const why = terminal.unavailable();
    if (why !== undefined) return Promise.reject(new RunError(why));
    const answer = before.then(() => put(question, terminal, emit, signal));
    before = answer.catch(() => undefined);
    return answer;
  };
}

async function put(
  question: string,
  terminal: Terminal,
  emit: (event: RunEventBody) => void,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  emit({ type: "prompt", text: question, phase: "asked" });
  try {
    return await terminal.readLine(signal);
  } finally {
    emit({ type: "prompt", text: question, phase: "answered" });
  }
}
