// Talks with an scp program on the machine: text lines, single bytes that answer, and files' bytes between them.

import type { ClientChannel } from "ssh2";
import { DISCONNECTED } from "../../contract/communicator.js";
import { RunError, Unreachable } from "../../contract/errors.js";
import { exitOf } from "./run-command.js";

const OK = Buffer.from([0]);

export class Dialogue {
  readonly #channel: ClientChannel;
  readonly #exit: Promise<number>;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #stderr = "";
  #wake: () => void = () => undefined;

  constructor(channel: ClientChannel) {
    this.#channel = channel;
    this.#exit = exitOf(channel);
    channel.on("error", () => undefined);
    channel.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      // What is not read yet stays on the machine.
      if (this.#received.length > 1_000_000) channel.pause();
      this.#wake();
    });
    channel.stderr.on("data", (bytes: Buffer) => (this.#stderr += bytes.toString()));
    for (const event of ["end", "close"]) {
      channel.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  /** Waits until the other side says that it goes on; rejects with what it says is wrong. */
  async answer(): Promise<void> {
    const [byte] = (await this.#take(1)) ?? [];
    if (byte === undefined) throw await this.#failure();
    if (byte !== 0) throw new RunError(plainly((await this.line()) ?? ""));
  }

  /** Says that we go on. */
  ok(): Promise<void> {
    return this.write(OK);
  }

  /** The next line without its newline; undefined when there is none. Rejects when the other side stopped over something. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const at = this.#received.indexOf("\n");
      if (at >= 0) return (await this.#take(at + 1))?.toString("utf8", 0, at);
      if (this.#ended) return undefined;
      await this.#more();
    }
  }

  /** `size` bytes, as they come. */
  async *bytes(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0; ) {
      if (this.#received.length === 0) await this.#more();
      if (this.#received.length === 0) throw await this.#failure();
      const chunk = (await this.#take(Math.min(left, this.#received.length))) ?? OK;
      left -= chunk.length;
      yield chunk;
    }
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    if (this.#ended || this.#channel.destroyed) throw await this.#failure();
    if (this.#channel.write(bytes)) return;
    await new Promise<void>((resolve) => this.#channel.once("drain", resolve).once("close", resolve));
  }

  /** Ends the talk; rejects unless the program ended well. */
  async end(): Promise<void> {
    this.#channel.end();
    this.#channel.resume();
    if ((await this.#exit) !== 0) throw await this.#failure();
  }

  abandon(): void {
    this.#channel.resume();
    this.#channel.close();
  }

  /** `size` bytes; undefined when the other side ends before. */
  async #take(size: number): Promise<Buffer | undefined> {
    while (this.#received.length < size) {
      if (this.#ended) return undefined;
      await this.#more();
    }
    const taken = this.#received.subarray(0, size);
    this.#received = this.#received.subarray(size);
    return taken;
  }

  #more(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    const more = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#channel.resume();
    return more;
  }

  async #failure(): Promise<RunError> {
    this.#channel.end();
    this.#channel.resume();
    const exitCode = await this.#exit;
    if (exitCode === DISCONNECTED) return new Unreachable("the connection was closed during the transfer");
    if (exitCode === 127)
      return new RunError('there is no scp on the machine: install it, or set ssh_file_transfer_method = "sftp"');
    const said = this.#stderr.trim();
    return new RunError(said === "" ? `scp ended with exit status ${exitCode}` : plainly(said));
  }
}

const WARNING = "\u0001";
const FATAL = "\u0002";

/** A complaint without the byte that begins it. */
export const plainly = (text: string): string =>
  (text.startsWith(WARNING) || text.startsWith(FATAL) ? text.slice(1) : text).trim();
