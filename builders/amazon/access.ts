// What the options say of whose credentials are used, and how AWS is reached.

import { createHmac, randomBytes } from "node:crypto";
import { homedir } from "node:os";
import type { PrepareContext } from "../../runtime/contract/component.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { Clock } from "../../runtime/contract/run-context.js";
import type { AmazonAccess } from "../../schemas/options.gen.js";
import { type Access, credentialsOf, type Keys, type Role } from "./aws/credentials.js";
import { mfaDevice } from "./aws/profile.js";
import { type AwsAccess, LOCAL_KEYS, type Place } from "./aws/session.js";
import { vaultKeys } from "./aws/vault.js";
import { usesVault } from "./uses-vault.js";

/** Who asks AWS: a build, or a data source. */
export interface Asker {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  hide(secret: string): void;
  say(text: string): void;
  /** Asks at the terminal; rejects where there is none. */
  ask?(question: string): Promise<string>;
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
  const sharedFile = said(options.shared_credentials_file)?.replace(/^~(?=\/|$)/, env("HOME") ?? homedir());
  const role = roleOf(options);
  const { profile } = options;
  if (keys === undefined && said(profile) !== undefined && said(env("AWS_ACCESS_KEY_ID")) !== undefined)
    asker.say(`AWS_ACCESS_KEY_ID is set: its credentials are used, and not those of the profile ${profile}`);
  const access: Access = {
    region: place.region,
    withoutMetadata: options.skip_metadata_api_check === true,
    insecure: options.insecure_skip_tls_verify === true,
    hide: (secret) => asker.hide(secret),
    mfaCode: (serial) => mfaCodeOf(options, serial, asker),
    ...mfaOf(options, place, sharedFile, env),
    ...(keys === undefined ? {} : { keys }),
    ...(place.profile === undefined ? {} : { profile: place.profile }),
    ...(place.local === true && place.endpoint !== undefined ? { endpoint: place.endpoint } : {}),
    ...(sharedFile === undefined ? {} : { sharedFile }),
    ...(role === undefined ? {} : { role }),
  };
  return {
    identity: identityOf(access, options),
    credentials: credentialsOf(access),
    insecure: access.insecure,
    decode: options.decode_authorization_messages === true,
  };
}

/** The device that assume_role needs. A code without a device that it could be of would be ignored in silence. */
function mfaOf(
  { mfa_code, assume_role: role, access_key = "" }: AmazonAccess,
  { profile }: Place,
  sharedFile: string | undefined,
  env: PrepareContext["env"],
): { readonly mfaSerial?: string } {
  const device = mfaDevice(profile, sharedFile, env);
  if (device === undefined && said(mfa_code) !== undefined)
    throw new RunError(
      `mfa_code is given, but no device that it could be of: set mfa_serial in the profile ${profile ?? env("AWS_PROFILE") ?? "default"}`,
    );
  // A profile that assumes a role of its own has used the code for that, unless its keys are not used at all.
  const isFree = device !== undefined && (!device.isOfProfile || access_key !== "");
  return isFree && role !== undefined ? { mfaSerial: device.serial } : {};
}

async function mfaCodeOf({ mfa_code }: AmazonAccess, serial: string, asker: Asker): Promise<string> {
  const given = said(mfa_code);
  if (given !== undefined) return given;
  const none = `a code of the device ${serial} is needed: give it as mfa_code, or run pkrts at a terminal`;
  if (asker.ask === undefined) throw new RunError(none);
  const answer = await asker.ask(`Code of ${serial}: `).catch((cause: unknown) => {
    asker.signal.throwIfAborted();
    throw new RunError(none, { cause });
  });
  const code = answer.trim();
  if (code === "") throw new RunError(none);
  asker.hide(code);
  return code;
}

// The key is of this process alone, so that the digest of a weak secret says nothing either.
const DIGEST_KEY = randomBytes(32);

function identityOf(access: Access, { decode_authorization_messages: decode, mfa_code: code }: AmazonAccess): string {
  // What it can do is left out: functions are no data.
  return createHmac("sha256", DIGEST_KEY)
    .update(JSON.stringify({ ...access, decode, code }))
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
