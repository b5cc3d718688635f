// From options, environment and instance to an EC2 that can be asked.

import { EC2Client } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
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
const keysOfBuilds = new Map<string, Keys>();

/** For everything that `build` (run id and label) asks from now on. */
export const rememberKeys = (build: string, keys: Keys): void => void keysOfBuilds.set(build, keys);

const LOCAL_KEYS: Keys = { accessKeyId: "local", secretAccessKey: "local" };
const RETRIES = 10;

/** `retries`: how often a call that EC2 refuses for the moment is tried again. */
export function openEc2(place: Place, build: string, retries = RETRIES): Ec2 {
  const { region, endpoint } = place;
  return sdkEc2({ region, ...clientConfig(place, build, retries), ...(endpoint === undefined ? {} : { endpoint }) });
}

/** Given explicitly: the SDK would read Packer's AWS_MAX_ATTEMPTS, which means another thing. */
function clientConfig({ profile, local }: Place, build: string, retries: number) {
  const credentials =
    keysOfBuilds.get(build) ??
    (local === true ? LOCAL_KEYS : fromNodeProviderChain(profile === undefined ? {} : { profile }));
  return { credentials, maxAttempts: (retries > 0 ? retries : RETRIES) + 1, retryMode: "standard" as const };
}

/** Who the credentials belong to; throws when they are no good. Asks AWS itself, whatever stands in for EC2. */
export async function callerIdentity(place: Place, build: string, signal: AbortSignal): Promise<string> {
  const { region, endpoint, local } = place;
  const client = new STSClient({
    region,
    ...clientConfig(place, build, RETRIES),
    ...(local === true && endpoint !== undefined ? { endpoint } : {}),
  });
  try {
    const { Arn = "" } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return Arn;
  } catch (error) {
    signal.throwIfAborted();
    throw new RunError(
      `the credentials are not valid: ${errorFrom(error).message} (skip_credential_validation = true leaves this check out)`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}

/** The region that the profile of the shared configuration names; undefined where there is none. */
export async function profileRegion(profile: string | undefined): Promise<string | undefined> {
  const client = new EC2Client(profile === undefined ? {} : { profile });
  try {
    return await client.config.region();
  } catch {
    // The SDK has no way to say "none" but to throw.
    return undefined;
  } finally {
    client.destroy();
  }
}
