// What the options say of whose credentials are used, and how AWS is reached.

import { homedir } from "node:os";
import type { PrepareContext } from "../../runtime/contract/component.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { type Access, credentialsOf, type Keys, type Role } from "./aws/credentials.js";
import { LOCAL_KEYS, type Place, rememberAccess } from "./aws/session.js";
import { vaultKeys } from "./aws/vault.js";

const said = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

/** From here on, whatever is asked for `key` is asked with these credentials. Vault is called here. */
export async function openAccess(
  options: AmazonChroot,
  context: PrepareContext,
  run: RunContext,
  place: Place,
  key: string,
): Promise<void> {
  hideOptions(options, run);
  const keys = await keysOf(options, context, run, place);
  const mfaCode = said(options.mfa_code);
  const sharedFile = said(options.shared_credentials_file)?.replace(/^~(?=\/|$)/, context.env("HOME") ?? homedir());
  const role = roleOf(options);
  const access: Access = {
    region: place.region,
    withoutMetadata: options.skip_metadata_api_check === true,
    insecure: options.insecure_skip_tls_verify === true,
    hide: (secret) => run.hide(secret),
    ...(keys === undefined ? {} : { keys }),
    ...(place.profile === undefined ? {} : { profile: place.profile }),
    ...(place.local === true && place.endpoint !== undefined ? { endpoint: place.endpoint } : {}),
    ...(sharedFile === undefined ? {} : { sharedFile }),
    ...(mfaCode === undefined ? {} : { mfaCode }),
    ...(role === undefined ? {} : { role }),
  };
  rememberAccess(key, {
    credentials: credentialsOf(access),
    insecure: access.insecure,
    decode: options.decode_authorization_messages === true,
  });
}

function hideOptions({ access_key, secret_key, token, mfa_code }: AmazonChroot, run: RunContext): void {
  for (const secret of [access_key, secret_key, token, mfa_code])
    if (secret !== undefined && secret !== "") run.hide(secret);
}

async function keysOf(
  options: AmazonChroot,
  context: PrepareContext,
  run: RunContext,
  place: Place,
): Promise<Keys | undefined> {
  const { access_key = "", secret_key = "", token = "", vault_aws_engine: vault } = options;
  if (access_key !== "" && secret_key !== "")
    return { accessKeyId: access_key, secretAccessKey: secret_key, ...(token === "" ? {} : { sessionToken: token }) };
  if (vault !== undefined && Object.values(vault).some((text) => text !== "")) return fromVault(vault, context, run);
  return place.local === true ? LOCAL_KEYS : undefined;
}

async function fromVault(
  vault: NonNullable<AmazonChroot["vault_aws_engine"]>,
  context: PrepareContext,
  run: RunContext,
): Promise<Keys> {
  const name = said(vault.name);
  if (name === undefined) throw new RunError("vault_aws_engine needs name, the Vault role");
  const [roleArn, ttl] = [said(vault.role_arn), said(vault.ttl)];
  const request = {
    name,
    engine: said(vault.engine_name) ?? "aws",
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(ttl === undefined ? {} : { ttl }),
  };
  const vaultToken = context.env("VAULT_TOKEN");
  if (vaultToken !== undefined) run.hide(vaultToken);
  run.emit({ type: "say", text: "Using credentials from Vault..." });
  return vaultKeys(request, context.env, run.signal);
}

function roleOf({ assume_role: role }: AmazonChroot): Role | undefined {
  if (role === undefined) return undefined;
  const arn = said(role.role_arn);
  if (arn === undefined) throw new RunError("assume_role needs role_arn");
  const [session, externalId, policy] = [said(role.session_name), said(role.external_id), said(role.policy)];
  return {
    arn,
    policyArns: role.policy_arns ?? [],
    tags: role.tags ?? {},
    transitiveTags: role.transitive_tag_keys ?? [],
    ...(session === undefined ? {} : { session }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(policy === undefined ? {} : { policy }),
    ...((role.duration_seconds ?? 0) > 0 ? { duration: role.duration_seconds as number } : {}),
  };
}
