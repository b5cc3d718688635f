import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A request that the server got. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answering = (asked: Asked, response: ServerResponse) => void;

/** PEM. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** With it, clients must show a certificate of this authority. */
  readonly ca?: string;
}

/** A real server on 127.0.0.1 while `body` runs. Gives what it was asked, in order. */
export async function withServer(
  answer: Answering,
  body: (url: string) => Promise<void>,
  tls?: ServerTls,
): Promise<readonly Asked[]> {
  const seen: Asked[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    void bodyOf(request).then((text) => {
      const { method = "", url: path = "", headers } = request;
      const asked = { method, path, headers, body: text };
      seen.push(asked);
      answer(asked, response);
    });
  };
  const client = tls?.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
  const server = tls === undefined ? createServer(handle) : createSecureServer({ ...tls, ...client }, handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await body(`${tls === undefined ? "http" : "https"}://127.0.0.1:${port.toString()}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return seen;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}
