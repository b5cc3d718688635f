// A SOCKS5 proxy, for tests of what goes through one.

import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./sshd.js";

/** Just enough of SOCKS5; notes whom it served. `places`: where names lead that only the proxy knows. */
export async function socksProxy(places: Readonly<Record<string, string>> = {}) {
  const served: string[] = [];
  const { server, port } = await listening((socket) => void serve(socket));
  const serve = async (socket: Socket): Promise<void> => {
    const read = (): Promise<Buffer> => new Promise((resolve) => socket.once("data", resolve));
    const methods = (await read()).subarray(2);
    const named = methods.includes(2);
    socket.write(Buffer.from([5, named ? 2 : 0]));
    let who = "";
    if (named) {
      const login = await read();
      const user = login.toString("utf8", 2, 2 + (login[1] ?? 0));
      who = `${user}/${login.toString("utf8", 3 + user.length)}@`;
      socket.write(Buffer.from([1, 0]));
    }
    const request = await read();
    const to = destination(request);
    served.push(`${who}${to.host}:${to.port}`);
    const onward = connect({ ...to, host: places[to.host] ?? to.host }, () => {
      socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
  };
  return { server, port, served: () => served };
}

/** An IPv4 address or a name; the port stands behind. */
function destination(request: Buffer): { readonly host: string; readonly port: number } {
  const named = request[3] === 3;
  const end = named ? 5 + (request[4] ?? 0) : 8;
  const host = named ? request.toString("utf8", 5, end) : [...request.subarray(4, 8)].join(".");
  return { host, port: request.readUInt16BE(end) };
}

export async function listening(onSocket: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on("error", () => undefined).unref();
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  // A test that fails must not hold its process.
  server.unref();
  return { server, port };
}
