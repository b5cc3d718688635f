import { type Action, type Call, done, inRegion, items, tagsOf } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { matches, page } from "./filters.js";
import { imageActions } from "./images.js";
import { ACCOUNT, hostArchitecture, INSTANCE, type Tags } from "./model.js";
import { maps, required, text, texts } from "./query.js";
import { snapshotActions } from "./snapshots.js";
import { volumeActions } from "./volumes.js";

const REGIONS =
  "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-north-1 eu-south-1 ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ap-east-1 me-south-1 sa-east-1 af-south-1".split(
    " ",
  );

const describeRegions: Action = ({ query }) => {
  const named = texts(query, "RegionName");
  const unknown = named.find((name) => !REGIONS.includes(name));
  if (unknown) throw new Ec2Error("InvalidParameterValue", `Invalid region: ${unknown}`);
  const chosen = REGIONS.filter(
    (name) => (named.length === 0 || named.includes(name)) && matches(query, { "region-name": [name] }, {}),
  );
  const regionInfo = chosen.map((regionName) => ({
    regionName,
    regionEndpoint: `ec2.${regionName}.amazonaws.com`,
    optInStatus: "opt-in-not-required",
  }));
  return { regionInfo: items(regionInfo) };
};

const describeAvailabilityZones: Action = ({ query, region }) => {
  const zones = ["a", "b", "c"].map((letter) => `${region}${letter}`);
  const chosen = zones.filter((zone) =>
    matches(query, { "zone-name": [zone], "region-name": [region], state: ["available"] }, {}),
  );
  return {
    availabilityZoneInfo: items(
      chosen.map((zoneName) => ({
        zoneName,
        zoneState: "available",
        regionName: region,
        zoneType: "availability-zone",
      })),
    ),
  };
};

const describeInstances: Action = (call) => {
  const asked = texts(call.query, "InstanceId");
  const unknown = asked.find((id) => id !== INSTANCE);
  if (unknown) throw new Ec2Error("InvalidInstanceID.NotFound", `The instance ID '${unknown}' does not exist`);
  const shown = matches(call.query, { "instance-id": [INSTANCE], "instance-state-name": ["running"] }, {});
  const reservation = { reservationId: "r-0123456789abcdef0", ownerId: ACCOUNT, instancesSet: items([instance(call)]) };
  return { reservationSet: items(shown ? [reservation] : []) };
};

const instance = (call: Call) => ({
  instanceId: INSTANCE,
  imageId: "ami-0123456789abcdef0",
  instanceState: { code: 16, name: "running" },
  instanceType: "m5.large",
  launchTime: "2020-01-01T00:00:00.000Z",
  placement: { availabilityZone: `${call.region}a`, tenancy: "default" },
  architecture: hostArchitecture(),
  rootDeviceType: "ebs",
  rootDeviceName: "/dev/xvda",
  virtualizationType: "hvm",
  blockDeviceMapping: items(attachedDevices(call)),
});

const attachedDevices = (call: Call) =>
  inRegion(call, call.state.volumes).flatMap(({ id, attachment }) =>
    attachment ? [{ deviceName: attachment.device, ebs: { volumeId: id, status: "attached" } }] : [],
  );

interface Tagged {
  readonly id: string;
  readonly kind: string;
  readonly holder: { tags: Tags };
}

function tagged(call: Call): readonly Tagged[] {
  const of = (kind: string, all: readonly { readonly id: string; tags: Tags }[]) =>
    all.map((holder) => ({ id: holder.id, kind, holder }));
  const { volumes, snapshots, images } = call.state;
  return [
    ...of("volume", inRegion(call, volumes)),
    ...of("snapshot", inRegion(call, snapshots)),
    ...of("image", inRegion(call, images)),
  ];
}

function resources(call: Call): readonly Tagged[] {
  const all = new Map(tagged(call).map((each) => [each.id, each]));
  return texts(call.query, "ResourceId").map((id) => all.get(id) ?? missing(id));
}

function missing(id: string): never {
  const codes: Record<string, string> = {
    ami: "InvalidAMIID.NotFound",
    snap: "InvalidSnapshot.NotFound",
    vol: "InvalidVolume.NotFound",
  };
  throw new Ec2Error(codes[id.split("-")[0] ?? ""] ?? "InvalidID", `The ID '${id}' is not valid`);
}

const createTags: Action = (call) => {
  const tags = tagsOf(call.query, "Tag");
  for (const { holder } of resources(call)) holder.tags = { ...holder.tags, ...tags };
  return done;
};

const deleteTags: Action = (call) => {
  const wanted = maps(call.query, "Tag").map((tag) => ({ key: required(tag, "Key"), value: text(tag, "Value") }));
  const gone = (key: string, value: string) =>
    wanted.length === 0 || wanted.some((tag) => tag.key === key && (tag.value ?? value) === value);
  for (const { holder } of resources(call)) {
    holder.tags = Object.fromEntries(Object.entries(holder.tags).filter(([key, value]) => !gone(key, value)));
  }
  return done;
};

const describeTags: Action = (call) => {
  const rows = tagged(call).flatMap(({ id, kind, holder }) =>
    Object.entries(holder.tags).map(([key, value]) => ({ resourceId: id, resourceType: kind, key, value })),
  );
  const chosen = rows.filter((row) =>
    matches(
      call.query,
      { "resource-id": [row.resourceId], "resource-type": [row.resourceType], key: [row.key], value: [row.value] },
      {},
    ),
  );
  const found = page(call.query, chosen);
  return { tagSet: items(found.items), nextToken: found.nextToken };
};

/** Every EC2 action that is answered; all others are InvalidAction. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    DescribeRegions: describeRegions,
    DescribeAvailabilityZones: describeAvailabilityZones,
    DescribeInstances: describeInstances,
    CreateTags: createTags,
    DeleteTags: deleteTags,
    DescribeTags: describeTags,
    ...volumeActions,
    ...snapshotActions,
    ...imageActions,
  }),
);
