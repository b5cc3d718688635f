import { ACCOUNT, hostArchitecture, INSTANCE } from "./model.js";

/** What instance metadata answers at `path`; Packer's SDK leaves `/latest` out when it sends to a custom endpoint. */
export function metadata(path: string, region: string): string | undefined {
  const zone = `${region}a`;
  const document = {
    accountId: ACCOUNT,
    architecture: hostArchitecture(),
    availabilityZone: zone,
    imageId: "ami-0123456789abcdef0",
    instanceId: INSTANCE,
    instanceType: "m5.large",
    pendingTime: "2020-01-01T00:00:00Z",
    privateIp: "127.0.0.1",
    region,
    version: "2017-09-30",
  };
  const answers = new Map([
    ["/dynamic/instance-identity/document", JSON.stringify(document)],
    ["/meta-data/instance-id", INSTANCE],
    ["/meta-data/instance-type", "m5.large"],
    ["/meta-data/placement/availability-zone", zone],
    ["/meta-data/placement/region", region],
  ]);
  return answers.get(path.replace(/^\/latest/, "").replace(/\/+$/, ""));
}
