// One HTTP request, by the rules of Go's client where they can be seen: redirects, and a body with every method.

import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { RunError } from "../contract/errors.js";

export interface HttpRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls?: Tls;
  /** A Unix socket, in place of the URL's host. */
  readonly socketPath?: string;
  /** Whether tokens go along when another host is the one to ask: a cluster sends its clients to its leader. */
  readonly trustsRedirects?: boolean;
  /** Milliseconds without a byte, after which the server counts as gone. */
  readonly patience?: number;
  readonly signal: AbortSignal;
}

/** How a server is trusted, and how it may trust us. */
export interface Tls {
  /** PEM; the system's own unless given. */
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly insecure?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Header, as Go writes it (`Content-Type`) → its values, in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

const REDIRECTS = 10;
const PATIENCE = 60_000;
/** Bytes. What a template asks for is text. */
const LARGEST = 64 * 2 ** 20;

/** Throws {@link RunError} when nobody answers. Every status is an answer; redirects are followed. */
export async function httpRequest(request: HttpRequest): Promise<HttpAnswer> {
  let next = request;
  for (let hops = 0; hops <= REDIRECTS; hops += 1) {
    const answer = await exchange(next);
    const target = redirectOf(answer, next);
    if (target === undefined) return answer;
    next = target;
  }
  throw new RunError(`${shown(next.url)}: stopped after ${REDIRECTS} redirects`);
}

async function exchange({
  url,
  method = "GET",
  headers = {},
  body,
  tls = {},
  socketPath,
  patience = PATIENCE,
  signal,
}: HttpRequest) {
  const target = parsed(url);
  const { ca, cert, key, servername, insecure } = tls;
  const options = {
    method,
    headers: { "user-agent": "pkrts", ...lowerCased(headers), ...lengthOf(body) },
    // A connection of its own: nothing keeps the process alive afterwards.
    agent: false,
    timeout: patience,
    signal,
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(insecure === true ? { rejectUnauthorized: false } : {}),
  };
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const send = target.protocol === "https:" ? secureRequest : plainRequest;
      const sent = send(target, options, (response) => void answerOf(response).then(resolve, reject));
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${patience / 1000} s`)));
      sent.on("error", reject);
      sent.end(body);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new RunError(`${shown(url)}: ${reasonOf(error)}`, { cause: error });
  }
}

async function answerOf(response: IncomingMessage): Promise<HttpAnswer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response) {
    pieces.push(piece as Buffer);
    size += (piece as Buffer).length;
    if (size > LARGEST) throw new Error(`the answer is larger than ${LARGEST / 2 ** 20} MiB`);
  }
  return { status: response.statusCode ?? 0, headers: headersOf(response), body: Buffer.concat(pieces) };
}

function headersOf({ rawHeaders }: IncomingMessage): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = canonical(rawHeaders[i] ?? "");
    // How the body came over the wire, not what it is.
    if (name === "Transfer-Encoding") continue;
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[i + 1] ?? ""]);
  }
  return headers;
}

const canonical = (name: string): string => name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** Without it, Node sends a body of GET or DELETE that no server can tell the end of. */
const lengthOf = (body: string | undefined): Record<string, string> =>
  body === undefined ? {} : { "content-length": Buffer.byteLength(body).toString() };

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function parsed(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined) throw new RunError(`${JSON.stringify(url)} is not a URL: it would be https://host/path`);
  if (target.protocol !== "http:" && target.protocol !== "https:")
    throw new RunError(
      `${shown(url)}: unsupported protocol scheme ${JSON.stringify(target.protocol.slice(0, -1))}: http or https`,
    );
  return target;
}

/** 301, 302 and 303 are asked with GET, without the body; 307 and 308 as before. Credentials stay with their host. */
function redirectOf({ status, headers }: HttpAnswer, request: HttpRequest): HttpRequest | undefined {
  const location = headers.get("Location")?.[0];
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  if (!URL.canParse(location, request.url)) return undefined;
  const url = new URL(location, request.url);
  const { body, method = "GET", headers: sent = {}, ...rest } = request;
  const isTrusted = request.trustsRedirects === true || url.host === new URL(request.url).host;
  const kept = isTrusted ? sent : withoutCredentials(sent);
  if (status >= 307) return { ...request, url: url.href, headers: kept };
  return { ...rest, url: url.href, headers: kept, method: method === "HEAD" ? "HEAD" : "GET" };
}

const withoutCredentials = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(authorization|cookie|www-authenticate|x-\w+-token)$/i.test(name)),
  );

/** Without a password, and without what stands behind `?`, where keys are kept too. */
function shown(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf((error.errors as readonly unknown[])[0]);
  return error instanceof Error ? error.message : String(error);
}
