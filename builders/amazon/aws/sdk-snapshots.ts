// Snapshots, through the SDK.

import {
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { Snapshot, SnapshotCalls, SnapshotShare } from "../ec2/ec2.js";
import { type Ec2Error, isPassing } from "../ec2/failure.js";
import { poller } from "../ec2/poller.js";
import { type Ask, byIds, tagsAtCreation } from "./sdk-call.js";

export function snapshotCalls(ask: Ask): SnapshotCalls {
  const snapshots = describing(ask);
  return {
    snapshotStates: poller(byIds("SnapshotIds", "snapshot-id", snapshots)),
    snapshotsCopied(ends, signal) {
      const { to = "*", from = "*" }: { readonly to?: string; readonly from?: string } = ends;
      const filter = { Name: "description", Values: [`Copied for DestinationAmi ${to} from SourceAmi ${from} *`] };
      return snapshots({ OwnerIds: ["self"], Filters: [filter] }, signal);
    },
    snapshotsOf: (volume, signal) => snapshots({ Filters: [{ Name: "volume-id", Values: [volume] }] }, signal),
    async createSnapshot(VolumeId, Description, tags, signal) {
      const input = { VolumeId, Description, ...tagsAtCreation("snapshot", tags) };
      // It has no token: one more call could make one more snapshot.
      const again = (error: Ec2Error): boolean => isPassing(error) && !error.mayBeDone;
      const { SnapshotId = "" } = await ask("CreateSnapshot", () => new CreateSnapshotCommand(input), signal, again);
      return SnapshotId;
    },
    async shareSnapshot(SnapshotId, share, signal) {
      const input = { SnapshotId, ...shareQuery(share) };
      await ask("ModifySnapshotAttribute", () => new ModifySnapshotAttributeCommand(input), signal);
    },
    async deleteSnapshot(SnapshotId, signal) {
      await ask("DeleteSnapshot", () => new DeleteSnapshotCommand({ SnapshotId }), signal);
    },
  };
}

const describing =
  (ask: Ask) =>
  async (query: object, signal: AbortSignal): Promise<readonly Snapshot[]> => {
    const { Snapshots = [] } = await ask("DescribeSnapshots", () => new DescribeSnapshotsCommand(query), signal);
    return Snapshots.map(({ SnapshotId, State, Progress }) => ({
      id: SnapshotId ?? "",
      state: State ?? "",
      progress: Number.parseInt(Progress ?? "0", 10) || 0,
    }));
  };

/** This form is the one that stand-ins for EC2 know too. */
const shareQuery = ({ accounts, groups }: SnapshotShare) => ({
  Attribute: "createVolumePermission" as const,
  OperationType: "add" as const,
  ...(accounts === undefined ? {} : { UserIds: [...accounts] }),
  ...(groups === undefined ? {} : { GroupNames: [...groups] }),
});
