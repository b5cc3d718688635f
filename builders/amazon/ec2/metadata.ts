// Instance metadata, version 2 only: a token first, then the identity document. Never through a proxy.

import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import { RunError } from "../../../runtime/contract/errors.js";
import { coalescer } from "./coalesce.js";

const TIMEOUT = 1000;
const TRIES = 3;

export interface Identity {
  readonly instanceId: string;
  readonly region: string;
}

const OFF = "to build without EC2: pkrts build -local";

/** Where the environment says that metadata is. Throws when it turns metadata off. */
export function metadataEndpoint(env: (name: string) => string | undefined): string {
  if (env("AWS_EC2_METADATA_DISABLED")?.toLowerCase() === "true") {
    throw new RunError(
      `instance metadata: AWS_EC2_METADATA_DISABLED turns it off, but the builder must know its instance (${OFF})`,
    );
  }
  const isSix = env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.toLowerCase() === "ipv6";
  const usual = isSix ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  return (env("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? usual).replace(/\/$/, "");
}

const together = coalescer(5000);

/** Who this machine is: asked once for builds side by side. The error says which of the two calls failed, and how. */
export const instanceIdentity = (endpoint: string, signal: AbortSignal): Promise<Identity> =>
  together(endpoint, (shared) => askIdentity(endpoint, shared), signal);

async function askIdentity(endpoint: string, signal: AbortSignal): Promise<Identity> {
  const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": "21600" };
  const token = await call("token", `${endpoint}/latest/api/token`, { method: "PUT", headers: ttl }, signal);
  const url = `${endpoint}/latest/dynamic/instance-identity/document`;
  const document = await call(
    "instance identity document",
    url,
    { headers: { "x-aws-ec2-metadata-token": token } },
    signal,
  );
  const { instanceId, region } = parsed(document);
  if (instanceId === undefined) throw new RunError("instance metadata: the identity document names no instance");
  return { instanceId, region: region ?? "" };
}

function parsed(document: string): { readonly instanceId?: string; readonly region?: string } {
  try {
    return JSON.parse(document) as { readonly instanceId?: string; readonly region?: string };
  } catch (cause) {
    throw new RunError(
      "instance metadata: the identity document is not JSON: another service answers at that address",
      { cause },
    );
  }
}

interface Request {
  readonly method?: "GET" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** As fetch() would, whose loading takes longer than all the calls. */
function send(url: string, { method = "GET", headers }: Request, signal: AbortSignal): Promise<Reply> {
  const request = url.startsWith("https:") ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) };
    const onReply = (reply: http.IncomingMessage): void => {
      text(reply).then((body) => resolve({ status: reply.statusCode ?? 0, body }), reject);
    };
    request(url, options, onReply).once("error", reject).end();
  });
}

async function call(what: string, url: string, init: Request, signal: AbortSignal): Promise<string> {
  let last: unknown;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    signal.throwIfAborted();
    try {
      const answer = await send(url, init, signal);
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      throw new RunError(
        `instance metadata: ${what}: HTTP status ${answer.status} (is IMDSv2 enabled on this instance?)`,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RunError) throw error;
      last = error;
    }
  }
  const { host } = new URL(url);
  throw new RunError(
    `instance metadata: ${what}: no answer from ${host}: this is not an EC2 instance, or its hop limit is 1 (${OFF})`,
    { cause: last },
  );
}
