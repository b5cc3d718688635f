// Snapshots, through the SDK.

import {
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { Snapshot, SnapshotCalls, SnapshotShare } from "../ec2/ec2.js";
import { isPassing } from "../ec2/failure.js";
import { poller } from "../ec2/poller.js";
import { type Ask, byIds, tagsAtCreation } from "./sdk-call.js";

export function snapshotCalls(client: EC2Client, ask: Ask): SnapshotCalls {
  const snapshots = async (query: object, signal: AbortSignal): Promise<readonly Snapshot[]> => {
    const { Snapshots = [] } = await ask(
      "DescribeSnapshots",
      (options) => client.send(new DescribeSnapshotsCommand(query), options),
      signal,
    );
    return Snapshots.map(({ SnapshotId, State, Progress }) => ({
      id: SnapshotId ?? "",
      state: State ?? "",
      progress: Number.parseInt(Progress ?? "0", 10) || 0,
    }));
  };
  return {
    snapshotStates: poller(byIds("SnapshotIds", "snapshot-id", snapshots)),
    snapshotsCopiedFor(image, signal) {
      const filter = { Name: "description", Values: [`Copied for DestinationAmi ${image} *`] };
      return snapshots({ OwnerIds: ["self"], Filters: [filter] }, signal);
    },
    snapshotsOf: (volume, signal) => snapshots({ Filters: [{ Name: "volume-id", Values: [volume] }] }, signal),
    async createSnapshot(VolumeId, Description, tags, signal) {
      const { SnapshotId = "" } = await ask(
        "CreateSnapshot",
        (options) =>
          client.send(
            new CreateSnapshotCommand({ VolumeId, Description, ...tagsAtCreation("snapshot", tags) }),
            options,
          ),
        signal,
        // It has no token: one more call could make one more snapshot.
        (error) => isPassing(error) && !error.mayBeDone,
      );
      return SnapshotId;
    },
    async shareSnapshot(SnapshotId, share, signal) {
      await ask(
        "ModifySnapshotAttribute",
        (options) => client.send(new ModifySnapshotAttributeCommand({ SnapshotId, ...shareQuery(share) }), options),
        signal,
      );
    },
    async deleteSnapshot(SnapshotId, signal) {
      await ask("DeleteSnapshot", (options) => client.send(new DeleteSnapshotCommand({ SnapshotId }), options), signal);
    },
  };
}

/** This form is the one that stand-ins for EC2 know too. */
const shareQuery = ({ accounts, groups }: SnapshotShare) => ({
  Attribute: "createVolumePermission" as const,
  OperationType: "add" as const,
  ...(accounts === undefined ? {} : { UserIds: [...accounts] }),
  ...(groups === undefined ? {} : { GroupNames: [...groups] }),
});
