import {
  AttachVolumeCommand,
  type BlockDeviceMapping,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  EC2Client,
  type EC2ClientConfig,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  type Image as SdkImage,
  type Volume as SdkVolume,
} from "@aws-sdk/client-ec2";
import type { BlockDevice, Ec2, Image, ImageChange, ImageSpec, Tags, Volume, VolumeSpec } from "../ec2/ec2.js";
import { Ec2Error, isNotFound } from "../ec2/failure.js";

/** EC2 through the SDK. All errors are {@link Ec2Error}s. */
export function sdkEc2(config: EC2ClientConfig & { readonly region: string }): Ec2 {
  const client = new EC2Client(config);
  /** One call; what EC2 says no to becomes an Ec2Error. */
  const ask = async <T>(action: string, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw ec2Error(action, error);
    }
  };
  const options = (signal: AbortSignal) => ({ abortSignal: signal });
  const volumes = async (query: object, signal: AbortSignal): Promise<readonly Volume[]> => {
    const { Volumes = [] } = await ask(
      "DescribeVolumes",
      client.send(new DescribeVolumesCommand(query), options(signal)),
    );
    return Volumes.map(volumeOf);
  };
  const snapshots = async (query: object, signal: AbortSignal) => {
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
    async regions(signal) {
      const { Regions = [] } = await ask(
        "DescribeRegions",
        client.send(new DescribeRegionsCommand({}), options(signal)),
      );
      return Regions.map(({ RegionName }) => RegionName ?? "");
    },
    async images({ ids, owners, filters, includeDeprecated }, signal) {
      const query = {
        ...(ids === undefined ? {} : { ImageIds: [...ids] }),
        ...(owners === undefined || owners.length === 0 ? {} : { Owners: [...owners] }),
        ...(filters === undefined
          ? {}
          : { Filters: Object.entries(filters).map(([Name, Values]) => ({ Name, Values: [...Values] })) }),
        ...(includeDeprecated === undefined ? {} : { IncludeDeprecated: includeDeprecated }),
      };
      const { Images = [] } = await ask(
        "DescribeImages",
        client.send(new DescribeImagesCommand(query), options(signal)),
      );
      return Images.map(imageOf);
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
    snapshot: async (id, signal) => orNothing(async () => (await snapshots({ SnapshotIds: [id] }, signal))[0]),
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
    async createSnapshot(VolumeId, Description, signal) {
      const { SnapshotId = "" } = await ask(
        "CreateSnapshot",
        client.send(new CreateSnapshotCommand({ VolumeId, Description }), options(signal)),
      );
      return SnapshotId;
    },
    async deleteSnapshot(SnapshotId, signal) {
      await ask("DeleteSnapshot", client.send(new DeleteSnapshotCommand({ SnapshotId }), options(signal)));
    },
    async registerImage(spec, signal) {
      const { ImageId = "" } = await ask(
        "RegisterImage",
        client.send(new RegisterImageCommand(imageQuery(spec)), options(signal)),
      );
      return ImageId;
    },
    async deregisterImage(ImageId, signal) {
      await ask("DeregisterImage", client.send(new DeregisterImageCommand({ ImageId }), options(signal)));
    },
    async changeImage(ImageId, change, signal) {
      await ask(
        "ModifyImageAttribute",
        client.send(new ModifyImageAttributeCommand({ ImageId, ...changeQuery(change) }), options(signal)),
      );
    },
    async tag(resources, tags, signal) {
      await ask(
        "CreateTags",
        client.send(new CreateTagsCommand({ Resources: [...resources], Tags: tagList(tags) }), options(signal)),
      );
    },
  };
}

function ec2Error(action: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name === "AbortError") return error;
  const code = "Code" in error ? String(error.Code) : error.name;
  return new Ec2Error(action, code, error.message, error);
}

/** What was just made may not be known everywhere yet. */
async function orNothing<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function volumeOf({ VolumeId, State, Attachments = [] }: SdkVolume): Volume {
  const attachments = Attachments.map(({ InstanceId, Device, State: state }) => ({
    instance: InstanceId ?? "",
    device: Device ?? "",
    state: state ?? "",
  }));
  return { id: VolumeId ?? "", state: State ?? "", attachments };
}

function imageOf(image: SdkImage): Image {
  return {
    id: image.ImageId ?? "",
    name: image.Name ?? "",
    state: image.State ?? "",
    created: image.CreationDate ?? "",
    owner: image.OwnerId ?? "",
    ownerAlias: image.ImageOwnerAlias ?? "",
    architecture: image.Architecture ?? "",
    virtualization: image.VirtualizationType ?? "",
    rootDeviceType: image.RootDeviceType ?? "",
    rootDeviceName: image.RootDeviceName ?? "",
    devices: (image.BlockDeviceMappings ?? []).map(deviceOf),
    tags: Object.fromEntries((image.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    ...given("kernel", image.KernelId),
    ...given("ramdisk", image.RamdiskId),
    ena: image.EnaSupport ?? false,
    sriov: image.SriovNetSupport === "simple",
    ...given("bootMode", image.BootMode),
    ...given("tpm", image.TpmSupport),
    ...given("imds", image.ImdsSupport),
  };
}

/** A member only where there is a value. */
function given<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: V });
}

function deviceOf({ DeviceName, VirtualName, NoDevice, Ebs }: BlockDeviceMapping): BlockDevice {
  return {
    name: DeviceName ?? "",
    ...given("virtualName", VirtualName),
    ...(NoDevice === undefined ? {} : { noDevice: true }),
    ...(Ebs === undefined
      ? {}
      : {
          ebs: {
            ...given("snapshot", Ebs.SnapshotId),
            ...given("size", Ebs.VolumeSize),
            ...given("type", Ebs.VolumeType),
            ...given("iops", Ebs.Iops),
            ...given("throughput", Ebs.Throughput),
            ...given("encrypted", Ebs.Encrypted),
            ...given("kmsKey", Ebs.KmsKeyId),
            ...given("deleteOnTermination", Ebs.DeleteOnTermination),
          },
        }),
  };
}

function mappingOf({ name, virtualName, noDevice, ebs }: BlockDevice): BlockDeviceMapping {
  if (noDevice === true) return { DeviceName: name, NoDevice: "" };
  if (virtualName !== undefined) return { DeviceName: name, VirtualName: virtualName };
  if (ebs === undefined) return { DeviceName: name };
  return {
    DeviceName: name,
    // An encrypted snapshot makes an encrypted volume by itself, and EC2 refuses the flag beside it; a blank volume needs it.
    Ebs: {
      ...ebsQuery(ebs),
      ...(ebs.snapshot === undefined && ebs.encrypted !== undefined ? { Encrypted: ebs.encrypted } : {}),
      ...given("DeleteOnTermination", ebs.deleteOnTermination),
    },
  };
}

// The SDK names volume types by an enum that grows; any text goes over the wire.
const ebsQuery = ({ snapshot, size, type, iops, throughput }: VolumeSpec | NonNullable<BlockDevice["ebs"]>) => ({
  ...given("SnapshotId", snapshot),
  ...given("VolumeSize", size),
  ...given("VolumeType", type as "gp2" | undefined),
  ...given("Iops", iops),
  ...given("Throughput", throughput),
});

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

function imageQuery(spec: ImageSpec) {
  return {
    Name: spec.name,
    Architecture: spec.architecture as "x86_64",
    RootDeviceName: spec.rootDeviceName,
    VirtualizationType: spec.virtualization,
    BlockDeviceMappings: spec.devices.map(mappingOf),
    ...given("KernelId", spec.kernel),
    ...given("RamdiskId", spec.ramdisk),
    ...(spec.ena ? { EnaSupport: true } : {}),
    ...(spec.sriov ? { SriovNetSupport: "simple" } : {}),
    ...given("BootMode", spec.bootMode as "uefi" | undefined),
    ...given("TpmSupport", spec.tpm as "v2.0" | undefined),
  };
}

function changeQuery(change: ImageChange) {
  switch (change.kind) {
    case "description":
      return { Description: { Value: change.text } };
    case "users":
      return { LaunchPermission: { Add: change.accounts.map((UserId) => ({ UserId })) } };
    case "groups":
      return { LaunchPermission: { Add: change.groups.map((Group) => ({ Group: Group as "all" })) } };
    case "imds":
      return { ImdsSupport: { Value: change.support } };
  }
}
