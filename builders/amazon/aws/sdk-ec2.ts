import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  EC2Client,
  type EC2ClientConfig,
  ModifySnapshotAttributeCommand,
  type Volume as SdkVolume,
} from "@aws-sdk/client-ec2";
import type { Ec2, Snapshot, Volume, VolumeSpec } from "../ec2/ec2.js";
import { poller } from "../ec2/poller.js";
import { asking, byIds, type Explain, ebsQuery, given, orNothing, tagList, tagsAtCreation } from "./sdk-call.js";
import { imageCalls } from "./sdk-images.js";

/** EC2 through the SDK. All errors are {@link Ec2Error}s. */
export function sdkEc2({
  explain,
  ...config
}: EC2ClientConfig & { readonly region: string; readonly explain?: Explain }): Ec2 {
  const client = new EC2Client(config);
  const ask = asking(explain);
  const options = (signal: AbortSignal) => ({ abortSignal: signal });
  const volumes = async (query: object, signal: AbortSignal): Promise<readonly Volume[]> => {
    const { Volumes = [] } = await ask(
      "DescribeVolumes",
      client.send(new DescribeVolumesCommand(query), options(signal)),
    );
    return Volumes.map(volumeOf);
  };
  const snapshots = async (query: object, signal: AbortSignal): Promise<readonly Snapshot[]> => {
    const { Snapshots = [] } = await ask(
      "DescribeSnapshots",
      client.send(new DescribeSnapshotsCommand(query), options(signal)),
    );
    return Snapshots.map(({ SnapshotId, State, Progress }) => ({
      id: SnapshotId ?? "",
      state: State ?? "",
      progress: Number.parseInt(Progress ?? "0", 10) || 0,
    }));
  };
  return {
    region: config.region,
    volumeStates: poller(byIds("VolumeIds", "volume-id", volumes)),
    snapshotStates: poller(byIds("SnapshotIds", "snapshot-id", snapshots)),
    ...imageCalls(client, ask),
    async regions(signal) {
      const { Regions = [] } = await ask(
        "DescribeRegions",
        client.send(new DescribeRegionsCommand({}), options(signal)),
      );
      return Regions.map(({ RegionName }) => RegionName ?? "");
    },
    async instance(id, signal) {
      const { Reservations = [] } = await ask(
        "DescribeInstances",
        client.send(new DescribeInstancesCommand({ InstanceIds: [id] }), options(signal)),
      );
      const found = Reservations[0]?.Instances?.[0];
      return found === undefined
        ? undefined
        : {
            id,
            zone: found.Placement?.AvailabilityZone ?? "",
            devices: (found.BlockDeviceMappings ?? []).map(({ DeviceName }) => DeviceName ?? ""),
          };
    },
    volume: async (id, signal) => orNothing(async () => (await volumes({ VolumeIds: [id] }, signal))[0]),
    volumesTagged: (key, value, signal) => volumes({ Filters: [{ Name: `tag:${key}`, Values: [value] }] }, signal),
    snapshotsOf: (volume, signal) => snapshots({ Filters: [{ Name: "volume-id", Values: [volume] }] }, signal),
    async createVolume(spec, signal) {
      const { VolumeId = "" } = await ask(
        "CreateVolume",
        client.send(new CreateVolumeCommand(volumeQuery(spec)), options(signal)),
      );
      return VolumeId;
    },
    async attachVolume(VolumeId, InstanceId, Device, signal) {
      await ask(
        "AttachVolume",
        client.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }), options(signal)),
      );
    },
    async detachVolume(VolumeId, InstanceId, Device, signal) {
      await ask(
        "DetachVolume",
        client.send(new DetachVolumeCommand({ VolumeId, InstanceId, Device }), options(signal)),
      );
    },
    async deleteVolume(VolumeId, signal) {
      await ask("DeleteVolume", client.send(new DeleteVolumeCommand({ VolumeId }), options(signal)));
    },
    async createSnapshot(VolumeId, Description, tags, signal) {
      const { SnapshotId = "" } = await ask(
        "CreateSnapshot",
        client.send(
          new CreateSnapshotCommand({ VolumeId, Description, ...tagsAtCreation("snapshot", tags) }),
          options(signal),
        ),
      );
      return SnapshotId;
    },
    async shareSnapshot(SnapshotId, { accounts, groups }, signal) {
      // This form is the one that stand-ins for EC2 know too.
      const query = {
        SnapshotId,
        Attribute: "createVolumePermission" as const,
        OperationType: "add" as const,
        ...(accounts === undefined ? {} : { UserIds: [...accounts] }),
        ...(groups === undefined ? {} : { GroupNames: [...groups] }),
      };
      await ask("ModifySnapshotAttribute", client.send(new ModifySnapshotAttributeCommand(query), options(signal)));
    },
    async deleteSnapshot(SnapshotId, signal) {
      await ask("DeleteSnapshot", client.send(new DeleteSnapshotCommand({ SnapshotId }), options(signal)));
    },
    async tag(resources, tags, signal) {
      await ask(
        "CreateTags",
        client.send(new CreateTagsCommand({ Resources: [...resources], Tags: tagList(tags) }), options(signal)),
      );
    },
  };
}

function volumeOf({ VolumeId, State, Attachments = [] }: SdkVolume): Volume {
  const attachments = Attachments.map(({ InstanceId, Device, State: state }) => ({
    instance: InstanceId ?? "",
    device: Device ?? "",
    state: state ?? "",
  }));
  return { id: VolumeId ?? "", state: State ?? "", attachments };
}

function volumeQuery(spec: VolumeSpec) {
  const { VolumeSize, ...ebs } = ebsQuery(spec);
  return {
    AvailabilityZone: spec.zone,
    ...ebs,
    ...given("Size", VolumeSize),
    ...given("Encrypted", spec.encrypted),
    ...given("KmsKeyId", spec.kmsKey),
    ClientToken: spec.token,
    TagSpecifications: [{ ResourceType: "volume" as const, Tags: tagList(spec.tags) }],
  };
}
