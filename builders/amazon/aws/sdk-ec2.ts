// EC2 through the SDK: what is asked of an account is here, of images, volumes and snapshots beside it.

import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
  type EC2ClientConfig,
  type Instance as SdkInstance,
} from "@aws-sdk/client-ec2";
import { coalescer } from "../ec2/coalesce.js";
import type { Ec2, Instance } from "../ec2/ec2.js";
import type { Retries } from "./retry.js";
import { asking, type Explain, tagList } from "./sdk-call.js";
import { imageCalls } from "./sdk-images.js";
import { snapshotCalls } from "./sdk-snapshots.js";
import { volumeCalls } from "./sdk-volumes.js";

/** Milliseconds for which the answer to a question that no build changes is good for the others. */
const FRESH = 5000;

/** All errors are {@link Ec2Error}s. */
export function sdkEc2({
  explain,
  retries,
  ...config
}: EC2ClientConfig & { readonly region: string; readonly retries: Retries; readonly explain?: Explain }): Ec2 {
  const client = new EC2Client(config);
  const ask = asking(client, retries, explain);
  const regions = async (signal: AbortSignal): Promise<readonly string[]> => {
    const { Regions = [] } = await ask("DescribeRegions", () => new DescribeRegionsCommand({}), signal);
    return Regions.map(({ RegionName }) => RegionName ?? "");
  };
  const instance = async (id: string, signal: AbortSignal): Promise<Instance | undefined> => {
    const { Reservations = [] } = await ask(
      "DescribeInstances",
      () => new DescribeInstancesCommand({ InstanceIds: [id] }),
      signal,
    );
    const found = Reservations[0]?.Instances?.[0];
    return found && instanceOf(id, found);
  };
  const images = imageCalls(ask);
  const together = coalescer(FRESH);
  return {
    region: config.region,
    ...images,
    ...volumeCalls(ask),
    ...snapshotCalls(ask),
    regions: (signal) => together("regions", regions, signal),
    instance: (id, signal) => together(`instance ${id}`, (shared) => instance(id, shared), signal),
    sourceImages: (query, signal) => together(JSON.stringify(query), (shared) => images.images(query, shared), signal),
    async tag(resources, tags, signal) {
      await ask("CreateTags", () => new CreateTagsCommand({ Resources: [...resources], Tags: tagList(tags) }), signal);
    },
  };
}

const instanceOf = (id: string, { Placement, BlockDeviceMappings = [] }: SdkInstance): Instance => ({
  id,
  zone: Placement?.AvailabilityZone ?? "",
  devices: BlockDeviceMappings.map(({ DeviceName }) => DeviceName ?? ""),
});
