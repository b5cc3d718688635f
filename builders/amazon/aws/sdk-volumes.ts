// Volumes, through the SDK.

import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  type Volume as SdkVolume,
} from "@aws-sdk/client-ec2";
import type { Volume, VolumeCalls, VolumeSpec } from "../ec2/ec2.js";
import { poller } from "../ec2/poller.js";
import { type Ask, byIds, ebsQuery, given, orNothing, tagList } from "./sdk-call.js";

export function volumeCalls(ask: Ask): VolumeCalls {
  const volumes = async (query: object, signal: AbortSignal): Promise<readonly Volume[]> => {
    const { Volumes = [] } = await ask("DescribeVolumes", () => new DescribeVolumesCommand(query), signal);
    return Volumes.map(volumeOf);
  };
  return {
    volumeStates: poller(byIds("VolumeIds", "volume-id", volumes)),
    volume: async (id, signal) => orNothing(async () => (await volumes({ VolumeIds: [id] }, signal))[0]),
    volumesTagged: (key, value, signal) => volumes({ Filters: [{ Name: `tag:${key}`, Values: [value] }] }, signal),
    async createVolume(spec, signal) {
      const { VolumeId = "" } = await ask("CreateVolume", () => new CreateVolumeCommand(volumeQuery(spec)), signal);
      return VolumeId;
    },
    async attachVolume(VolumeId, InstanceId, Device, signal) {
      await ask("AttachVolume", () => new AttachVolumeCommand({ VolumeId, InstanceId, Device }), signal);
    },
    async detachVolume(VolumeId, InstanceId, Device, signal) {
      await ask("DetachVolume", () => new DetachVolumeCommand({ VolumeId, InstanceId, Device }), signal);
    },
    async deleteVolume(VolumeId, signal) {
      await ask("DeleteVolume", () => new DeleteVolumeCommand({ VolumeId }), signal);
    },
  };
}

function volumeOf({ VolumeId, State, Attachments = [] }: SdkVolume): Volume {
  const attachments = Attachments.map(({ InstanceId, Device, State: state }) => ({
    instance: InstanceId ?? "",
    device: Device ?? "",
    state: state ?? "",
  }));
  return { id: VolumeId ?? "", state: State ?? "", attachments };
}

function volumeQuery(spec: VolumeSpec) {
  const { VolumeSize, ...ebs } = ebsQuery(spec);
  return {
    AvailabilityZone: spec.zone,
    ...ebs,
    ...given("Size", VolumeSize),
    ...given("Encrypted", spec.encrypted),
    ...given("KmsKeyId", spec.kmsKey),
    ClientToken: spec.token,
    TagSpecifications: [{ ResourceType: "volume" as const, Tags: tagList(spec.tags) }],
  };
}
