import { type Action, type Call, checkTagCount, done, items, now, tagsFor } from "./action.js";
import { blockDevicesOf } from "./block-devices.js";
import { imageState } from "./describe-images.js";
import { Ec2Error } from "./ec2-error.js";
import { encryptionOf } from "./encryption.js";
import { imageOf, regionCalled, snapshotOf } from "./lookup.js";
import { type BlockDevice, type Image, newId } from "./model.js";
import { checkChoice, flag, type Query, required, text, texts, type Xml } from "./query.js";
import { completionMinutes, copySnapshotOf, removeSnapshot } from "./snapshots.js";

const registerImage: Action = (call) => {
  const { query } = call;
  const name = freeName(call);
  checkChoices(query);
  const rootDevice = text(query, "RootDeviceName") ?? "/dev/sda1";
  const devices = blockDevicesOf(call, rootDevice);
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
  for (const [key, choices] of Object.entries(CHOICES)) checkChoice(query, key, choices);
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

const LONGEST_DESCRIPTION = 255;

function blank(call: Call, name: string) {
  const description = text(call.query, "Description") ?? "";
  if (description.length > LONGEST_DESCRIPTION)
    throw new Ec2Error(
      "InvalidParameterValue",
      `The description has ${description.length} characters; ${LONGEST_DESCRIPTION} are allowed.`,
    );
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
  const sourceRegion = regionCalled(required(query, "SourceRegion"));
  const source = imageOf({ ...call, region: sourceRegion }, required(query, "SourceImageId"));
  if (imageState(source) !== "available")
    throw new Ec2Error("IncorrectState", `The image ${source.id} is in the '${imageState(source)}' state.`);
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
    completionMinutes: completionMinutes(call.query, "SnapshotCopyCompletionDurationMinutes"),
    tags: tagsFor(call.query, "snapshot", "image"),
  });
  return { ...device, ebs: { ...device.ebs, kmsKey: undefined, ...encryption, snapshot: snapshot.id } };
}

export const imageActions: Readonly<Record<string, Action>> = {
  RegisterImage: registerImage,
  DeregisterImage: deregisterImage,
  CopyImage: copyImage,
};
