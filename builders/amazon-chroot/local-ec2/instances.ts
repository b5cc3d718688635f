import { type Action, type Call, inRegion, items, tagSet } from "./action.js";
import { attachmentState } from "./describe-volumes.js";
import { Ec2Error } from "./ec2-error.js";
import { type Fields, filtered } from "./filters.js";
import { checkInstance } from "./lookup.js";
import { ACCOUNT, hostArchitecture, INSTANCE, PROFILE, RESERVATION } from "./model.js";
import { type Paging, page } from "./pages.js";
import { required, texts, type Xml } from "./query.js";
import { instanceZone, zoneId } from "./zones.js";

/** The one instance there is: the machine that the volumes are attached to. */
const instance = (call: Call) => ({
  instanceId: INSTANCE,
  imageId: "ami-0123456789abcdef0",
  instanceState: { code: 16, name: "running" },
  privateDnsName: "ip-127-0-0-1.ec2.internal",
  instanceType: "m5.large",
  launchTime: "2020-01-01T00:00:00.000Z",
  ...NOTHING_OF_IT,
  placement: {
    availabilityZoneId: zoneId(call.region, instanceZone(call.region)),
    availabilityZone: instanceZone(call.region),
    groupName: "",
    tenancy: "default",
  },
  monitoring: { state: "disabled" },
  privateIpAddress: "127.0.0.1",
  architecture: hostArchitecture(),
  rootDeviceType: "ebs",
  rootDeviceName: "/dev/xvda",
  blockDeviceMapping: items(attachedDevices(call)),
  virtualizationType: "hvm",
  tagSet: tagSet(call.state.instanceTags?.[call.region] ?? {}),
  hypervisor: "xen",
  ebsOptimized: false,
  enaSupport: true,
  iamInstanceProfile: PROFILE,
  cpuOptions: { coreCount: 1, threadsPerCore: 2 },
  metadataOptions: METADATA,
  platformDetails: "Linux/UNIX",
  usageOperation: "RunInstances",
});

/** What EC2 always tells, and our instance has none of. */
const NOTHING_OF_IT = {
  dnsName: "",
  reason: "",
  amiLaunchIndex: 0,
  productCodes: "",
  clientToken: "",
  networkInterfaceSet: "",
  groupSet: "",
  hibernationOptions: { configured: false },
  enclaveOptions: { enabled: false },
};

/** As our metadata service is. */
const METADATA = {
  state: "applied",
  httpTokens: "required",
  httpPutResponseHopLimit: 1,
  httpEndpoint: "enabled",
  httpProtocolIpv6: "disabled",
  instanceMetadataTags: "disabled",
};

function attachedDevices(call: Call): readonly Xml[] {
  return inRegion(call, call.state.volumes).flatMap((volume) => {
    const { id, attachment } = volume;
    if (attachment === undefined) return [];
    const status = attachmentState(volume);
    return [
      {
        deviceName: attachment.device,
        ebs: { volumeId: id, status, attachTime: attachment.since, deleteOnTermination: false },
      },
    ];
  });
}

const attached = (call: Call) => inRegion(call, call.state.volumes).filter((volume) => volume.attachment);

const FIELDS: Fields<Call> = {
  "instance-id": () => [INSTANCE],
  "instance-state-name": () => ["running"],
  "instance-state-code": () => ["16"],
  "instance-type": () => ["m5.large"],
  architecture: () => [hostArchitecture()],
  "availability-zone": (call) => [instanceZone(call.region)],
  "image-id": () => ["ami-0123456789abcdef0"],
  "owner-id": () => [ACCOUNT],
  "private-ip-address": () => ["127.0.0.1"],
  "root-device-type": () => ["ebs"],
  "root-device-name": () => ["/dev/xvda"],
  "virtualization-type": () => ["hvm"],
  tenancy: () => ["default"],
  hypervisor: () => ["xen"],
  "availability-zone-id": ({ region }) => [zoneId(region, instanceZone(region))],
  "iam-instance-profile.arn": () => [PROFILE.arn],
  "iam-instance-profile.id": () => [PROFILE.id],
  "metadata-options.http-tokens": () => [METADATA.httpTokens],
  "metadata-options.http-endpoint": () => [METADATA.httpEndpoint],
  "private-dns-name": () => ["ip-127-0-0-1.ec2.internal"],
  "reservation-id": () => [RESERVATION],
  "vpc-id": () => [],
  "subnet-id": () => [],
  "block-device-mapping.volume-id": (call) => attached(call).map(({ id }) => id),
  "block-device-mapping.device-name": (call) => attached(call).map(({ attachment }) => attachment?.device),
};

const tagsOf = (call: Call) => call.state.instanceTags?.[call.region] ?? {};

/** EC2's limits of one page. */
const PAGES: Paging = { least: 5, most: 1000, notWith: "InstanceId" };

/** A page of `answer`, or of nothing when the call names or filters our instance out; InvalidInstanceID.NotFound for another id. */
function answered(call: Call, fields: Fields<Call>, answer: Xml) {
  for (const id of texts(call.query, "InstanceId")) checkInstance(id);
  return page(
    call.query,
    filtered(call.query, [call], fields, tagsOf).map(() => answer),
    () => INSTANCE,
    PAGES,
  );
}

const describeInstances: Action = (call) => {
  const reservation = {
    reservationId: RESERVATION,
    ownerId: ACCOUNT,
    groupSet: "",
    instancesSet: items([instance(call)]),
  };
  const found = answered(call, FIELDS, reservation);
  return { reservationSet: items(found.items), nextToken: found.nextToken };
};

const fine = { status: "ok", details: items([{ name: "reachability", status: "passed" }]) };

const STATUS_FIELDS: Fields<Call> = {
  ...FIELDS,
  "instance-status.status": () => ["ok"],
  "instance-status.reachability": () => ["passed"],
  "system-status.status": () => ["ok"],
  "system-status.reachability": () => ["passed"],
};

/** It runs, so that IncludeAllInstances shows no more. */
const describeInstanceStatus: Action = (call) => {
  const status = {
    instanceId: INSTANCE,
    availabilityZone: instanceZone(call.region),
    instanceState: { code: 16, name: "running" },
    systemStatus: fine,
    instanceStatus: fine,
  };
  const found = answered(call, STATUS_FIELDS, status);
  return { instanceStatusSet: items(found.items), nextToken: found.nextToken };
};

const describeInstanceAttribute: Action = (call) => {
  checkInstance(required(call.query, "InstanceId"));
  const name = required(call.query, "Attribute");
  const answers = new Map<string, Xml>([
    ["instanceType", { value: "m5.large" }],
    ["rootDeviceName", { value: "/dev/xvda" }],
    ["disableApiTermination", { value: false }],
    ["ebsOptimized", { value: false }],
    ["enaSupport", { value: true }],
    ["blockDeviceMapping", items(attachedDevices(call))],
  ]);
  if (!answers.has(name))
    throw new Ec2Error("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
  return { instanceId: INSTANCE, [name]: answers.get(name) };
};

const instanceType = () => ({
  instanceType: "m5.large",
  currentGeneration: true,
  bareMetal: false,
  hypervisor: "nitro",
  processorInfo: { supportedArchitectures: items([hostArchitecture()]) },
  supportedRootDeviceTypes: items(["ebs"]),
  supportedVirtualizationTypes: items(["hvm"]),
  vCpuInfo: { defaultVCpus: 2, defaultCores: 1, defaultThreadsPerCore: 2 },
  memoryInfo: { sizeInMiB: 8192 },
  ebsInfo: { encryptionSupport: "supported", ebsOptimizedSupport: "default", nvmeSupport: "required" },
});

const TYPE_FIELDS: Fields<ReturnType<typeof instanceType>> = {
  "instance-type": () => ["m5.large"],
  "current-generation": () => ["true"],
  "bare-metal": () => ["false"],
  hypervisor: () => ["nitro"],
  "processor-info.supported-architecture": () => [hostArchitecture()],
  "supported-root-device-type": () => ["ebs"],
  "supported-virtualization-type": () => ["hvm"],
  "vcpu-info.default-vcpus": () => ["2"],
  "memory-info.size-in-mib": () => ["8192"],
  "ebs-info.encryption-support": () => ["supported"],
  "ebs-info.nvme-support": () => ["required"],
};

const TYPE_PAGES: Paging = { least: 5, most: 100, strict: true, notWith: "InstanceType" };

const describeInstanceTypes: Action = ({ query }) => {
  const unknown = texts(query, "InstanceType").find((type) => type !== "m5.large");
  if (unknown !== undefined)
    throw new Ec2Error("InvalidInstanceType", `The following supplied instance types do not exist: [${unknown}]`);
  const found = page(query, filtered(query, [instanceType()], TYPE_FIELDS), (type) => type.instanceType, TYPE_PAGES);
  return { instanceTypeSet: items(found.items), nextToken: found.nextToken };
};

export const instanceActions: Readonly<Record<string, Action>> = {
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstanceTypes: describeInstanceTypes,
};
