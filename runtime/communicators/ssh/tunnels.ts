// ssh_local_tunnels and ssh_remote_tunnels: ports that lead through the connection while it stands.

import { connect, createServer, type Server } from "node:net";
import type { Client } from "ssh2";
import { networkWords, SshFailure } from "./failure.js";
import type { SshSettings, Tunnel } from "./options.js";

export interface Tunnels {
  close(): void;
}

/** Rejects when a port can't be listened on. */
export async function openTunnels(client: Client, { localTunnels, remoteTunnels }: SshSettings): Promise<Tunnels> {
  const servers: Server[] = [];
  const close = (): void => {
    for (const server of servers) server.close();
  };
  try {
    for (const tunnel of localTunnels) servers.push(await listenHere(client, tunnel));
    for (const tunnel of remoteTunnels) await listenThere(client, tunnel);
  } catch (error) {
    close();
    client.destroy();
    throw error;
  }
  answerFromThere(client, remoteTunnels);
  return { close };
}

/** This machine's port leads to where the target finds HOST:PORT. */
function listenHere(client: Client, { listen, host, port }: Tunnel): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    client.forwardOut("127.0.0.1", socket.remotePort ?? 0, host, port, (error, stream) => {
      if (error !== undefined) {
        socket.destroy();
        return;
      }
      stream.on("error", () => socket.destroy());
      socket.pipe(stream).pipe(socket);
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(new SshFailure("refused", `ssh_local_tunnels: port ${listen}: ${networkWords(error)}`, error)),
    );
    server.listen(listen, "127.0.0.1", () => resolve(server));
  });
}

/** The target's port leads to where this machine finds HOST:PORT. */
function listenThere(client: Client, { listen }: Tunnel): Promise<void> {
  return new Promise((resolve, reject) => {
    client.forwardIn("127.0.0.1", listen, (error) => {
      if (error === undefined) return resolve();
      const text = `ssh_remote_tunnels: the machine does not listen on port ${listen}: ${error.message}`;
      reject(new SshFailure("refused", text, error));
    });
  });
}

function answerFromThere(client: Client, tunnels: readonly Tunnel[]): void {
  client.on("tcp connection", ({ destPort }, accept, reject) => {
    const tunnel = tunnels.find(({ listen }) => listen === destPort);
    if (tunnel === undefined) {
      reject();
      return;
    }
    const socket = connect({ host: tunnel.host, port: tunnel.port });
    socket.once("error", () => reject());
    socket.once("connect", () => {
      const stream = accept();
      socket.removeAllListeners("error");
      socket.on("error", () => stream.destroy());
      stream.on("error", () => socket.destroy());
      socket.pipe(stream).pipe(socket);
    });
  });
}
