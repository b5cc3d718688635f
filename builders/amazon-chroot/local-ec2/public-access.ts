// Whether an account lets its images and snapshots become public, a setting of each region. New accounts on AWS do not
// let images; ours does, until somebody says otherwise.

import type { Action, Answer, Call } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { checkChoice, required } from "./query.js";

type Kind = "images" | "snapshots";

const stateOf = ({ state, region }: Call, kind: Kind): string => state.publicAccess?.[region]?.[kind] ?? "unblocked";

function setState({ state, region }: Call, kind: Kind, value: string): string {
  state.publicAccess = { ...state.publicAccess, [region]: { ...state.publicAccess?.[region], [kind]: value } };
  return value;
}

/** Refuses what would make something public where that is blocked; `remedy`: the action that allows it. */
export function refuseBlocked(call: Call, kind: Kind, remedy: string): void {
  if (stateOf(call, kind) === "unblocked") return;
  throw new Ec2Error(
    "OperationNotPermitted",
    `Block public access for ${kind} is on in ${call.region}: nothing can be shared with all before ${remedy}.`,
  );
}

/** Snapshots that were public before stay so in the permissions, and are not shown as such to others; there are none. */
const SNAPSHOT_STATES = ["block-all-sharing", "block-new-sharing"];

function enable(call: Call, kind: Kind, parameter: string, choices: readonly string[]): string {
  const wanted = required(call.query, parameter);
  checkChoice(call.query, parameter, choices);
  return setState(call, kind, wanted);
}

const ofImages = (imageBlockPublicAccessState: string): Answer => ({ imageBlockPublicAccessState });
const ofSnapshots = (state: string): Answer => ({ state });
const managed: Answer = { managedBy: "account" };

export const publicAccessActions: Readonly<Record<string, Action>> = {
  GetImageBlockPublicAccessState: (call) => ({ ...ofImages(stateOf(call, "images")), ...managed }),
  EnableImageBlockPublicAccess: (call) =>
    ofImages(enable(call, "images", "ImageBlockPublicAccessState", ["block-new-sharing"])),
  DisableImageBlockPublicAccess: (call) => ofImages(setState(call, "images", "unblocked")),
  GetSnapshotBlockPublicAccessState: (call) => ({ ...ofSnapshots(stateOf(call, "snapshots")), ...managed }),
  EnableSnapshotBlockPublicAccess: (call) => ofSnapshots(enable(call, "snapshots", "State", SNAPSHOT_STATES)),
  DisableSnapshotBlockPublicAccess: (call) => ofSnapshots(setState(call, "snapshots", "unblocked")),
};
