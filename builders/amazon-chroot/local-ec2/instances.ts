import { type Action, type Call, inRegion, items, tagSet } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { type Fields, matches } from "./filters.js";
import { checkInstance } from "./lookup.js";
import { ACCOUNT, hostArchitecture, INSTANCE } from "./model.js";
import { required, texts, type Xml } from "./query.js";
import { attachmentState } from "./volumes.js";

/** The one instance there is: the machine that the volumes are attached to. */
const instance = (call: Call) => ({
  instanceId: INSTANCE,
  imageId: "ami-0123456789abcdef0",
  instanceState: { code: 16, name: "running" },
  privateDnsName: "ip-127-0-0-1.ec2.internal",
  instanceType: "m5.large",
  launchTime: "2020-01-01T00:00:00.000Z",
  placement: { availabilityZone: `${call.region}a`, groupName: "", tenancy: "default" },
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
});

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

const fields = (call: Call): Fields => ({
  "instance-id": [INSTANCE],
  "instance-state-name": ["running"],
  "instance-state-code": ["16"],
  "instance-type": ["m5.large"],
  architecture: [hostArchitecture()],
  "availability-zone": [`${call.region}a`],
  "image-id": ["ami-0123456789abcdef0"],
  "owner-id": [ACCOUNT],
  "private-ip-address": ["127.0.0.1"],
  "root-device-type": ["ebs"],
  "root-device-name": ["/dev/xvda"],
  "virtualization-type": ["hvm"],
  tenancy: ["default"],
  "block-device-mapping.volume-id": attached(call).map(({ id }) => id),
  "block-device-mapping.device-name": attached(call).map(({ attachment }) => attachment?.device),
});

/** Whether a call that names instances (or filters them) means ours; InvalidInstanceID.NotFound for any other id. */
function isAsked(call: Call): boolean {
  for (const id of texts(call.query, "InstanceId")) checkInstance(id);
  return matches(call.query, fields(call), call.state.instanceTags?.[call.region] ?? {});
}

const describeInstances: Action = (call) => {
  const reservation = {
    reservationId: "r-0123456789abcdef0",
    ownerId: ACCOUNT,
    groupSet: "",
    instancesSet: items([instance(call)]),
  };
  return { reservationSet: items(isAsked(call) ? [reservation] : []) };
};

const fine = { status: "ok", details: items([{ name: "reachability", status: "passed" }]) };

const describeInstanceStatus: Action = (call) => {
  const { IncludeAllInstances: _, ...query } = call.query;
  const status = {
    instanceId: INSTANCE,
    availabilityZone: `${call.region}a`,
    instanceState: { code: 16, name: "running" },
    systemStatus: fine,
    instanceStatus: fine,
  };
  return { instanceStatusSet: items(isAsked({ ...call, query }) ? [status] : []) };
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

const describeInstanceTypes: Action = ({ query }) => {
  const unknown = texts(query, "InstanceType").find((type) => type !== "m5.large");
  if (unknown)
    throw new Ec2Error("InvalidInstanceType", `The following supplied instance types do not exist: [${unknown}]`);
  const architectures = items([hostArchitecture()]);
  const type = {
    instanceType: "m5.large",
    currentGeneration: true,
    bareMetal: false,
    hypervisor: "nitro",
    processorInfo: { supportedArchitectures: architectures },
    supportedRootDeviceTypes: items(["ebs"]),
    supportedVirtualizationTypes: items(["hvm"]),
    vCpuInfo: { defaultVCpus: 2, defaultCores: 1, defaultThreadsPerCore: 2 },
    memoryInfo: { sizeInMiB: 8192 },
    ebsInfo: { encryptionSupport: "supported", ebsOptimizedSupport: "default", nvmeSupport: "required" },
  };
  const shown = matches(
    query,
    { "instance-type": ["m5.large"], "processor-info.supported-architecture": [hostArchitecture()] },
    {},
  );
  return { instanceTypeSet: items(shown ? [type] : []) };
};

export const instanceActions: Readonly<Record<string, Action>> = {
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstanceTypes: describeInstanceTypes,
};
