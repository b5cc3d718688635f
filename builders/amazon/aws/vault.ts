// Keys from Vault's AWS secrets engine.

import { RunError } from "../../../runtime/contract/errors.js";
import type { Env } from "../../../runtime/services/service-environment.js";
import { askVault } from "../../../runtime/services/vault.js";
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

/** Read from `creds`, or written to `sts` where there is a role. Vault's own variables say where and as whom. Throws {@link RunError}. */
export async function vaultKeys(request: VaultRequest, env: Env, signal: AbortSignal): Promise<Keys> {
  const { name, engine, roleArn, ttl } = request;
  const path = `${engine}/${roleArn === undefined ? "creds" : "sts"}/${name}`;
  const body = roleArn === undefined ? {} : { body: { role_arn: roleArn, ...(ttl === undefined ? {} : { ttl }) } };
  const { data } = await askVault({ path, ...body }, env, signal);
  const { access_key, secret_key, security_token } = data;
  if (typeof access_key !== "string" || typeof secret_key !== "string")
    throw new RunError("Vault Secret does not exist at the given path.");
  const token = typeof security_token === "string" && security_token !== "" ? { sessionToken: security_token } : {};
  return { accessKeyId: access_key, secretAccessKey: secret_key, ...token };
}
