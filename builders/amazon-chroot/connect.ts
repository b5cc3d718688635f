// Options and environment → an EC2 that answers, in a region that exists, with credentials that are good.

import type { PrepareContext } from "../../runtime/contract/component.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { callerIdentity, openEc2, type Place, profileRegion, rememberKeys } from "./aws/session.js";
import type { ChrootBuild } from "./chroot-build.js";
import { instanceIdentity, metadataEndpoint } from "./ec2/metadata.js";
import { pacesFrom } from "./ec2/wait.js";
import { buildKey } from "./undo.js";

const LOCAL_REGION = "us-east-1";

export async function connect(options: AmazonChroot, context: PrepareContext, run: RunContext): Promise<ChrootBuild> {
  if (process.platform !== "linux") throw new RunError("The amazon-chroot builder only works on Linux environments.");
  const key = buildKey(run);
  hideKeys(options, run);
  rememberTemplateKeys(options, key);
  const place = await placeOf(options, context, run);
  if (options.skip_credential_validation !== true) await callerIdentity(place, key, run.signal);
  const ec2 = openEc2(place, key, options.max_retries);
  return { options, context, run, ec2, place, paces: pacesFrom(context.env) };
}

function hideKeys({ access_key, secret_key, token }: AmazonChroot, run: RunContext): void {
  for (const secret of [access_key, secret_key, token]) if (secret !== undefined && secret !== "") run.hide(secret);
}

function rememberTemplateKeys({ access_key = "", secret_key = "", token = "" }: AmazonChroot, key: string): void {
  if (access_key === "" || secret_key === "") return;
  rememberKeys(key, {
    accessKeyId: access_key,
    secretAccessKey: secret_key,
    ...(token === "" ? {} : { sessionToken: token }),
  });
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
