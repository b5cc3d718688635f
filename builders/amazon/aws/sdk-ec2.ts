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
import { coalescer } from "../ec2/coalesce.js";
import type { Ec2, Instance, Snapshot, Volume, VolumeSpec } from "../ec2/ec2.js";
import { isPassing } from "../ec2/failure.js";
import { poller } from "../ec2/poller.js";
import type { Retries } from "./retry.js";
import { asking, byIds, type Explain, ebsQuery, given, orNothing, tagList, tagsAtCreation } from "./sdk-call.js";
import { imageCalls } from "./sdk-images.js";

/** Milliseconds for which the answer to a question that no build changes is good for the others. */
const FRESH = 5000;

/** EC2 through the SDK. All errors are {@link Ec2Error}s. */
export function sdkEc2({
  explain,
  retries,
  ...config
}: EC2ClientConfig & { readonly region: string; readonly retries: Retries; readonly explain?: Explain }): Ec2 {
  const client = new EC2Client(config);
  const ask = asking(retries, explain);
  const volumes = async (query: object, signal: AbortSignal): Promise<readonly Volume[]> => {
    const { Volumes = [] } = await ask(
      "DescribeVolumes",
      (options) => client.send(new DescribeVolumesCommand(query), options),
      signal,
    );
    return Volumes.map(volumeOf);
  };
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
  const regions = async (signal: AbortSignal): Promise<readonly string[]> => {
    const { Regions = [] } = await ask(
      "DescribeRegions",
      (options) => client.send(new DescribeRegionsCommand({}), options),
      signal,
    );
    return Regions.map(({ RegionName }) => RegionName ?? "");
  };
  const instance = async (id: string, signal: AbortSignal): Promise<Instance | undefined> => {
    const { Reservations = [] } = await ask(
      "DescribeInstances",
      (options) => client.send(new DescribeInstancesCommand({ InstanceIds: [id] }), options),
      signal,
    );
    const found = Reservations[0]?.Instances?.[0];
    return found === undefined
      ? undefined
      : {
          id,
          zone: found.Placement?.AvailabilityZone ?? "",
          devices: (found.BlockDeviceMappings ?? []).map(({ DeviceName }) => DeviceName ?? ""),
        };
  };
  const images = imageCalls(client, ask);
  const together = coalescer(FRESH);
  return {
    region: config.region,
    volumeStates: poller(byIds("VolumeIds", "volume-id", volumes)),
    snapshotStates: poller(byIds("SnapshotIds", "snapshot-id", snapshots)),
    ...images,
    regions: (signal) => together("regions", regions, signal),
    instance: (id, signal) => together(`instance ${id}`, (shared) => instance(id, shared), signal),
    sourceImages: (query, signal) => together(JSON.stringify(query), (shared) => images.images(query, shared), signal),
    volume: async (id, signal) => orNothing(async () => (await volumes({ VolumeIds: [id] }, signal))[0]),
    volumesTagged: (key, value, signal) => volumes({ Filters: [{ Name: `tag:${key}`, Values: [value] }] }, signal),
    snapshotsCopiedFor(image, signal) {
      const filter = { Name: "description", Values: [`Copied for DestinationAmi ${image} *`] };
      return snapshots({ OwnerIds: ["self"], Filters: [filter] }, signal);
    },
    snapshotsOf: (volume, signal) => snapshots({ Filters: [{ Name: "volume-id", Values: [volume] }] }, signal),
    async createVolume(spec, signal) {
      const { VolumeId = "" } = await ask(
        "CreateVolume",
        (options) => client.send(new CreateVolumeCommand(volumeQuery(spec)), options),
        signal,
      );
      return VolumeId;
    },
    async attachVolume(VolumeId, InstanceId, Device, signal) {
      await ask(
        "AttachVolume",
        (options) => client.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }), options),
        signal,
      );
    },
    async detachVolume(VolumeId, InstanceId, Device, signal) {
      await ask(
        "DetachVolume",
        (options) => client.send(new DetachVolumeCommand({ VolumeId, InstanceId, Device }), options),
        signal,
      );
    },
    async deleteVolume(VolumeId, signal) {
      await ask("DeleteVolume", (options) => client.send(new DeleteVolumeCommand({ VolumeId }), options), signal);
    },
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
    async shareSnapshot(SnapshotId, { accounts, groups }, signal) {
      // This form is the one that stand-ins for EC2 know too.
      const query = {
        SnapshotId,
        Attribute: "createVolumePermission" as const,
        OperationType: "add" as const,
        ...(accounts === undefined ? {} : { UserIds: [...accounts] }),
        ...(groups === undefined ? {} : { GroupNames: [...groups] }),
      };
      await ask(
        "ModifySnapshotAttribute",
        (options) => client.send(new ModifySnapshotAttributeCommand(query), options),
        signal,
      );
    },
    async deleteSnapshot(SnapshotId, signal) {
      await ask("DeleteSnapshot", (options) => client.send(new DeleteSnapshotCommand({ SnapshotId }), options), signal);
    },
    async tag(resources, tags, signal) {
      await ask(
        "CreateTags",
        (options) => client.send(new CreateTagsCommand({ Resources: [...resources], Tags: tagList(tags) }), options),
        signal,
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
