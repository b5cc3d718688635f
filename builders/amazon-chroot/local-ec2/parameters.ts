// What each action reads of a request. Whatever else is asked for is refused: a wish that is not heard must not seem granted.

import { Ec2Error } from "./ec2-error.js";
import type { Query, QueryValue } from "./query.js";

/** Of any request: the action itself, a signature in the query, and DryRun, which the server answers. */
const COMMON =
  "Action Version DryRun AWSAccessKeyId Signature SignatureMethod SignatureVersion Timestamp Expires SecurityToken X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-SignedHeaders X-Amz-Signature X-Amz-Security-Token";

const FILTERS = "Filter.N.Name Filter.N.Value.N";
const PAGES = "MaxResults NextToken";
const TAGS = "Tag.N.Key Tag.N.Value";
const TAGS_OF_THE_NEW = "TagSpecification.N.ResourceType TagSpecification.N.Tag.N.Key TagSpecification.N.Tag.N.Value";

const below = (parent: string, names: string): string =>
  names
    .split(" ")
    .map((name) => `${parent}.${name}`)
    .join(" ");

const EBS = "SnapshotId VolumeSize VolumeType Iops Throughput Encrypted KmsKeyId DeleteOnTermination";
const MAPPING = `DeviceName VirtualName NoDevice ${below("Ebs", `${EBS} VolumeInitializationRate EbsCardIndex`)}`;
const PERMISSION = "UserId Group OrganizationArn OrganizationalUnitArn";
const SNAPSHOT_PERMISSION = "UserId Group";

const permissions = (structure: string, members: string): string =>
  `${below(`${structure}.Add.N`, members)} ${below(`${structure}.Remove.N`, members)} OperationType UserId.N UserGroup.N`;

/**
 * By action, the names of its parameters in the query protocol, N for the number of a list's item. `IncludeManagedResources`,
 * `AllRegions` and `AllAvailabilityZones` ask for what is not there, `PresignedUrl` proves what nobody checks, and
 * `IncludeDeprecated` says nothing to the owner of all images: those change no answer, neither here nor on AWS.
 */
const PARAMETERS: Readonly<Record<string, string>> = {
  AttachVolume: "VolumeId InstanceId Device EbsCardIndex",
  CopyImage: `SourceRegion SourceImageId Name Description Encrypted KmsKeyId CopyImageTags ClientToken SnapshotCopyCompletionDurationMinutes ${TAGS_OF_THE_NEW}`,
  CopySnapshot: `SourceRegion SourceSnapshotId Description Encrypted KmsKeyId DestinationRegion PresignedUrl CompletionDurationMinutes ${TAGS_OF_THE_NEW}`,
  CreateSnapshot: `VolumeId Description Location ${TAGS_OF_THE_NEW}`,
  CreateTags: `ResourceId.N ${TAGS}`,
  CreateVolume: `AvailabilityZone AvailabilityZoneId Size SnapshotId VolumeType Iops Throughput Encrypted KmsKeyId MultiAttachEnabled VolumeInitializationRate ClientToken ${TAGS_OF_THE_NEW}`,
  DeleteSnapshot: "SnapshotId",
  DeleteTags: `ResourceId.N ${TAGS}`,
  DeleteVolume: "VolumeId",
  DeregisterImage: "ImageId DeleteAssociatedSnapshots",
  DescribeAccountAttributes: "AttributeName.N",
  DescribeAvailabilityZones: `ZoneName.N ZoneId.N AllAvailabilityZones ${FILTERS}`,
  DescribeImageAttribute: "ImageId Attribute",
  DescribeImages: `ImageId.N Owner.N ExecutableBy.N IncludeDeprecated IncludeDisabled ${FILTERS} ${PAGES}`,
  DescribeInstanceAttribute: "InstanceId Attribute",
  DescribeInstanceStatus: `InstanceId.N IncludeAllInstances IncludeManagedResources ${FILTERS} ${PAGES}`,
  DescribeInstanceTypes: `InstanceType.N IncludeUnsupportedInRegion ${FILTERS} ${PAGES}`,
  DescribeInstances: `InstanceId.N IncludeManagedResources ${FILTERS} ${PAGES}`,
  DescribeRegions: `RegionName.N AllRegions ${FILTERS}`,
  DescribeSnapshotAttribute: "SnapshotId Attribute",
  DescribeSnapshots: `SnapshotId.N Owner.N RestorableBy.N ${FILTERS} ${PAGES}`,
  DescribeTags: `${FILTERS} ${PAGES}`,
  DescribeVolumeAttribute: "VolumeId Attribute",
  DescribeVolumeStatus: `VolumeId.N IncludeManagedResources ${FILTERS} ${PAGES}`,
  DescribeVolumes: `VolumeId.N IncludeManagedResources ${FILTERS} ${PAGES}`,
  DescribeVolumesModifications: `VolumeId.N ${FILTERS} ${PAGES}`,
  DetachVolume: "VolumeId InstanceId Device Force",
  DisableEbsEncryptionByDefault: "",
  DisableImage: "ImageId",
  DisableImageBlockPublicAccess: "",
  DisableImageDeprecation: "ImageId",
  DisableImageDeregistrationProtection: "ImageId",
  DisableSnapshotBlockPublicAccess: "",
  EnableEbsEncryptionByDefault: "",
  EnableImage: "ImageId",
  EnableImageBlockPublicAccess: "ImageBlockPublicAccessState",
  EnableImageDeprecation: "ImageId DeprecateAt",
  EnableImageDeregistrationProtection: "ImageId WithCooldown",
  EnableSnapshotBlockPublicAccess: "State",
  GetEbsDefaultKmsKeyId: "",
  GetEbsEncryptionByDefault: "",
  GetImageBlockPublicAccessState: "",
  GetSnapshotBlockPublicAccessState: "",
  ModifyEbsDefaultKmsKeyId: "KmsKeyId",
  ModifyImageAttribute: `ImageId Attribute Value Description.Value ImdsSupport.Value ProductCode.N OrganizationArn.N OrganizationalUnitArn.N ${permissions("LaunchPermission", PERMISSION)}`,
  ModifySnapshotAttribute: `SnapshotId Attribute ${permissions("CreateVolumePermission", SNAPSHOT_PERMISSION)}`,
  ModifyVolume: "VolumeId Size VolumeType Iops Throughput MultiAttachEnabled",
  RegisterImage: `Name Description Architecture VirtualizationType RootDeviceName EnaSupport SriovNetSupport BootMode ImdsSupport TpmSupport UefiData KernelId RamdiskId ImageLocation BillingProduct.N ${below("BlockDeviceMapping.N", MAPPING)} ${TAGS_OF_THE_NEW}`,
  ResetEbsDefaultKmsKeyId: "",
  ResetImageAttribute: "ImageId Attribute",
  ResetSnapshotAttribute: "SnapshotId Attribute",
};

/** The names of all parameters that a request of `action` may have. */
export const knownParameters = (action: string): ReadonlySet<string> =>
  new Set(`${COMMON} ${PARAMETERS[action] ?? ""}`.trim().split(" "));

/** Refuses a request with a parameter that `action` does not read: UnknownParameter, as for a name that EC2 does not know. */
export function checkParameters(action: string, query: Query): void {
  const known = knownParameters(action);
  const strange = namesIn(query).find((name) => !known.has(name.replace(/\.\d+(?=\.|$)/g, ".N")));
  if (strange === undefined) return;
  throw new Ec2Error(
    "UnknownParameter",
    `The parameter ${strange} is not recognized: ${action} has none of this name, or the embedded EC2 does not support it.`,
  );
}

function namesIn(value: QueryValue, prefix = ""): readonly string[] {
  if (typeof value === "string") return [prefix];
  return Object.entries(value).flatMap(([key, inner]) => namesIn(inner, prefix === "" ? key : `${prefix}.${key}`));
}
