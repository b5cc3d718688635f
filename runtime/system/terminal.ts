// The controlling terminal, whatever standard input and output are.

import { closeSync, openSync, readFileSync } from "node:fs";
import { ReadStream } from "node:tty";
import { RunError } from "../contract/errors.js";

const TTY = "/dev/tty";
const NONE = "no available tty";

/** Why nobody can be asked at the controlling terminal: there is none, or this process is in its background. */
export function noTerminal(): string | undefined {
  try {
    closeSync(openSync(TTY, "r+"));
    return isInForeground() ? undefined : NONE;
  } catch {
    return NONE;
  }
}

/** A process of the background that reads from its terminal is stopped. */
function isInForeground(): boolean {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const [, , group, , , foreground] = fields;
  return group === foreground;
}

/** One line that the user types, without its end. Rejects when the terminal is closed, and with the signal's reason. */
export function readTerminalLine(signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const stream = new ReadStream(openSync(TTY, "r"));
  return new Promise((resolve, reject) => {
    let typed = "";
    const settle = (act: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      stream.destroy();
      act();
    };
    const onAbort = (): void => settle(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      typed += text;
      const end = typed.search(/[\r\n]/);
      if (end >= 0) settle(() => resolve(typed.slice(0, end)));
    });
    stream.once("end", () => settle(() => reject(new RunError("the terminal was closed"))));
    stream.once("error", (error) => settle(() => reject(new RunError(`${NONE}: ${error.message}`, { cause: error }))));
  });
}
