// From options, environment and instance to an EC2 that can be asked.

import { EC2Client } from "@aws-sdk/client-ec2";
import { DecodeAuthorizationMessageCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { errorFrom, RunError } from "../../../runtime/contract/errors.js";
import type { Clock } from "../../../runtime/contract/run-context.js";
import { systemClock } from "../../../runtime/system/clock.js";
import type { Ec2 } from "../ec2/ec2.js";
import { type Keys, type Provider, transportOf } from "./credentials.js";
import { bucketOf } from "./retry.js";
import type { Explain } from "./sdk-call.js";
import { sdkEc2 } from "./sdk-ec2.js";

/** What finds EC2 again, also from another process: no keys. */
export interface Place {
  readonly region: string;
  readonly endpoint?: string;
  readonly profile?: string;
  /** The embedded EC2, whose endpoint is another one at each start. */
  readonly local?: boolean;
}

/** How what is asked of AWS is asked. */
export interface AwsAccess {
  /** The same for the same credentials, asked in the same way: a digest, of which nothing can be found out. */
  readonly identity: string;
  readonly credentials: Provider;
  readonly insecure: boolean;
  /** Whether STS is asked what a refusal means. */
  readonly decode: boolean;
}

export const LOCAL_KEYS: Keys = { accessKeyId: "local", secretAccessKey: "the-embedded-ec2-takes-any" };
const RETRIES = 10;

/** `retries`: how often a call that EC2 refuses for the moment is tried again. Without `access`: as the machine is set up. */
export function openEc2(
  place: Place,
  access: AwsAccess | undefined,
  retries = RETRIES,
  clock: Clock = systemClock,
): Ec2 {
  const { region, endpoint } = place;
  const attempts = attemptsOf(retries);
  const explain = access?.decode === true ? explainer(place, access) : undefined;
  return sdkEc2({
    region,
    ...clientConfig(place, access, retries),
    // Whatever is made again is made again in one place (aws/retry.ts), which knows of all builds.
    maxAttempts: 1,
    retries: { attempts, clock, bucket: bucketOf(region, endpoint) },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(explain === undefined ? {} : { explain }),
  });
}

/** Replaces the encoded part of a refusal by what STS says that it means; leaves it where STS does not. */
function explainer(place: Place, access: AwsAccess): Explain {
  return async (message) => {
    const [, EncodedMessage] = /Encoded authorization failure message: ([\w-]+)/.exec(message) ?? [];
    if (EncodedMessage === undefined) return message;
    const client = stsOf(place, access);
    try {
      const { DecodedMessage } = await client.send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
      return message.replace(EncodedMessage, DecodedMessage ?? EncodedMessage);
    } catch {
      return message;
    } finally {
      client.destroy();
    }
  };
}

/** STS itself, whatever stands in for EC2, unless it is the embedded one. */
function stsOf(place: Place, access: AwsAccess | undefined): STSClient {
  const { region, endpoint, local } = place;
  return new STSClient({
    region,
    ...clientConfig(place, access, RETRIES),
    ...(local === true && endpoint !== undefined ? { endpoint } : {}),
  });
}

const attemptsOf = (retries: number): number => (retries > 0 ? retries : RETRIES) + 1;

/** Given explicitly: the SDK would read Packer's AWS_MAX_ATTEMPTS, which means another thing. */
export function clientConfig({ profile, local }: Place, access: AwsAccess | undefined, retries = RETRIES) {
  const credentials =
    access?.credentials ??
    (local === true ? LOCAL_KEYS : fromNodeProviderChain(profile === undefined ? {} : { profile }));
  return {
    credentials,
    maxAttempts: attemptsOf(retries),
    retryMode: "standard" as const,
    ...transportOf(access?.insecure === true),
  };
}

/** Who the credentials belong to; throws when they are no good. Asks AWS itself, whatever stands in for EC2. */
export async function callerIdentity(
  place: Place,
  access: AwsAccess | undefined,
  signal: AbortSignal,
): Promise<string> {
  const client = stsOf(place, access);
  try {
    const { Arn = "" } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    return Arn;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RunError) throw error;
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
