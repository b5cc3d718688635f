// What EC2 says of images.

import { type Action, inRegion, items, tagSet } from "./action.js";
import { type Fields, filtered } from "./filters.js";
import { imageOf } from "./lookup.js";
import { ACCOUNT, type BlockDevice, type Image } from "./model.js";
import { byAge, page } from "./pages.js";
import { flag, type Query, texts, type Xml } from "./query.js";

/** As Describe calls give it. */
export function imageState(image: Image): string {
  if (image.readyAt > Date.now()) return "pending";
  if (image.failed) return "failed";
  return image.disabled ? "disabled" : "available";
}

export const describeProductCodes = ({ productCodes = [] }: Image): Xml =>
  items(productCodes.map((productCode) => ({ productCode, type: "marketplace" })));

function describeImage(image: Image): Xml {
  return {
    imageId: image.id,
    imageLocation: image.location ?? `${ACCOUNT}/${image.name}`,
    imageState: imageState(image),
    imageOwnerId: ACCOUNT,
    creationDate: image.created,
    isPublic: image.groups.includes("all"),
    productCodes: describeProductCodes(image),
    architecture: image.architecture,
    imageType: "machine",
    kernelId: image.kernel,
    ramdiskId: image.ramdisk,
    name: image.name,
    description: image.description === "" ? undefined : image.description,
    stateReason: image.failed
      ? { code: "Client.InternalError", message: "Client.InternalError: Scripted failure." }
      : undefined,
    rootDeviceType: "ebs",
    rootDeviceName: image.rootDevice,
    blockDeviceMapping: items(isBegunCopy(image) ? [] : image.devices.map(describeDevice)),
    virtualizationType: image.virtualization,
    hypervisor: "xen",
    enaSupport: image.ena,
    sriovNetSupport: image.sriov,
    bootMode: image.bootMode,
    imdsSupport: image.imds,
    tpmSupport: image.tpm,
    platformDetails: "Linux/UNIX",
    usageOperation: "RunInstances",
    sourceImageId: image.sourceImage,
    sourceImageRegion: image.sourceRegion,
    freeTierEligible: false,
    imageAllowed: true,
    deprecationTime: image.deprecation,
    deregistrationProtection: image.protection ?? "disabled",
    tagSet: tagSet(image.tags),
  };
}

/** EC2 does not say what a copy that it is still at will be made of. */
const isBegunCopy = (image: Image): boolean => image.sourceImage !== undefined && imageState(image) === "pending";

/** A mapping as Describe calls give it. */
export function describeDevice({ device, virtual, none, ebs }: BlockDevice): Xml {
  return {
    deviceName: device,
    virtualName: virtual,
    noDevice: none ? "" : undefined,
    ebs: ebs && {
      snapshotId: ebs.snapshot,
      volumeSize: ebs.size,
      deleteOnTermination: ebs.deleteOnTermination,
      volumeType: ebs.type,
      iops: ebs.iops,
      throughput: ebs.throughput,
      encrypted: ebs.encrypted,
      kmsKeyId: ebs.kmsKey,
      VolumeInitializationRate: ebs.initializationRate,
      EbsCardIndex: ebs.cardIndex,
    },
  };
}

const describeImages: Action = (call) => {
  const { query } = call;
  const ids = [...new Set(texts(query, "ImageId"))];
  const chosen = ids.length > 0 ? ids.map((id) => imageOf(call, id)) : inRegion(call, call.state.images);
  const seen = chosen.filter((image) => isOurs(query) && isRunnable(query, image) && isShown(query, image));
  const found = page(
    query,
    filtered(query, seen, FIELDS, ({ tags }) => tags),
    byAge,
  );
  return { imagesSet: items(found.items.map(describeImage)), nextToken: found.nextToken };
};

function isOurs(query: Query): boolean {
  const owners = texts(query, "Owner");
  return owners.length === 0 || owners.includes("self") || owners.includes(ACCOUNT);
}

/** Disabled images are not shown unless they are asked for. */
const isShown = (query: Query, image: Image): boolean =>
  imageState(image) !== "disabled" || flag(query, "IncludeDisabled") === true;

/** ExecutableBy: `self` (named in the launch permissions), `all` (public), or an account of the permissions. */
function isRunnable(query: Query, image: Image): boolean {
  const wanted = texts(query, "ExecutableBy");
  const allowed = [...image.groups, ...image.users, ...(image.users.includes(ACCOUNT) ? ["self"] : [])];
  return wanted.length === 0 || wanted.some((each) => allowed.includes(each));
}

const FIELDS: Fields<Image> = {
  name: (image) => [image.name],
  "image-id": (image) => [image.id],
  architecture: (image) => [image.architecture],
  description: (image) => [image.description],
  state: (image) => [imageState(image)],
  "image-type": () => ["machine"],
  "is-public": (image) => [String(image.groups.includes("all"))],
  "owner-id": () => [ACCOUNT],
  "owner-alias": () => [],
  "kernel-id": (image) => [image.kernel],
  "ramdisk-id": (image) => [image.ramdisk],
  "manifest-location": (image) => [image.location ?? `${ACCOUNT}/${image.name}`],
  platform: () => [],
  "product-code": (image) => image.productCodes ?? [],
  "product-code.type": (image) => (image.productCodes ?? []).map(() => "marketplace"),
  "source-image-id": (image) => [image.sourceImage],
  "source-image-region": (image) => [image.sourceRegion],
  "source-instance-id": () => [],
  "state-reason-code": (image) => [image.failed ? "Client.InternalError" : undefined],
  "state-reason-message": (image) => [image.failed ? "Client.InternalError: Scripted failure." : undefined],
  "sriov-net-support": (image) => [image.sriov],
  "image-allowed": () => ["true"],
  "free-tier-eligible": () => ["false"],
  "boot-mode": (image) => [image.bootMode],
  "root-device-name": (image) => [image.rootDevice],
  "root-device-type": () => ["ebs"],
  "virtualization-type": (image) => [image.virtualization],
  hypervisor: () => ["xen"],
  "ena-support": (image) => [String(image.ena)],
  "creation-date": (image) => [image.created],
  "block-device-mapping.snapshot-id": (image) => image.devices.map((each) => each.ebs?.snapshot),
  "block-device-mapping.device-name": (image) => image.devices.map((each) => each.device),
  "block-device-mapping.volume-size": (image) => image.devices.map((each) => each.ebs && String(each.ebs.size)),
  "block-device-mapping.encrypted": (image) => image.devices.map((each) => each.ebs && String(each.ebs.encrypted)),
  "block-device-mapping.delete-on-termination": (image) =>
    image.devices.map((each) => each.ebs && String(each.ebs.deleteOnTermination)),
  "block-device-mapping.volume-type": (image) => image.devices.map((each) => each.ebs?.type),
};

export const describeImageActions: Readonly<Record<string, Action>> = { DescribeImages: describeImages };
