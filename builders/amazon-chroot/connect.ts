// Options and environment → an EC2 that answers, in a region that exists, with credentials that are good.

import type { PrepareContext } from "../../runtime/contract/component.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { openAccess } from "./access.js";
import { callerIdentity, openEc2, type Place, profileRegion } from "./aws/session.js";
import type { ChrootBuild } from "./chroot-build.js";
import { instanceIdentity, metadataEndpoint } from "./ec2/metadata.js";
import { pacesFrom } from "./ec2/wait.js";
import { buildKey } from "./undo.js";

const LOCAL_REGION = "us-east-1";

export async function connect(options: AmazonChroot, context: PrepareContext, run: RunContext): Promise<ChrootBuild> {
  if (process.platform !== "linux") throw new RunError("The amazon-chroot builder only works on Linux environments.");
  const key = buildKey(run);
  const place = await placeOf(options, context, run);
  await openAccess(options, context, run, place, key);
  if (options.skip_credential_validation !== true) await checkCredentials(options, place, key, run);
  const ec2 = openEc2(place, key, options.max_retries);
  return { options, context, run, ec2, place, paces: pacesFrom(pollingOf(options, context.env)) };
}

const VAULT_TRIES = 10;

/** Keys that Vault has just made are not known everywhere at once. */
async function checkCredentials(options: AmazonChroot, place: Place, key: string, run: RunContext): Promise<void> {
  const tries = options.vault_aws_engine === undefined ? 1 : VAULT_TRIES;
  for (let left = tries, delay = 200; ; left -= 1, delay = Math.min(30_000, delay * 2)) {
    try {
      await callerIdentity(place, key, run.signal);
      return;
    } catch (error) {
      run.signal.throwIfAborted();
      if (left <= 1) throw error;
    }
    await run.clock.sleep(delay, run.signal);
  }
}

/** The block's values win over the environment's. */
function pollingOf({ aws_polling: block }: AmazonChroot, env: PrepareContext["env"]): PrepareContext["env"] {
  const given: Readonly<Record<string, number | undefined>> = {
    AWS_POLL_DELAY_SECONDS: block?.delay_seconds,
    AWS_MAX_ATTEMPTS: block?.max_attempts,
  };
  return (name) => ((given[name] ?? 0) > 0 ? String(given[name]) : env(name));
}

async function placeOf(options: AmazonChroot, context: PrepareContext, run: RunContext): Promise<Place> {
  const { localEndpoint } = context;
  const given = first(options.region, context.env("AWS_REGION"), context.env("AWS_DEFAULT_REGION"));
  if (localEndpoint !== undefined) return { region: given ?? LOCAL_REGION, endpoint: localEndpoint, local: true };
  const endpoint = first(options.custom_endpoint_ec2);
  const profile = first(options.profile);
  const region = given ?? (await profileRegion(profile)) ?? (await instanceRegion(context, run));
  return { region, ...(endpoint === undefined ? {} : { endpoint }), ...(profile === undefined ? {} : { profile }) };
}

const first = (...texts: readonly (string | undefined)[]): string | undefined =>
  texts.find((text) => text !== undefined && text !== "");

async function instanceRegion(context: PrepareContext, run: RunContext): Promise<string> {
  const { region } = await instanceIdentity(metadataOf(context), run.signal);
  if (region === "") throw new RunError("no region: give region, or set AWS_REGION");
  return region;
}

/** Where this build asks who its instance is. */
export const metadataOf = ({ env, localEndpoint }: PrepareContext): string => localEndpoint ?? metadataEndpoint(env);
