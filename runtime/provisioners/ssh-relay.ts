// The way through a bastion or a proxy, for programs that run OpenSSH's ssh: they go through the connection that pkrts has.

import { writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { DialBeyond } from "../contract/communicator.js";
import { errorFrom, RunError } from "../contract/errors.js";
import type { RunContext } from "../contract/run-context.js";

export interface SshRelay {
  /** A value for ssh's ProxyCommand. */
  readonly proxyCommand: string;
  /** Ends what goes through it, too. */
  close(): void;
}

/** Given the socket's path, a host and a port: joins what is beyond to its own stdin and stdout. */
const PROGRAM = `const [, , path, host, port] = process.argv;
const socket = require("node:net").connect(path, () => {
  socket.write(JSON.stringify({ host, port: Number(port) }) + "\\n");
  process.stdin.pipe(socket).pipe(process.stdout);
});
socket.on("error", () => process.exit(1));
socket.on("close", () => process.exit(0));
`;

/** Listens in `folder`, which nobody else may enter. What can't be reached is said as an error of the run. */
export async function openSshRelay(dial: DialBeyond, folder: string, run: RunContext): Promise<SshRelay> {
  const program = join(folder, "relay.cjs");
  const path = join(folder, "relay");
  writeFileSync(program, PROGRAM, { mode: 0o600 });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    void serve(socket, dial, run);
  });
  await listen(server, path);
  return {
    proxyCommand: `${[process.execPath, program, path].map(word).join(" ")} %h %p`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** For ssh, which puts names in for what begins with a percent sign, and then for the shell. */
const word = (text: string): string => `'${text.replaceAll("%", "%%").replaceAll("'", `'"'"'`)}'`;

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new RunError(`${path} can't be listened on: ${error.message}`)));
    server.listen(path, resolve);
  });
}

async function serve(socket: Socket, dial: DialBeyond, run: RunContext): Promise<void> {
  try {
    const { host, port } = await asked(socket);
    joinEnds(socket, await dial(host, port));
  } catch (thrown) {
    socket.destroy();
    if (!run.signal.aborted) run.emit({ type: "error", text: errorFrom(thrown).message });
  }
}

/** The first line; what came behind it is read again by the next who reads. */
function asked(socket: Socket): Promise<{ readonly host: string; readonly port: number }> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onData = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf("\n");
      if (end < 0) return;
      socket.off("data", onData).pause();
      socket.unshift(head.subarray(end + 1));
      resolve(JSON.parse(head.toString("utf8", 0, end)));
    };
    socket.on("data", onData);
    socket.once("close", () => reject(new RunError("ssh went before it was connected")));
  });
}

function joinEnds(socket: Socket, beyond: Duplex): void {
  beyond.on("error", () => socket.destroy());
  beyond.once("close", () => socket.destroy());
  socket.once("close", () => beyond.destroy());
  if (socket.destroyed) return void beyond.destroy();
  socket.pipe(beyond).pipe(socket);
}
