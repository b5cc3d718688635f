import { type Action, items } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { matches } from "./filters.js";
import { texts } from "./query.js";

const REGIONS =
  "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 eu-north-1 eu-south-1 eu-south-2 ap-south-1 ap-south-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-east-1 me-south-1 me-central-1 il-central-1 sa-east-1 af-south-1".split(
    " ",
  );

const describeRegions: Action = ({ query }) => {
  const named = texts(query, "RegionName");
  const unknown = named.find((name) => !REGIONS.includes(name));
  if (unknown) throw new Ec2Error("InvalidParameterValue", `Invalid region: ${unknown}`);
  const regions = REGIONS.map((regionName) => ({
    regionName,
    regionEndpoint: `ec2.${regionName}.amazonaws.com`,
    optInStatus: "opt-in-not-required",
  }));
  const chosen = regions.filter(
    ({ regionName, regionEndpoint, optInStatus }) =>
      (named.length === 0 || named.includes(regionName)) &&
      matches(query, { "region-name": [regionName], endpoint: [regionEndpoint], "opt-in-status": [optInStatus] }, {}),
  );
  return { regionInfo: items(chosen) };
};

/** `us-east-1` → `use1`, as in zone ids. */
const shortName = (region: string): string =>
  region.replace(/-(north|south|east|west|central)+-?/, (_, side: string) => side.charAt(0)).replace(/-/g, "");

const describeAvailabilityZones: Action = ({ query, region }) => {
  const names = texts(query, "ZoneName");
  const zones = ["a", "b", "c"].map((letter, index) => ({
    zoneName: `${region}${letter}`,
    zoneState: "available",
    optInStatus: "opt-in-not-required",
    regionName: region,
    zoneId: `${shortName(region)}-az${index + 1}`,
    groupName: region,
    networkBorderGroup: region,
    zoneType: "availability-zone",
    messageSet: "",
  }));
  const unknown = names.find((name) => !zones.some(({ zoneName }) => zoneName === name));
  if (unknown) throw new Ec2Error("InvalidParameterValue", `Invalid availability zone: [${unknown}]`);
  const chosen = zones.filter(
    (zone) =>
      (names.length === 0 || names.includes(zone.zoneName)) &&
      matches(
        query,
        {
          "zone-name": [zone.zoneName],
          "zone-id": [zone.zoneId],
          "region-name": [region],
          "group-name": [region],
          "zone-type": [zone.zoneType],
          "opt-in-status": [zone.optInStatus],
          state: ["available"],
        },
        {},
      ),
  );
  return { availabilityZoneInfo: items(chosen) };
};

const ATTRIBUTES: Readonly<Record<string, string>> = {
  "supported-platforms": "VPC",
  "default-vpc": "none",
  "max-instances": "20",
  "vpc-max-security-groups-per-interface": "5",
  "max-elastic-ips": "5",
  "vpc-max-elastic-ips": "5",
};

const describeAccountAttributes: Action = ({ query }) => {
  const wanted = texts(query, "AttributeName");
  const unknown = wanted.find((name) => !Object.hasOwn(ATTRIBUTES, name));
  if (unknown)
    throw new Ec2Error("InvalidParameterValue", `Value (${unknown}) for parameter attributeName is invalid.`);
  const chosen = Object.entries(ATTRIBUTES).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  return {
    accountAttributeSet: items(
      chosen.map(([attributeName, attributeValue]) => ({
        attributeName,
        attributeValueSet: items([{ attributeValue }]),
      })),
    ),
  };
};

export const accountActions: Readonly<Record<string, Action>> = {
  DescribeRegions: describeRegions,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeAccountAttributes: describeAccountAttributes,
};
