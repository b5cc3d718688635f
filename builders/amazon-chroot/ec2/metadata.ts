// Instance metadata, version 2 only: a token first, then the identity document.

import { RunError } from "../../../runtime/contract/errors.js";

const TIMEOUT = 1000;
const TRIES = 3;

export interface Identity {
  readonly instanceId: string;
  readonly region: string;
}

export const metadataEndpoint = (env: Readonly<Record<string, string | undefined>>): string =>
  (env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254").replace(/\/$/, "");

/** Says which of the two calls failed, and how. */
export async function instanceIdentity(endpoint: string, signal: AbortSignal): Promise<Identity> {
  const token = await call("token", `${endpoint}/latest/api/token`, { method: "PUT", headers: { "x-aws-ec2-metadata-token-ttl-seconds": "21600" } }, signal);
  const url = `${endpoint}/latest/dynamic/instance-identity/document`;
  const text = await call("instance identity document", url, { headers: { "x-aws-ec2-metadata-token": token } }, signal);
  const document = JSON.parse(text) as { readonly instanceId?: string; readonly region?: string };
  if (document.instanceId === undefined) throw new RunError("instance metadata: the identity document names no instance");
  return { instanceId: document.instanceId, region: document.region ?? "" };
}

async function call(what: string, url: string, init: RequestInit, signal: AbortSignal): Promise<string> {
  let last: unknown;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    signal.throwIfAborted();
    try {
      const answer = await fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
      if (answer.ok) return await answer.text();
      throw new RunError(`instance metadata: ${what}: HTTP status ${answer.status} (is IMDSv2 enabled on this instance?)`);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RunError) throw error;
      last = error;
    }
  }
  throw new RunError(`instance metadata: ${what}: no answer from ${new URL(url).host}: this is not an EC2 instance, or its hop limit is 1 (to build without EC2: pkrts build -local)`, { cause: last });
}
