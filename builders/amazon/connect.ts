// Options and environment → where AWS is, with credentials that are good.

import type { PrepareContext } from "../../runtime/contract/component.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { AmazonAccess } from "../../schemas/options.gen.js";
import { type Asker, accessOf } from "./access.js";
import { type AwsAccess, callerIdentity, type Place, profileRegion } from "./aws/session.js";
import { instanceIdentity, metadataEndpoint } from "./ec2/metadata.js";
import { usesVault } from "./uses-vault.js";

const LOCAL_REGION = "us-east-1";

type World = Pick<PrepareContext, "env" | "localEndpoint">;

/** Where AWS is, and as whom it is asked. */
export interface Connection {
  readonly place: Place;
  readonly access: AwsAccess;
}

/** Throws {@link RunError} when no region is given anywhere, or Vault gives no keys. */
export async function connectTo(options: AmazonAccess, world: World, asker: Asker): Promise<Connection> {
  const place = await placeOf(options, world, asker.signal);
  return { place, access: await accessOf(options, world.env, place, asker) };
}

const VAULT_TRIES = 10;

/** Asks STS whose the credentials are. Keys that Vault has just made are not known everywhere at once: those get some time. */
export async function checkCredentials(
  options: AmazonAccess,
  { place, access }: Connection,
  { signal, clock }: Asker,
): Promise<void> {
  const tries = usesVault(options) ? VAULT_TRIES : 1;
  for (let left = tries, delay = 200; ; left -= 1, delay = Math.min(30_000, delay * 2)) {
    try {
      await callerIdentity(place, access, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (left <= 1) throw error;
    }
    await clock.sleep(delay, signal);
  }
}

async function placeOf(options: AmazonAccess, world: World, signal: AbortSignal): Promise<Place> {
  const { env, localEndpoint } = world;
  const given = first(options.region, env("AWS_REGION"), env("AWS_DEFAULT_REGION"));
  if (localEndpoint !== undefined) return { region: given ?? LOCAL_REGION, endpoint: localEndpoint, local: true };
  const endpoint = first(options.custom_endpoint_ec2);
  const profile = first(options.profile);
  const region = given ?? (await profileRegion(profile)) ?? (await instanceRegion(world, signal));
  return { region, ...(endpoint === undefined ? {} : { endpoint }), ...(profile === undefined ? {} : { profile }) };
}

const first = (...texts: readonly (string | undefined)[]): string | undefined =>
  texts.find((text) => text !== undefined && text !== "");

async function instanceRegion(world: World, signal: AbortSignal): Promise<string> {
  const { region } = await instanceIdentity(metadataOf(world), signal);
  if (region === "") throw new RunError("no region: give region, or set AWS_REGION");
  return region;
}

/** Where this machine is asked which instance it is. */
export const metadataOf = ({ env, localEndpoint }: World): string => localEndpoint ?? metadataEndpoint(env);
