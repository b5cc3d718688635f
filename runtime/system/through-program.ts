import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { ExecError } from "./exec.js";

type Bytes = AsyncIterable<Uint8Array>;

/** A step of a stream pipeline: what a program makes of its standard input. Rejects with {@link ExecError} unless it ends with 0. */
export function throughProgram(argv: readonly string[], signal: AbortSignal): (source: Bytes) => Bytes {
  return async function* (source) {
    const [file = "", ...args] = argv;
    signal.throwIfAborted();
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], signal });
    let stderr = "";
    child.stderr.on("data", (bytes) => (stderr += String(bytes)));
    const ended = new Promise<number>((resolve, reject) => {
      const why = (error: Error): unknown =>
        signal.aborted ? signal.reason : new ExecError(argv, undefined, error.message, error);
      child.once("error", (error) => reject(why(error)));
      child.once("close", (code) => resolve(code ?? 1));
    });
    // Looked at below; until then it must not count as unhandled.
    ended.catch(() => undefined);
    const fed = pipeline(source, child.stdin).catch((error: unknown) => error);
    try {
      yield* child.stdout as Bytes;
    } finally {
      child.kill();
    }
    const code = await ended;
    if (code !== 0) throw new ExecError(argv, code, stderr);
    const error = await fed;
    if (error !== undefined) throw error;
  };
}
