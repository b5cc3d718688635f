import { type Action, type Answer, type Call, done, find, inRegion, items, now, tagSet, tagsFor } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { matches, page } from "./filters.js";
import { ACCOUNT, type BlockDevice, type Image, newId } from "./model.js";
import { flag, integer, map, maps, type Query, required, text, texts, type Xml } from "./query.js";
import { changed, copySnapshotOf, snapshotOf } from "./snapshots.js";

const imageOf = (call: Call, id: string): Image =>
  find(call, call.state.images, id, "InvalidAMIID.NotFound", "image id");
const stateOf = (image: Image): string => (image.readyAt <= Date.now() ? "available" : "pending");

function describe(image: Image): Xml {
  return {
    imageId: image.id,
    imageLocation: `${ACCOUNT}/${image.name}`,
    imageState: stateOf(image),
    imageOwnerId: ACCOUNT,
    creationDate: image.created,
    isPublic: image.groups.includes("all"),
    architecture: image.architecture,
    imageType: "machine",
    kernelId: image.kernel,
    ramdiskId: image.ramdisk,
    name: image.name,
    description: image.description,
    rootDeviceType: "ebs",
    rootDeviceName: image.rootDevice,
    blockDeviceMapping: items(image.devices.map(describeDevice)),
    virtualizationType: image.virtualization,
    hypervisor: "xen",
    enaSupport: image.ena,
    sriovNetSupport: image.sriov,
    bootMode: image.bootMode,
    imdsSupport: image.imds,
    tpmSupport: image.tpm,
    platformDetails: "Linux/UNIX",
    usageOperation: "RunInstances",
    deprecationTime: image.deprecation,
    deregistrationProtection: image.protection ?? "disabled",
    tagSet: tagSet(image.tags),
  };
}

function describeDevice({ device, virtual, none, ebs }: BlockDevice): Xml {
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
    readyAt: call.readyAt("RegisterImage"),
  };
  call.state.images[image.id] = image;
  return { imageId: image.id };
};

function freeName(call: Call): string {
  const name = required(call.query, "Name");
  if (!/^[\w ()[\]./'@-]{3,128}$/.test(name))
    throw new Ec2Error(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  const taken = inRegion(call, call.state.images).find((image) => image.name === name);
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
    tags: tagsFor(call.query, "image"),
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
  const size = integer(ebs, "VolumeSize", 1) ?? snapshot?.size;
  if (size === undefined || size < (snapshot?.size ?? 1))
    throw new Ec2Error("InvalidBlockDeviceMapping", `Volume of ${size}GiB is smaller than its snapshot`);
  return {
    device,
    ebs: {
      snapshot: snapshot?.id,
      size,
      type: text(ebs, "VolumeType") ?? "gp2",
      encrypted: flag(ebs, "Encrypted") ?? snapshot?.encrypted ?? false,
      deleteOnTermination: flag(ebs, "DeleteOnTermination") ?? true,
      iops: integer(ebs, "Iops"),
      throughput: integer(ebs, "Throughput"),
      kmsKey: text(ebs, "KmsKeyId") ?? snapshot?.kmsKey,
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
    chosen.filter((image) => ours && matches(call.query, fields(image), image.tags)),
  );
  return { imagesSet: items(found.items.map(describe)), nextToken: found.nextToken };
};

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
  "root-device-name": [image.rootDevice],
  "root-device-type": ["ebs"],
  "virtualization-type": [image.virtualization],
  hypervisor: ["xen"],
  "ena-support": [String(image.ena)],
  "creation-date": [image.created],
  "block-device-mapping.snapshot-id": image.devices.map((each) => each.ebs?.snapshot),
  "block-device-mapping.device-name": image.devices.map((each) => each.device),
  "block-device-mapping.volume-type": image.devices.map((each) => each.ebs?.type),
});

const deregisterImage: Action = (call) => {
  const image = imageOf(call, required(call.query, "ImageId"));
  if (image.protection)
    throw new Ec2Error("OperationNotPermitted", `The image ${image.id} is protected against deregistration.`);
  delete call.state.images[image.id];
  return done;
};

const copyImage: Action = async (call) => {
  const source = imageOf(
    { ...call, region: required(call.query, "SourceRegion") },
    required(call.query, "SourceImageId"),
  );
  const fresh = blank(call, freeName(call));
  const devices = await Promise.all(source.devices.map((device) => copyDevice(call, source.region, device)));
  const tags = flag(call.query, "CopyImageTags") ? { ...source.tags, ...fresh.tags } : fresh.tags;
  const settings = { deprecation: undefined, protection: undefined, readyAt: call.readyAt("CopyImage") };
  call.state.images[fresh.id] = { ...source, ...fresh, ...settings, devices, tags };
  return { imageId: fresh.id };
};

async function copyDevice(call: Call, region: string, device: BlockDevice): Promise<BlockDevice> {
  if (!device.ebs?.snapshot) return device;
  const source = snapshotOf({ ...call, region }, device.ebs.snapshot);
  const encrypted = source.encrypted || (flag(call.query, "Encrypted") ?? false);
  const kmsKey = text(call.query, "KmsKeyId") ?? (region === call.region ? source.kmsKey : undefined);
  const snapshot = await copySnapshotOf(call, source, { encrypted, kmsKey, tags: tagsFor(call.query, "snapshot") });
  return { ...device, ebs: { ...device.ebs, snapshot: snapshot.id, encrypted, kmsKey } };
}

const modifyImageAttribute: Action = (call) => {
  const { query } = call;
  const image = imageOf(call, required(query, "ImageId"));
  const change = map(query, "LaunchPermission");
  image.description =
    text(map(query, "Description"), "Value") ??
    (text(query, "Attribute") === "description" ? text(query, "Value") : undefined) ??
    image.description;
  const added = (key: string) => (text(query, "OperationType") === "add" ? texts(query, key) : []);
  const removed = (key: string) => new Set(text(query, "OperationType") === "remove" ? texts(query, key) : []);
  const next = (current: readonly string[], key: string, flat: string) =>
    changed(current, change, key, added(flat)).filter((each) => !removed(flat).has(each));
  image.users = next(image.users, "UserId", "UserId");
  image.groups = next(image.groups, "Group", "UserGroup");
  image.organizations = next(image.organizations, "OrganizationArn", "OrganizationArn");
  image.units = next(image.units, "OrganizationalUnitArn", "OrganizationalUnitArn");
  return done;
};

const describeImageAttribute: Action = (call) => {
  const image = imageOf(call, required(call.query, "ImageId"));
  const permissions = [
    ...image.users.map((userId) => ({ userId })),
    ...image.groups.map((group) => ({ group })),
    ...image.organizations.map((organizationArn) => ({ organizationArn })),
    ...image.units.map((organizationalUnitArn) => ({ organizationalUnitArn })),
  ];
  const answers: Readonly<Record<string, Answer>> = {
    launchPermission: { launchPermission: items(permissions) },
    description: { description: { value: image.description } },
    blockDeviceMapping: { blockDeviceMapping: items(image.devices.map(describeDevice)) },
    bootMode: { bootMode: { value: image.bootMode } },
    sriovNetSupport: { sriovNetSupport: { value: image.sriov } },
    tpmSupport: { tpmSupport: { value: image.tpm } },
    imdsSupport: { imdsSupport: { value: image.imds } },
  };
  const name = required(call.query, "Attribute");
  const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
  if (!answer) throw new Ec2Error("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
  return { imageId: image.id, ...answer };
};

const change =
  (alter: (image: Image, query: Query) => void, answer: Xml = true): Action =>
  (call) => {
    alter(imageOf(call, required(call.query, "ImageId")), call.query);
    return { return: answer };
  };

export const imageActions: Readonly<Record<string, Action>> = {
  RegisterImage: registerImage,
  DescribeImages: describeImages,
  DeregisterImage: deregisterImage,
  CopyImage: copyImage,
  ModifyImageAttribute: modifyImageAttribute,
  DescribeImageAttribute: describeImageAttribute,
  EnableImageDeprecation: change((image, query) => {
    image.deprecation = required(query, "DeprecateAt");
  }),
  DisableImageDeprecation: change((image) => {
    image.deprecation = undefined;
  }),
  EnableImageDeregistrationProtection: change((image, query) => {
    image.protection = flag(query, "WithCooldown") ? "enabled-with-cooldown" : "enabled-without-cooldown";
  }, "enabled-without-cooldown"),
  DisableImageDeregistrationProtection: change((image) => {
    image.protection = undefined;
  }, "disabled"),
};
