// The EC2 of a build, with the build's own credentials.

import type { RunContext } from "../../runtime/contract/run-context.js";
import { type AwsAccess, openEc2, type Place } from "../amazon/aws/session.js";
import type { Ec2 } from "../amazon/ec2/ec2.js";

type BuildRun = Pick<RunContext, "runId" | "build">;

// Credentials that a template gives live in this process only: undo in the same run uses them, `pkrts cleanup` uses the usual chain.
const accessOfBuilds = new Map<string, AwsAccess>();
const keyOf = ({ runId, build }: BuildRun): string => `${runId}/${build}`;

/** For everything that the build asks from now on. */
export const rememberAccess = (run: BuildRun, access: AwsAccess): void => void accessOfBuilds.set(keyOf(run), access);

/** As {@link openEc2}, with what the build remembers, else as the machine is set up. */
export const ec2OfBuild = (place: Place, run: BuildRun, retries?: number): Ec2 =>
  openEc2(place, accessOfBuilds.get(keyOf(run)), retries);
