// Whose credentials a build uses: its own keys, a role, or what the machine has. Kept in this process, never in a journal.

import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import {
  createCredentialChain,
  fromEnv,
  fromIni,
  fromNodeProviderChain,
  fromProcess,
  fromSSO,
  fromTemporaryCredentials,
  fromTokenFile,
} from "@aws-sdk/credential-providers";

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}
export type Provider = () => Promise<Keys>;

export interface Role {
  readonly arn: string;
  readonly session?: string;
  /** Seconds. */
  readonly duration?: number;
  readonly externalId?: string;
  /** JSON. */
  readonly policy?: string;
  readonly policyArns: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTags: readonly string[];
}

/** How a template says that AWS is reached. */
export interface Access {
  readonly keys?: Keys;
  readonly profile?: string;
  readonly region: string;
  /** Of STS: that of a stand-in only. */
  readonly endpoint?: string;
  readonly sharedFile?: string;
  /** The device that `role` needs a code of. */
  readonly mfaSerial?: string;
  readonly withoutMetadata: boolean;
  readonly insecure: boolean;
  readonly role?: Role;
  /** Told of every secret before it is used. */
  hide(secret: string): void;
  /** The code that the device shows now. */
  mfaCode(serial: string): Promise<string>;
}

/** Resolved once and again when they expire; each secret is hidden first. */
export function credentialsOf(access: Access): Provider {
  const base = access.keys === undefined ? machineCredentials(access) : hiding(access, fixed(access.keys));
  return access.role === undefined ? base : hiding(access, roleCredentials(access, access.role, base));
}

const fixed =
  (keys: Keys): Provider =>
  () =>
    Promise.resolve(keys);

function hiding({ hide }: Access, provider: Provider): Provider {
  return remembering(async () => {
    const keys = await provider();
    hide(keys.secretAccessKey);
    if (keys.sessionToken !== undefined) hide(keys.sessionToken);
    return keys;
  });
}

/** Milliseconds before keys expire from which on they are fetched anew. */
const EARLY = 5 * 60_000;

/** All clients of a build use the same keys: a role is assumed once, and a code that is good for one use is used once. */
function remembering(provider: Provider): Provider {
  let kept: Promise<Keys> | undefined;
  const fetched = (): Promise<Keys> => {
    const fresh = provider();
    fresh.catch(() => {
      if (kept === fresh) kept = undefined;
    });
    return fresh;
  };
  return async () => {
    kept ??= fetched();
    const { expiration } = await kept;
    if (expiration !== undefined && expiration.getTime() - Date.now() < EARLY) kept = fetched();
    return kept;
  };
}

function machineCredentials(access: Access): Provider {
  const { profile, sharedFile, withoutMetadata } = access;
  const init = {
    ...(profile === undefined ? {} : { profile }),
    ...(sharedFile === undefined ? {} : { filepath: sharedFile }),
    mfaCodeProvider: (serial: string) => access.mfaCode(serial),
    clientConfig: { region: access.region, ...transportOf(access.insecure) },
  };
  // The environment's keys come before a profile, as with Packer (builder §2.0); the SDK's own chain passes them over.
  if (!withoutMetadata) return hiding(access, createCredentialChain(fromEnv(), fromNodeProviderChain(init)));
  // The usual chain but for its last link, the instance's own role.
  return hiding(
    access,
    createCredentialChain(fromEnv(), fromSSO(init), fromIni(init), fromProcess(init), fromTokenFile(init)),
  );
}

function roleCredentials(access: Access, role: Role, base: Provider): Provider {
  const { region, endpoint, insecure, mfaSerial } = access;
  const tags = Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value }));
  const params = {
    RoleArn: role.arn,
    RoleSessionName: role.session ?? `pkrts-${Date.now().toString()}`,
    ...(role.duration === undefined ? {} : { DurationSeconds: role.duration }),
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
    ...(role.policy === undefined ? {} : { Policy: role.policy }),
    ...(role.policyArns.length === 0 ? {} : { PolicyArns: role.policyArns.map((arn) => ({ arn })) }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
    ...(mfaSerial === undefined ? {} : { SerialNumber: mfaSerial }),
    ...(role.transitiveTags.length === 0 ? {} : { TransitiveTagKeys: [...role.transitiveTags] }),
  };
  return fromTemporaryCredentials({
    masterCredentials: base,
    params,
    mfaCodeProvider: (serial) => access.mfaCode(serial),
    clientConfig: { region, ...(endpoint === undefined ? {} : { endpoint }), ...transportOf(insecure) },
  });
}

/** Milliseconds: the SDK itself would wait for ever for a service that does not answer. */
const TIMEOUTS = { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true };

/**
 * How the services are spoken to. `insecure`: for `insecure_skip_tls_verify`. A connection is used again where it was dear to
 * make. Without TLS it was not, and an EC2 of the laboratory may well send the head and the body of an answer apart (Python's
 * servers do): on a connection that is kept, the system waits 40 ms for the body of each.
 */
export const transportOf = (insecure: boolean) => ({
  requestHandler: {
    ...TIMEOUTS,
    httpAgent: new HttpAgent({ keepAlive: false }),
    ...(insecure ? { httpsAgent: new HttpsAgent({ keepAlive: true, rejectUnauthorized: false }) } : {}),
  },
});
