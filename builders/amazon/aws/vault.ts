// Keys from Vault's AWS secrets engine, over its HTTP API.

import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
import type { Keys } from "./credentials.js";

export interface VaultRequest {
  readonly name: string;
  /** Mount of the engine. */
  readonly engine: string;
  /** A role to assume through Vault. */
  readonly roleArn?: string;
  /** A duration, with a role. */
  readonly ttl?: string;
}

type Env = (name: string) => string | undefined;

/** `VAULT_ADDR`, `VAULT_TOKEN` and `VAULT_NAMESPACE` say where and as whom. */
export async function vaultKeys(request: VaultRequest, env: Env, signal: AbortSignal): Promise<Keys> {
  const body = await answer(request, env, signal);
  const { access_key, secret_key, security_token } = dataOf(body);
  if (typeof access_key !== "string" || typeof secret_key !== "string")
    throw new RunError("Vault Secret does not exist at the given path.");
  const token = typeof security_token === "string" && security_token !== "" ? { sessionToken: security_token } : {};
  return { accessKeyId: access_key, secretAccessKey: secret_key, ...token };
}

async function answer(request: VaultRequest, env: Env, signal: AbortSignal): Promise<string> {
  const token = env("VAULT_TOKEN") ?? "";
  if (token === "") throw new RunError("Error getting Vault client: VAULT_TOKEN is not set");
  const response = await ask(request, env, token, signal);
  if (response.status === 404) throw new RunError("Vault Secret does not exist at the given path.");
  const body = await response.text();
  if (!response.ok)
    throw new RunError(`Error reading vault secret: HTTP status ${response.status.toString()}: ${body}`);
  return body;
}

async function ask(request: VaultRequest, env: Env, token: string, signal: AbortSignal): Promise<Response> {
  const { name, engine, roleArn, ttl } = request;
  const namespace = env("VAULT_NAMESPACE") ?? "";
  const headers = { "X-Vault-Token": token, ...(namespace === "" ? {} : { "X-Vault-Namespace": namespace }) };
  const address = (env("VAULT_ADDR") || "https://127.0.0.1:8200").replace(/\/+$/, "");
  const path = `${address}/v1/${engine}/${roleArn === undefined ? "creds" : "sts"}/${encodeURIComponent(name)}`;
  const role = JSON.stringify({ role_arn: roleArn, ttl });
  const write = roleArn === undefined ? {} : { method: "PUT", body: role };
  try {
    return await fetch(path, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]), ...write });
  } catch (error) {
    signal.throwIfAborted();
    throw new RunError(`Error reading vault secret: ${address}: ${reasonOf(error)}`, { cause: error });
  }
}

const reasonOf = (thrown: unknown): string => {
  const { message, cause } = errorFrom(thrown);
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
};

function dataOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(body) as { readonly data?: Record<string, unknown> | null }).data ?? {};
  } catch (cause) {
    throw new RunError("Error reading vault secret: the answer is not JSON", { cause });
  }
}
