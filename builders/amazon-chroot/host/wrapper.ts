// `command_wrapper`: what the template wants done to each command for the host, as in `sudo {{.Command}}`.

import type { RunContext } from "../../../runtime/contract/run-context.js";
import type { Through } from "../../../runtime/system/process-group.js";

/** How commands for the host are run. */
export interface Wrapper {
  /** Whether the template has one; without, programs are run by their argv, and files are touched by us. */
  readonly given: boolean;
  /** The argv that runs a program. Under a template's wrapper each word is quoted, so that it arrives as it is. */
  argv(argv: readonly string[]): readonly string[];
  /** {@link argv} of a template's wrapper: what it runs may be another user's, whom only it may end. */
  readonly through?: Through;
  /** The shell text that runs a text of the template's own. */
  text(command: string): string;
}

export const NO_WRAPPER: Wrapper = { given: false, argv: (argv) => argv, text: (command) => command };

/** `render` fills in {@link template}'s `{{.Command}}`. */
export function wrapperOf(
  template: string | undefined,
  render: (template: string, data: { readonly Command: string }) => string,
): Wrapper {
  if (template === undefined || /^\s*(\{\{\s*\.Command\s*\}\})?\s*$/.test(template)) return NO_WRAPPER;
  const text = (command: string): string => render(template, { Command: command });
  const argv: Through = (words) => ["/bin/sh", "-c", text(words.map(quoted).join(" "))];
  return { given: true, text, argv, through: argv };
}

/** In single quotes, in which a POSIX shell changes nothing. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

type BuildRun = Pick<RunContext, "runId" | "build">;

// Undo is data, but a wrapper may hold a password: it lives in this process only. `pkrts cleanup` must be run by whom the mounts belong to.
const wrappers = new Map<string, Wrapper>();
const keyOf = ({ runId, build }: BuildRun): string => `${runId}/${build}`;

/** For everything that the build undoes from now on. */
export const rememberWrapper = (run: BuildRun, wrapper: Wrapper): void => void wrappers.set(keyOf(run), wrapper);

export const wrapperFor = (run: BuildRun): Wrapper => wrappers.get(keyOf(run)) ?? NO_WRAPPER;
