// The EC2 of a build, with the build's own credentials. Builds of a run that ask the same EC2 as the same user share it.

import type { RunContext } from "../../runtime/contract/run-context.js";
import { type AwsAccess, openEc2, type Place } from "../amazon/aws/session.js";
import type { Ec2 } from "../amazon/ec2/ec2.js";

type BuildRun = Pick<RunContext, "runId" | "build" | "clock">;

/** Of one run and one user: the credentials of the first of its builds, and what was opened with them. */
interface Shared {
  readonly access: AwsAccess | undefined;
  readonly opened: Map<string, Ec2>;
}

// Credentials that a template gives live in this process only: undo in the same run uses them, `pkrts cleanup` uses the usual chain.
const byBuild = new Map<string, Shared>();
const byUser = new Map<string, Shared>();

const keyOf = ({ runId, build }: BuildRun): string => `${runId}/${build}`;

function sharedBy(run: BuildRun, access: AwsAccess | undefined): Shared {
  const user = `${run.runId} ${access?.identity ?? ""}`;
  const shared = byUser.get(user) ?? { access, opened: new Map() };
  byUser.set(user, shared);
  return shared;
}

/** For everything that the build asks from now on: with these credentials, or those of an earlier build that are the same. */
export function rememberAccess(run: BuildRun, access: AwsAccess): AwsAccess {
  const shared = sharedBy(run, access);
  byBuild.set(keyOf(run), shared);
  return shared.access ?? access;
}

/** As {@link openEc2}, with what the build remembers, else as the machine is set up. */
export function ec2OfBuild(place: Place, run: BuildRun, retries?: number): Ec2 {
  const { access, opened } = byBuild.get(keyOf(run)) ?? sharedBy(run, undefined);
  const key = JSON.stringify([place.region, place.endpoint, place.profile, place.local, retries]);
  const ec2 = opened.get(key) ?? openEc2(place, access, retries, run.clock);
  opened.set(key, ec2);
  return ec2;
}
