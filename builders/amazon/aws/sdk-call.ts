// What every call of EC2 through the SDK shares: its errors, and how values go over the wire.

import type { EC2Client, ServiceInputTypes, ServiceOutputTypes } from "@aws-sdk/client-ec2";
import { RunError } from "../../../runtime/contract/errors.js";
import type { Ebs, Tags } from "../ec2/ec2.js";
import { Ec2Error, isNotFound, isPassing } from "../ec2/failure.js";
import type { Look } from "../ec2/poller.js";
import { saidBy } from "./failure.js";
import { type Retries, retrying } from "./retry.js";

/** What an encoded message of a refusal says; the same text where it can't be decoded. */
export type Explain = (message: string) => Promise<string>;
declare const send: EC2Client["send"];
/** The SDK exports the classes of its commands, but not what they have in common. */
type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = Parameters<typeof send<I, O>>[0];

/** One call, made again while EC2 refuses it for the moment or does not answer; what EC2 says no to becomes an {@link Ec2Error}. */
export type Ask = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  action: string,
  command: () => Command<I, O>,
  signal: AbortSignal,
  again?: (error: Ec2Error) => boolean,
) => Promise<O>;

const isWorthAgain = (error: Ec2Error): boolean => isPassing(error) || isClockSet(error);

export function asking(
  client: EC2Client,
  retries: Retries,
  explain: Explain = (message) => Promise.resolve(message),
): Ask {
  return (action, command, signal, again = isWorthAgain) => {
    const attempt = async () => {
      try {
        return await client.send(command(), { abortSignal: signal });
      } catch (error) {
        throw await ec2Error(action, error, explain);
      }
    };
    return retrying(attempt, retries, again, signal);
  };
}

async function ec2Error(action: string, error: unknown, explain: Explain): Promise<unknown> {
  // What went wrong before EC2 was asked, and was said in our words, stays as it is.
  if (!(error instanceof Error) || error.name === "AbortError" || error instanceof RunError) return error;
  const { code, message } = saidBy(error);
  return new Ec2Error(action, code, code === "UnauthorizedOperation" ? await explain(message) : message, error);
}

interface Answer {
  readonly httpStatusCode?: number;
  /** The SDK has set its clock by the answer's. */
  readonly clockSkewCorrected?: boolean;
}

const isClockSet = ({ cause }: Ec2Error): boolean =>
  (cause as { readonly $metadata?: Answer } | undefined)?.$metadata?.clockSkewCorrected === true;

/** What was just made may not be known everywhere yet. */
export async function orNothing<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * Looks at all of `ids` at once. EC2 refuses a list in which it does not know one: then the same ids are a filter, which
 * finds those that there are.
 */
export const byIds =
  <T extends { readonly id: string }>(
    member: string,
    filter: string,
    describe: (query: object, signal: AbortSignal) => Promise<readonly T[]>,
  ): Look<T> =>
  async (ids, signal) => {
    const found =
      (await orNothing(() => describe({ [member]: ids }, signal))) ??
      (ids.length === 1 ? [] : await describe({ Filters: [{ Name: filter, Values: ids }] }, signal));
    return new Map(found.map((each) => [each.id, each]));
  };

export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Nothing where there are no tags: EC2 refuses an empty list. */
export const tagsAtCreation = <T extends "image" | "snapshot" | "volume">(ResourceType: T, tags: Tags) =>
  Object.keys(tags).length === 0 ? {} : { TagSpecifications: [{ ResourceType, Tags: tagList(tags) }] };

/** A member only where there is a value. */
export function given<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: V });
}

// The SDK names volume types by an enum that grows; any text goes over the wire.
export const ebsQuery = ({ snapshot, size, type, iops, throughput }: Ebs) => ({
  ...given("SnapshotId", snapshot),
  ...given("VolumeSize", size),
  ...given("VolumeType", type as "gp2" | undefined),
  ...given("Iops", iops),
  ...given("Throughput", throughput),
});
