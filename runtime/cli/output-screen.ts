import { fstatSync, writeSync } from "node:fs";
import { wantsColour } from "../ui/colour.js";
import type { Screen, World } from "./world.js";

/**
 * An output of the process, written to by its number: Node's own stream takes 3 ms to set up, which only a terminal needs, and
 * a pipe that takes no more for the moment. Both ways are synchronous for files, pipes and terminals.
 */
export class OutputScreen implements Screen {
  readonly #descriptor: number;
  readonly #open: () => NodeJS.WriteStream;
  readonly #fail: (error: Error) => void;
  readonly #env: World["env"];
  #stream: NodeJS.WriteStream | undefined;

  /** `open` gives the stream of `descriptor`; `fail` is told that it can't be written to; `env` may refuse colours. */
  constructor(
    descriptor: number,
    open: () => NodeJS.WriteStream,
    fail: (error: Error) => void,
    env: World["env"] = {},
  ) {
    this.#descriptor = descriptor;
    this.#open = open;
    this.#fail = fail;
    this.#env = env;
  }

  get isTerminal(): boolean {
    return isDevice(this.#descriptor) && this.#opened().isTTY === true;
  }

  get isColoured(): boolean {
    return wantsColour(undefined, this.#env, this.isTerminal);
  }

  // A terminal that nobody told its size, as containers and programs that type have them, says 0.
  get columns(): number {
    return (this.isTerminal ? this.#opened().columns : 0) || 80;
  }

  get rows(): number {
    return (this.isTerminal ? this.#opened().rows : 0) || 24;
  }

  write(text: string): void {
    const rest = this.#stream === undefined ? this.#writeNow(Buffer.from(text)) : text;
    if (rest.length > 0) this.#opened().write(rest);
  }

  /** What the descriptor does not take now. */
  #writeNow(bytes: Buffer): Buffer {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    } catch {
      // The stream waits for who reads slowly (EAGAIN), and knows what to do about the rest.
    }
    return bytes.subarray(written);
  }

  #opened(): NodeJS.WriteStream {
    if (this.#stream !== undefined) return this.#stream;
    this.#stream = this.#open();
    // A reader that went away (`pkrts inspect | head`) is no failure of ours.
    this.#stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") this.#fail(error);
    });
    return this.#stream;
  }
}

function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // Closed by who started us.
    return false;
  }
}
