import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Gives what ends `server`: it answers the calls that it has heard to their end, and hangs up on who is still sending
 * one, since nobody says when that will be over.
 */
export function endingOf(server: Server): () => Promise<void> {
  const open = new Set<Socket>();
  const heard = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) =>
    response.once("close", () => heard.delete(socket)),
  );
  server.on("request", (request: IncomingMessage) => request.once("end", () => heard.add(request.socket)));
  return () =>
    new Promise((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      for (const socket of open) if (!heard.has(socket)) socket.destroy();
    });
}
