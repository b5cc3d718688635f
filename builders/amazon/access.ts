// What the options say of whose credentials are used, and how AWS is reached.

import { createHmac, randomBytes } from "node:crypto";
import { homedir } from "node:os";
import type { PrepareContext } from "../../runtime/contract/component.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { Clock } from "../../runtime/contract/run-context.js";
import type { AmazonAccess } from "../../schemas/options.gen.js";
import { type Access, credentialsOf, type Keys, type Role } from "./aws/credentials.js";
import { type AwsAccess, LOCAL_KEYS, type Place } from "./aws/session.js";
import { vaultKeys } from "./aws/vault.js";

/** Who asks AWS: a build, or a data source. */
export interface Asker {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  hide(secret: string): void;
  say(text: string): void;
}

const said = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

/** With which credentials AWS is asked, and how. Vault is called here. */
export async function accessOf(
  options: AmazonAccess,
  env: PrepareContext["env"],
  place: Place,
  asker: Asker,
): Promise<AwsAccess> {
  hideOptions(options, asker);
  const keys = await keysOf(options, env, place, asker);
  const mfaCode = said(options.mfa_code);
  const sharedFile = said(options.shared_credentials_file)?.replace(/^~(?=\/|$)/, env("HOME") ?? homedir());
  const role = roleOf(options);
  const access: Access = {
    region: place.region,
    withoutMetadata: options.skip_metadata_api_check === true,
    insecure: options.insecure_skip_tls_verify === true,
    hide: (secret) => asker.hide(secret),
    ...(keys === undefined ? {} : { keys }),
    ...(place.profile === undefined ? {} : { profile: place.profile }),
    ...(place.local === true && place.endpoint !== undefined ? { endpoint: place.endpoint } : {}),
    ...(sharedFile === undefined ? {} : { sharedFile }),
    ...(mfaCode === undefined ? {} : { mfaCode }),
    ...(role === undefined ? {} : { role }),
  };
  return {
    identity: identityOf(access, options.decode_authorization_messages === true),
    credentials: credentialsOf(access),
    insecure: access.insecure,
    decode: options.decode_authorization_messages === true,
  };
}

// The key is of this process alone, so that the digest of a weak secret says nothing either.
const DIGEST_KEY = randomBytes(32);

function identityOf({ hide: _, ...access }: Access, decode: boolean): string {
  return createHmac("sha256", DIGEST_KEY)
    .update(JSON.stringify({ ...access, decode }))
    .digest("hex");
}

function hideOptions({ access_key, secret_key, token, mfa_code }: AmazonAccess, asker: Asker): void {
  for (const secret of [access_key, secret_key, token, mfa_code])
    if (secret !== undefined && secret !== "") asker.hide(secret);
}

async function keysOf(
  options: AmazonAccess,
  env: PrepareContext["env"],
  place: Place,
  asker: Asker,
): Promise<Keys | undefined> {
  const { access_key = "", secret_key = "", token = "", vault_aws_engine: vault } = options;
  if (access_key !== "" && secret_key !== "")
    return { accessKeyId: access_key, secretAccessKey: secret_key, ...(token === "" ? {} : { sessionToken: token }) };
  if (usesVault(options) && vault !== undefined) return fromVault(vault, env, asker);
  return place.local === true ? LOCAL_KEYS : undefined;
}

/** The block counts once anything is in it (builder §1.7.2). */
export const usesVault = ({ vault_aws_engine: vault }: AmazonAccess): boolean =>
  vault !== undefined && Object.values(vault).some((text) => text !== "");

async function fromVault(
  vault: NonNullable<AmazonAccess["vault_aws_engine"]>,
  env: PrepareContext["env"],
  asker: Asker,
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
  const vaultToken = env("VAULT_TOKEN");
  if (vaultToken !== undefined) asker.hide(vaultToken);
  asker.say("Using credentials from Vault...");
  return vaultKeys(request, env, asker.signal);
}

function roleOf({ assume_role: role }: AmazonAccess): Role | undefined {
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
