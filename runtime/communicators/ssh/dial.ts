// A TCP connection to where sshd listens: straight, or through a SOCKS5 proxy.

import { connect, type Socket } from "node:net";
import { errorFrom } from "../../contract/errors.js";
import { networkWords, SshFailure } from "./failure.js";
import type { Login, SocksProxy } from "./options.js";

const DIAL_TIMEOUT = 15_000;

export const addressOf = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/** Connects within 15 s. Rejects with {@link SshFailure}, or the signal's reason. */
export async function dial(to: Login, proxy: SocksProxy | undefined, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  return proxy === undefined ? dialStraight(to, signal) : dialThrough(proxy, to, signal);
}

function dialStraight(to: Login, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port });
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      end();
    };
    const fail = (error: unknown): void => {
      socket.destroy();
      settle(() => reject(error));
    };
    const onAbort = (): void => fail(signal.reason);
    const timer = setTimeout(
      () => fail(new SshFailure("network", `${addressOf(to)}: no answer within ${DIAL_TIMEOUT / 1000} s`)),
      DIAL_TIMEOUT,
    );
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", (error) => fail(new SshFailure("network", `${addressOf(to)}: ${networkWords(error)}`, error)));
    socket.once("connect", () => settle(() => resolve(socket)));
  });
}

async function dialThrough(proxy: SocksProxy, to: Login, signal: AbortSignal): Promise<Socket> {
  const { default: socks } = await import("socks");
  const { host, port, username, password } = proxy;
  try {
    const { socket } = await socks.SocksClient.createConnection({
      proxy: {
        host,
        port,
        type: 5,
        ...(username === undefined ? {} : { userId: username, password: password ?? "" }),
      },
      command: "connect",
      destination: { host: to.host, port: to.port },
      timeout: DIAL_TIMEOUT,
    });
    signal.throwIfAborted();
    return socket;
  } catch (thrown) {
    signal.throwIfAborted();
    const error = errorFrom(thrown);
    throw new SshFailure(
      "network",
      `${addressOf(to)} through the proxy ${addressOf(proxy)}: ${networkWords(error)}`,
      error,
    );
  }
}
