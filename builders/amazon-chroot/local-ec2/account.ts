import { type Action, items } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { type Fields, filtered } from "./filters.js";
import { texts } from "./query.js";
import { REGIONS, type Zone, zonesOf } from "./zones.js";

interface Region {
  readonly regionName: string;
  readonly regionEndpoint: string;
  readonly optInStatus: string;
}

const regionFields: Fields<Region> = {
  "region-name": ({ regionName }) => [regionName],
  endpoint: ({ regionEndpoint }) => [regionEndpoint],
  "opt-in-status": ({ optInStatus }) => [optInStatus],
};

const describeRegions: Action = ({ query }) => {
  const named = texts(query, "RegionName");
  const unknown = named.find((name) => !REGIONS.includes(name));
  if (unknown !== undefined) throw new Ec2Error("InvalidParameterValue", `Invalid region: ${unknown}`);
  const regions = REGIONS.filter((name) => named.length === 0 || named.includes(name)).map((regionName) => ({
    regionName,
    regionEndpoint: `ec2.${regionName}.amazonaws.com`,
    optInStatus: "opt-in-not-required",
  }));
  return { regionInfo: items(filtered(query, regions, regionFields)) };
};

const zoneAnswer = (region: string) => (zone: Zone) => ({
  zoneName: zone.name,
  zoneState: "available",
  optInStatus: "opt-in-not-required",
  regionName: region,
  zoneId: zone.id,
  groupName: region,
  networkBorderGroup: region,
  zoneType: "availability-zone",
  messageSet: "",
});

const zoneFields: Fields<ReturnType<ReturnType<typeof zoneAnswer>>> = {
  "zone-name": ({ zoneName }) => [zoneName],
  "zone-id": ({ zoneId }) => [zoneId],
  "region-name": ({ regionName }) => [regionName],
  "group-name": ({ groupName }) => [groupName],
  "group-long-name": () => [],
  "zone-type": ({ zoneType }) => [zoneType],
  "opt-in-status": ({ optInStatus }) => [optInStatus],
  state: ({ zoneState }) => [zoneState],
  message: () => [],
  "parent-zone-id": () => [],
  "parent-zone-name": () => [],
};

const describeAvailabilityZones: Action = ({ query, region }) => {
  const zones = zonesOf(region);
  const [names, ids] = [texts(query, "ZoneName"), texts(query, "ZoneId")];
  const unknown =
    names.find((name) => !zones.some((zone) => zone.name === name)) ??
    ids.find((id) => !zones.some((zone) => zone.id === id));
  if (unknown !== undefined) throw new Ec2Error("InvalidParameterValue", `Invalid availability zone: [${unknown}]`);
  const all = names.length + ids.length === 0;
  const chosen = zones.filter(({ name, id }) => all || names.includes(name) || ids.includes(id));
  return { availabilityZoneInfo: items(filtered(query, chosen.map(zoneAnswer(region)), zoneFields)) };
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
