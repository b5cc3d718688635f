// Images, through the SDK.

import {
  type BlockDeviceMapping,
  CopyImageCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DisableImageDeregistrationProtectionCommand,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  type Image as SdkImage,
} from "@aws-sdk/client-ec2";
import type { BlockDevice, CopySpec, Image, ImageCalls, ImageChange, ImageQuery, ImageSpec } from "../ec2/ec2.js";
import { poller } from "../ec2/poller.js";
import { type Ask, byIds, ebsQuery, given } from "./sdk-call.js";

export const imageCalls = (ask: Ask): ImageCalls => ({ ...looks(ask), ...lives(ask), ...changes(ask) });

function looks(ask: Ask): Pick<ImageCalls, "imageStates" | "images"> {
  const images = async (query: object, signal: AbortSignal): Promise<readonly Image[]> => {
    const { Images = [] } = await ask("DescribeImages", () => new DescribeImagesCommand(query), signal);
    return Images.map(imageOf);
  };
  return {
    imageStates: poller(byIds("ImageIds", "image-id", images)),
    images: (query, signal) => images(searchQuery(query), signal),
  };
}

const lives = (ask: Ask): Pick<ImageCalls, "registerImage" | "copyImage" | "deregisterImage"> => ({
  async registerImage(spec, signal) {
    const { ImageId = "" } = await ask("RegisterImage", () => new RegisterImageCommand(imageQuery(spec)), signal);
    return ImageId;
  },
  async copyImage(spec, signal) {
    const { ImageId = "" } = await ask("CopyImage", () => new CopyImageCommand(copyQuery(spec)), signal);
    return ImageId;
  },
  async deregisterImage(ImageId, signal) {
    await ask("DeregisterImage", () => new DeregisterImageCommand({ ImageId }), signal);
  },
});

type Changes = Pick<ImageCalls, "changeImage" | "deprecateImage" | "protectImage" | "unprotectImage">;

const changes = (ask: Ask): Changes => ({
  async changeImage(ImageId, change, signal) {
    const input = { ImageId, ...changeQuery(change) };
    await ask("ModifyImageAttribute", () => new ModifyImageAttributeCommand(input), signal);
  },
  async deprecateImage(ImageId, at, signal) {
    const input = { ImageId, DeprecateAt: new Date(at) };
    await ask("EnableImageDeprecation", () => new EnableImageDeprecationCommand(input), signal);
  },
  async protectImage(ImageId, WithCooldown, signal) {
    const command = () => new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown });
    await ask("EnableImageDeregistrationProtection", command, signal);
  },
  async unprotectImage(ImageId, signal) {
    const command = () => new DisableImageDeregistrationProtectionCommand({ ImageId });
    await ask("DisableImageDeregistrationProtection", command, signal);
  },
});

const searchQuery = ({ ids, owners, filters, includeDeprecated }: ImageQuery) => ({
  ...(ids === undefined ? {} : { ImageIds: [...ids] }),
  ...(owners === undefined || owners.length === 0 ? {} : { Owners: [...owners] }),
  ...(filters === undefined
    ? {}
    : { Filters: Object.entries(filters).map(([Name, Values]) => ({ Name, Values: [...Values] })) }),
  ...given("IncludeDeprecated", includeDeprecated),
});

// An empty key would go over the wire, and mean none.
const copyQuery = (spec: CopySpec) => ({
  Name: spec.name,
  SourceImageId: spec.image,
  SourceRegion: spec.region,
  CopyImageTags: true,
  ClientToken: spec.token,
  ...given("Encrypted", spec.encrypted),
  ...(spec.encrypted === true ? given("KmsKeyId", spec.kmsKey) : {}),
  ...given("SnapshotCopyCompletionDurationMinutes", spec.minutes),
});

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
    ...given("protection", image.DeregistrationProtection),
  };
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
    ...given("UefiData", spec.uefiData),
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
    case "organizations":
      return { LaunchPermission: { Add: change.arns.map((OrganizationArn) => ({ OrganizationArn })) } };
    case "units":
      return { LaunchPermission: { Add: change.arns.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })) } };
    case "product codes":
      return { Attribute: "productCodes" as const, OperationType: "add" as const, ProductCodes: [...change.codes] };
    case "imds":
      return { ImdsSupport: { Value: change.support } };
  }
}
