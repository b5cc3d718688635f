import { type Action, type Call, checkTagCount, done, find, inRegion, items, now, tagSet, tagsFor } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { encryptionOf } from "./encryption.js";
import { matches, page } from "./filters.js";
import { snapshotOf } from "./lookup.js";
import { ACCOUNT, type BlockDevice, type Image, newId } from "./model.js";
import { flag, integer, map, maps, type Query, required, text, texts, type Xml } from "./query.js";
import { copySnapshotOf, removeSnapshot } from "./snapshots.js";

/** The image called `id`; InvalidAMIID.NotFound (or .Malformed) when there is none. */
export function imageOf(call: Call, id: string): Image {
  const found = find(call, call.state.images, id);
  if (found) return found;
  if (!/^ami-[0-9a-f]{8,17}$/.test(id))
    throw new Ec2Error("InvalidAMIID.Malformed", `Invalid id: "${id}" (expecting "ami-...")`);
  throw new Ec2Error("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`);
}

function stateOf(image: Image): string {
  if (image.readyAt > Date.now()) return "pending";
  if (image.failed) return "failed";
  return image.disabled ? "disabled" : "available";
}

function describe(image: Image): Xml {
  return {
    imageId: image.id,
    imageLocation: image.location ?? `${ACCOUNT}/${image.name}`,
    imageState: stateOf(image),
    imageOwnerId: ACCOUNT,
    creationDate: image.created,
    isPublic: image.groups.includes("all"),
    productCodes: items((image.productCodes ?? []).map((productCode) => ({ productCode, type: "marketplace" }))),
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
const isBegunCopy = (image: Image): boolean => image.sourceImage !== undefined && stateOf(image) === "pending";

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
    },
  };
}

const registerImage: Action = (call) => {
  const { query } = call;
  const name = freeName(call);
  checkChoices(query);
  const rootDevice = text(query, "RootDeviceName") ?? "/dev/sda1";
  const devices = maps(query, "BlockDeviceMapping").map((each) => deviceOf(call, each));
  if (!devices.some(({ device, ebs }) => device === rootDevice && ebs?.snapshot)) {
    throw new Ec2Error(
      "InvalidBlockDeviceMapping",
      `Invalid device name '${rootDevice}': no snapshot is mapped to the root device`,
    );
  }
  const image: Image = {
    ...blank(call, name),
    architecture: text(query, "Architecture") ?? "i386",
    virtualization: text(query, "VirtualizationType") ?? "paravirtual",
    rootDevice,
    devices,
    ena: flag(query, "EnaSupport") ?? false,
    sriov: text(query, "SriovNetSupport"),
    bootMode: text(query, "BootMode"),
    imds: text(query, "ImdsSupport"),
    tpm: text(query, "TpmSupport"),
    kernel: text(query, "KernelId"),
    ramdisk: text(query, "RamdiskId"),
    location: text(query, "ImageLocation"),
    uefiData: text(query, "UefiData"),
    billingProducts: texts(query, "BillingProduct"),
    readyAt: call.readyAt("RegisterImage"),
    ...call.fate,
  };
  call.state.images[image.id] = image;
  return { imageId: image.id };
};

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  Architecture: ["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"],
  VirtualizationType: ["hvm", "paravirtual"],
  BootMode: ["legacy-bios", "uefi", "uefi-preferred"],
  ImdsSupport: ["v2.0"],
  TpmSupport: ["v2.0"],
  SriovNetSupport: ["simple"],
};

function checkChoices(query: Query): void {
  for (const [key, choices] of Object.entries(CHOICES)) {
    const value = text(query, key);
    if (value !== undefined && !choices.includes(value))
      throw new Ec2Error("InvalidParameterValue", `Value (${value}) for parameter ${key} is invalid.`);
  }
}

function freeName(call: Call): string {
  const name = required(call.query, "Name");
  if (!/^[\w ()[\]./'@-]{3,128}$/.test(name))
    throw new Ec2Error(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  // Also by one that is not to be seen everywhere yet.
  const taken = Object.values(call.state.images).find((image) => image.region === call.region && image.name === name);
  if (taken) throw new Ec2Error("InvalidAMIName.Duplicate", `AMI name ${name} is already in use by AMI ${taken.id}`);
  return name;
}

function blank(call: Call, name: string) {
  const description = text(call.query, "Description") ?? "";
  const lists = { users: [], groups: [], organizations: [], units: [] };
  return {
    id: newId("ami"),
    region: call.region,
    name,
    description,
    created: now(),
    tags: tagsFor(call.query, "image", "snapshot"),
    ...lists,
  };
}

function deviceOf(call: Call, mapping: Query): BlockDevice {
  const device = required(mapping, "DeviceName");
  const ebs = map(mapping, "Ebs");
  if (Object.keys(ebs).length === 0)
    return { device, virtual: text(mapping, "VirtualName"), none: text(mapping, "NoDevice") !== undefined };
  const id = text(ebs, "SnapshotId");
  const snapshot = id ? snapshotOf(call, id) : undefined;
  if (snapshot && snapshot.readyAt > Date.now())
    throw new Ec2Error("IncorrectState", `Snapshot '${snapshot.id}' is not 'completed'.`);
  if (snapshot?.failed) throw new Ec2Error("IncorrectState", `Snapshot '${snapshot.id}' is not 'completed'.`);
  if (snapshot && flag(ebs, "Encrypted") !== undefined)
    throw new Ec2Error(
      "InvalidBlockDeviceMapping",
      `the encrypted flag cannot be specified since device ${device} has a snapshot specified.`,
    );
  const size = integer(ebs, "VolumeSize", 1) ?? snapshot?.size;
  if (size === undefined || size < (snapshot?.size ?? 1))
    throw new Ec2Error("InvalidBlockDeviceMapping", `Volume of ${size}GiB is smaller than its snapshot`);
  return {
    device,
    ebs: {
      snapshot: snapshot?.id,
      size,
      type: text(ebs, "VolumeType") ?? "gp2",
      ...(snapshot === undefined && !flag(ebs, "Encrypted") && !text(ebs, "KmsKeyId")
        ? { encrypted: false }
        : encryptionOf(call, ebs, snapshot)),
      deleteOnTermination: flag(ebs, "DeleteOnTermination") ?? true,
      iops: integer(ebs, "Iops"),
      throughput: integer(ebs, "Throughput"),
    },
  };
}

const describeImages: Action = (call) => {
  const ids = texts(call.query, "ImageId");
  const owners = texts(call.query, "Owner");
  const ours = owners.length === 0 || owners.includes("self") || owners.includes(ACCOUNT);
  const chosen = ids.length > 0 ? ids.map((id) => imageOf(call, id)) : inRegion(call, call.state.images);
  const found = page(
    call.query,
    chosen.filter((image) => ours && isRunnable(call.query, image) && matches(call.query, fields(image), image.tags)),
  );
  return { imagesSet: items(found.items.map(describe)), nextToken: found.nextToken };
};

/** ExecutableBy: `self` (named in the launch permissions), `all` (public), or an account of the permissions. */
function isRunnable(query: Query, image: Image): boolean {
  const wanted = texts(query, "ExecutableBy");
  const allowed = [...image.groups, ...image.users, ...(image.users.includes(ACCOUNT) ? ["self"] : [])];
  return wanted.length === 0 || wanted.some((each) => allowed.includes(each));
}

const fields = (image: Image): Record<string, readonly (string | undefined)[]> => ({
  name: [image.name],
  "image-id": [image.id],
  architecture: [image.architecture],
  description: [image.description],
  state: [stateOf(image)],
  "image-type": ["machine"],
  "is-public": [String(image.groups.includes("all"))],
  "owner-id": [ACCOUNT],
  "owner-alias": [],
  "kernel-id": [image.kernel],
  "ramdisk-id": [image.ramdisk],
  "manifest-location": [image.location ?? `${ACCOUNT}/${image.name}`],
  platform: [],
  "product-code": image.productCodes ?? [],
  "product-code.type": (image.productCodes ?? []).map(() => "marketplace"),
  "source-image-id": [image.sourceImage],
  "source-image-region": [image.sourceRegion],
  "source-instance-id": [],
  "state-reason-code": [image.failed ? "Client.InternalError" : undefined],
  "state-reason-message": [image.failed ? "Client.InternalError: Scripted failure." : undefined],
  "sriov-net-support": [image.sriov],
  "image-allowed": ["true"],
  "free-tier-eligible": ["false"],
  "boot-mode": [image.bootMode],
  "root-device-name": [image.rootDevice],
  "root-device-type": ["ebs"],
  "virtualization-type": [image.virtualization],
  hypervisor: ["xen"],
  "ena-support": [String(image.ena)],
  "creation-date": [image.created],
  "block-device-mapping.snapshot-id": image.devices.map((each) => each.ebs?.snapshot),
  "block-device-mapping.device-name": image.devices.map((each) => each.device),
  "block-device-mapping.volume-size": image.devices.map((each) => each.ebs && String(each.ebs.size)),
  "block-device-mapping.encrypted": image.devices.map((each) => each.ebs && String(each.ebs.encrypted)),
  "block-device-mapping.delete-on-termination": image.devices.map(
    (each) => each.ebs && String(each.ebs.deleteOnTermination),
  ),
  "block-device-mapping.volume-type": image.devices.map((each) => each.ebs?.type),
});

const deregisterImage: Action = async (call) => {
  const image = imageOf(call, required(call.query, "ImageId"));
  if (image.protection || (image.protectedUntil ?? 0) > Date.now())
    throw new Ec2Error("OperationNotPermitted", `The image ${image.id} is protected against deregistration.`);
  delete call.state.images[image.id];
  if (!flag(call.query, "DeleteAssociatedSnapshots")) return done;
  const results: Xml[] = [];
  for (const snapshotId of image.devices.flatMap(({ ebs }) => ebs?.snapshot ?? []))
    results.push({ snapshotId, returnCode: await deletionOf(call, snapshotId) });
  return { ...done, deleteSnapshotResultSet: items(results) };
};

/** Deletes one snapshot of a deregistered image, and says how that went as EC2 does. */
async function deletionOf(call: Call, id: string): Promise<string> {
  try {
    await removeSnapshot(call, id);
    return "success";
  } catch (error) {
    if (error instanceof Ec2Error) return error.code === "InvalidSnapshot.InUse" ? "skipped" : "client-error";
    throw error;
  }
}

const copyImage: Action = async (call) => {
  const { query } = call;
  const sourceRegion = required(query, "SourceRegion");
  const source = imageOf({ ...call, region: sourceRegion }, required(query, "SourceImageId"));
  if (stateOf(source) !== "available")
    throw new Ec2Error("IncorrectState", `The image ${source.id} is in the '${stateOf(source)}' state.`);
  const fresh = blank(call, freeName(call));
  const devices: BlockDevice[] = [];
  for (const device of source.devices) devices.push(await copyDevice(call, source, fresh.id, device));
  const tags = flag(query, "CopyImageTags") ? checkTagCount({ ...source.tags, ...fresh.tags }) : fresh.tags;
  const reset = {
    deprecation: undefined,
    protection: undefined,
    protectedUntil: undefined,
    location: undefined,
    hiddenUntil: undefined,
  };
  const origin = { sourceImage: source.id, sourceRegion, readyAt: call.readyAt("CopyImage"), ...call.fate };
  call.state.images[fresh.id] = { ...source, ...fresh, ...reset, ...origin, devices, tags };
  return { imageId: fresh.id };
};

async function copyDevice(call: Call, image: Image, copied: string, device: BlockDevice): Promise<BlockDevice> {
  if (!device.ebs?.snapshot) return device;
  const source = snapshotOf({ ...call, region: image.region }, device.ebs.snapshot);
  const encryption = encryptionOf(call, call.query, source, image.region === call.region);
  const snapshot = await copySnapshotOf(call, source, {
    ...encryption,
    description: `Copied for DestinationAmi ${copied} from SourceAmi ${image.id} for SourceSnapshot ${source.id}.`,
    tags: tagsFor(call.query, "snapshot", "image"),
  });
  return { ...device, ebs: { ...device.ebs, kmsKey: undefined, ...encryption, snapshot: snapshot.id } };
}

export const imageActions: Readonly<Record<string, Action>> = {
  RegisterImage: registerImage,
  DescribeImages: describeImages,
  DeregisterImage: deregisterImage,
  CopyImage: copyImage,
};
