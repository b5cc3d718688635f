// From options, environment and instance to an EC2 that can be asked.

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { RunError } from "../../../runtime/contract/errors.js";
import type { Ec2 } from "../ec2/ec2.js";
import { sdkEc2 } from "./sdk-ec2.js";

/** What finds EC2 again, also from another process: no keys. */
export interface Place {
  readonly region: string;
  readonly endpoint?: string;
  readonly profile?: string;
  /** The embedded EC2, whose endpoint is another one at each start. */
  readonly local?: boolean;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

// Keys that a template gives live in this process only: undo in the same run uses them, `pkrts cleanup` uses the usual chain.
const keysOfRuns = new Map<string, Keys>();

export const rememberKeys = (run: string, keys: Keys): void => void keysOfRuns.set(run, keys);

const LOCAL_KEYS: Keys = { accessKeyId: "local", secretAccessKey: "local" };
const RETRIES = 10;

/** `retries`: how often a call that EC2 refuses for the moment is tried again. */
export function openEc2({ region, endpoint, profile, local }: Place, run: string, retries = RETRIES): Ec2 {
  return sdkEc2({
    region,
    credentials: credentialsFor(run, profile, local),
    // Given explicitly: the SDK would read Packer's AWS_MAX_ATTEMPTS, which means another thing.
    maxAttempts: (retries > 0 ? retries : RETRIES) + 1,
    retryMode: "standard",
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}

function credentialsFor(run: string, profile: string | undefined, local: boolean | undefined) {
  return keysOfRuns.get(run) ?? (local === true ? LOCAL_KEYS : fromNodeProviderChain(profile === undefined ? {} : { profile }));
}

/** Who the credentials belong to; throws when they are no good. */
export async function callerIdentity(place: Place, run: string, signal: AbortSignal): Promise<string> {
  const { region, endpoint, profile, local } = place;
  const client = new STSClient({ region, credentials: credentialsFor(run, profile, local), ...(local === true && endpoint !== undefined ? { endpoint } : {}) });
  try {
    const { Arn = "" } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return Arn;
  } catch (error) {
    signal.throwIfAborted();
    throw new RunError(`the credentials are not valid: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    client.destroy();
  }
}
