import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One call that went through: an EC2 action with the region of its signature, or `GET /latest/…` of instance metadata. */
export interface RecordedCall {
  readonly region: string;
  readonly action: string;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What stands behind the proxy. `query` is a decoded form. */
export interface Backend {
  ec2(query: URLSearchParams, headers: Readonly<Record<string, string>>): Promise<Reply>;
  metadata(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<Reply>;
}

export interface RecordingProxy {
  readonly url: string;
  readonly calls: readonly RecordedCall[];
  close(): Promise<void>;
}

/** Listens on a free port, and writes down every call before it goes on to `backend`. */
export async function recordCalls(backend: Backend): Promise<RecordingProxy> {
  const calls: RecordedCall[] = [];
  const server = createServer((request, response) => void answer(request, response, backend, calls));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  backend: Backend,
  calls: RecordedCall[],
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const headers = passedOn(request);
  const { status, type, body } = await (async () => {
    if (method !== "POST") {
      calls.push({ region: "", action: `${method} ${url}` });
      return backend.metadata(method, url, headers);
    }
    const query = new URLSearchParams(await bodyOf(request));
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers["authorization"] ?? "")?.[1] ?? "";
    calls.push({ region, action: query.get("Action") ?? "" });
    return backend.ec2(query, headers);
  })().catch((error: unknown) => ({ status: 500, type: "text/plain", body: String(error) }));
  response.writeHead(status, { "content-type": type }).end(body);
}

/** The headers that say something about the call, not about the connection. */
const passedOn = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === "string" && /^(authorization|content-type|user-agent|x-a)/.test(entry[0]),
    ),
  );

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** Another server as it is. */
export function through(target: string): Backend {
  const ask = async (path: string, init: RequestInit): Promise<Reply> => {
    const answered = await fetch(new URL(path, target), init);
    const type = answered.headers.get("content-type") ?? "text/plain";
    return { status: answered.status, type, body: await answered.text() };
  };
  return {
    ec2: (query, headers) => ask("/", { method: "POST", headers, body: query.toString() }),
    metadata: (method, path, headers) => ask(path, { method, headers }),
  };
}
