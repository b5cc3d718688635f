// The programs of the host that the builder runs, under the template's wrapper where it has one.

import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
import { ExecError, type ExecOptions, exec } from "../../../runtime/system/exec.js";
import type { Wrapper } from "./wrapper.js";

/**
 * Runs a program; gives what it printed. Rejects with {@link ExecError}, which tells it as it is without the wrapper, unless
 * it ends with 0, and with the signal's reason when aborted.
 */
export async function hostProgram(wrapper: Wrapper, argv: readonly string[], signal: AbortSignal): Promise<string> {
  const { exitCode, stdout, stderr } = await exec(wrapper.argv(argv), { signal, ...throughOf(wrapper) });
  if (exitCode !== 0) throw new ExecError(argv, exitCode, stderr);
  return stdout;
}

/** For what ends a program under the wrapper. */
export const throughOf = ({ through }: Wrapper): Pick<ExecOptions, "through"> =>
  through === undefined ? {} : { through };

/** Milliseconds: a program may wait for a disk or a server that does not answer. */
const PATIENCE = 60_000;

/** As {@link hostProgram}, for clean-up, which nobody can cancel: given up after a minute. */
export async function hostProgramInTime(
  wrapper: Wrapper,
  argv: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  const limit = AbortSignal.timeout(PATIENCE);
  try {
    return await hostProgram(wrapper, argv, AbortSignal.any([limit, signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new RunError(`${argv.join(" ")}: has not ended in ${PATIENCE / 1000} s`, { cause: error });
  }
}

/** Runs `body`; what it throws is told with `what` before it, a cancellation as it is. */
export async function blaming<T>(what: string, signal: AbortSignal, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (thrown) {
    signal.throwIfAborted();
    throw new RunError(`${what}: ${errorFrom(thrown).message}`, { cause: thrown });
  }
}
