import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = join(root, "dist", "pkrts.cjs");

export interface Typed {
  /** A part of the output that is waited for, anew after each answer. */
  readonly when: string;
  /** What is typed then: `c\n`; "\x04" is the end of input, "\x03" Ctrl-C. */
  readonly type: string;
}

/** Runs pkrts at a terminal of its own (by util-linux's `script`) and types. The output has the terminal's line ends taken out. */
export function pkrtsAtTerminal(
  argv: readonly string[],
  options: { readonly cwd: string; readonly typed: readonly Typed[]; readonly env?: Readonly<Record<string, string>> },
): Promise<{ readonly code: number | null; readonly output: string }> {
  const line = [process.execPath, program, ...argv].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const env = { ...process.env, XDG_STATE_HOME: options.cwd, NO_COLOR: "1", ...options.env };
  const child = spawn("script", ["-qec", line, "/dev/null"], { cwd: options.cwd, env });
  const waiting = [...options.typed];
  let output = "";
  let seen = 0;
  child.stdout.on("data", (bytes) => {
    output += String(bytes).replaceAll("\r\n", "\n");
    for (let next = waiting[0]; next !== undefined && output.indexOf(next.when, seen) >= 0; next = waiting[0]) {
      seen = output.indexOf(next.when, seen) + next.when.length;
      child.stdin.write(next.type);
      waiting.shift();
    }
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
