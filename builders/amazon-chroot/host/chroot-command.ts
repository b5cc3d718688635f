// A shell command of the image's, with its environment.

import { randomUUID } from "node:crypto";

export interface ShellCommand {
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
}

/** What follows `chroot FOLDER`, and how it is run. */
export interface Runnable {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
}

/** The environment is given by exec: nobody sees it in `ps`. */
export const plain = ({ line, ...how }: ShellCommand): Runnable => ({ argv: ["/bin/sh", "-c", line], ...how });

// read(1) takes no more of a pipe than its line, so that the rest is the command's own.
const TAKE_ENVIRONMENT = `e=
while IFS= read -r l && [ "$l" != "$1" ]; do
  e="$e$l
"
done
eval "$e"
unset e l
exec /bin/sh -c "$2"`;

/** A wrapper like sudo(8) drops the environment: it comes first on stdin, as shell text. */
export function carryingEnvironment({ line, env, stdin }: ShellCommand): Runnable {
  const end = `end of the environment ${randomUUID()}`;
  const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
  return {
    argv: ["/bin/sh", "-c", TAKE_ENVIRONMENT, "sh", end, line],
    stdin: Buffer.concat([Buffer.from(`${exports.join("")}${end}\n`), stdin ?? Buffer.alloc(0)]),
  };
}
