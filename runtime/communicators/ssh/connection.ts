// The connection to the machine: opened, and opened anew after it broke.

import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { dial } from "./dial.js";
import { SshFailure } from "./failure.js";
import { type Ask, handshake } from "./handshake.js";
import type { Login, SshSettings } from "./options.js";
import { openTunnels, type Tunnels } from "./tunnels.js";

interface Opened {
  readonly client: Client;
  readonly bastion: Client | undefined;
  readonly tunnels: Tunnels;
  alive: boolean;
}

/** At most one connection at a time; commands and transfers share it. */
export class SshConnection {
  readonly settings: SshSettings;
  readonly #ask: Ask;
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;

  constructor(settings: SshSettings, ask: Ask) {
    this.settings = settings;
    this.#ask = ask;
  }

  /** The connection as it is, or a new one: one attempt. Rejects with {@link SshFailure}, or the signal's reason. */
  async client(signal: AbortSignal): Promise<Client> {
    if (this.#opened?.alive === true) return this.#opened.client;
    this.close();
    this.#opening ??= this.#open(signal).finally(() => {
      this.#opening = undefined;
    });
    this.#opened = await this.#opening;
    return this.#opened.client;
  }

  /** A stream from the bastion or the proxy to any host that it reaches, by the bastion that is logged in to. */
  async dialBeyond(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
    const to: Login = { host, port, username: "" };
    if (this.settings.bastion === undefined) return dial(to, this.settings.proxy, signal);
    await this.client(signal);
    const bastion = this.#opened?.bastion;
    if (bastion === undefined) throw new SshFailure("network", "the connection to the bastion was closed");
    return dialFrom(bastion, to);
  }

  close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    opened.alive = false;
    opened.tunnels.close();
    opened.client.end();
    opened.bastion?.end();
  }

  async #open(signal: AbortSignal): Promise<Opened> {
    const { settings } = this;
    const bastion = settings.bastion === undefined ? undefined : await this.#bastion(settings.bastion, signal);
    try {
      const stream =
        bastion === undefined
          ? await dial(settings.target, settings.proxy, signal)
          : await dialFrom(bastion, settings.target);
      const client = await handshake(stream, settings.target, settings, this.#ask, signal);
      const opened: Opened = { client, bastion, tunnels: await openTunnels(client, settings), alive: true };
      client.once("close", () => {
        opened.alive = false;
        opened.tunnels.close();
        bastion?.end();
      });
      return opened;
    } catch (error) {
      bastion?.destroy();
      throw error;
    }
  }

  async #bastion(login: Login, signal: AbortSignal): Promise<Client> {
    const { settings } = this;
    try {
      const stream = await dial(login, undefined, signal);
      return await handshake(stream, login, settings, this.#ask, signal);
    } catch (error) {
      if (!(error instanceof SshFailure)) throw error;
      throw new SshFailure(error.kind, `bastion ${error.message}`, error);
    }
  }
}

/** A stream from the bastion to the target. */
function dialFrom(bastion: Client, { host, port }: Login): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    bastion.forwardOut("127.0.0.1", 0, host, port, (error, stream) => {
      if (error === undefined) return resolve(stream);
      reject(new SshFailure("network", `the bastion can't reach ${host}:${port}: ${error.message}`, error));
    });
  });
}
