import type { Held } from "../../runtime/contract/cleanup.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { type ChrootBuild, placeArgs } from "./chroot-build.js";
import type { BlockDevice, Ebs, Image, ImageSpec } from "./ec2/ec2.js";
import { waitFor } from "./ec2/wait.js";

/** Own images of the same name make room, with their snapshots where that is asked for. */
export async function deregisterExisting({ options, ec2, run, context }: ChrootBuild): Promise<void> {
  if (options.force_deregister !== true && !context.force) return;
  const images = await ec2.images({ owners: ["self"], filters: { name: [options.ami_name ?? ""] } }, run.signal);
  for (const { id, devices } of images) {
    await ec2.deregisterImage(id, run.signal);
    run.emit({ type: "say", text: `Deregistered AMI ${options.ami_name ?? ""}, id: ${id}` });
    if (options.force_delete_snapshot !== true) continue;
    for (const snapshot of snapshotsOf(devices)) {
      await ec2.deleteSnapshot(snapshot, run.signal);
      run.emit({ type: "say", text: `Deleted snapshot: ${snapshot}` });
    }
  }
}

export const snapshotsOf = (devices: readonly BlockDevice[]): readonly string[] =>
  devices.flatMap(({ ebs }) => (ebs?.snapshot === undefined || ebs.snapshot === "" ? [] : [ebs.snapshot]));

/** The AMI, available; its value is its id. */
export async function registerImage(
  build: ChrootBuild,
  source: Image | undefined,
  snapshot: string,
): Promise<Held<string>> {
  const { options, ec2, run, place, paces } = build;
  run.emit({ type: "say", text: "Registering the AMI..." });
  const spec = imageSpec(options, source, snapshot);
  const args = { place: placeArgs(place) };
  const image = await run.cleanup.acquire(
    `AMI ${spec.name}`,
    { op: "deregisterImage", args: { ...args, name: spec.name, snapshot } },
    () => ec2.registerImage(spec, run.signal),
    (id) => ({ op: "deregisterImage", args: { ...args, image: id } }),
  );
  run.emit({ type: "detail", text: `AMI: ${image.value}` });
  run.emit({ type: "say", text: "Waiting for AMI to become ready..." });
  await waitFor(
    {
      what: `AMI ${image.value}`,
      look: async () => (await ec2.images({ ids: [image.value] }, run.signal))[0],
      done: ({ state }) => state === "available",
      failed: ({ state }) =>
        ["failed", "error", "invalid", "deregistered"].includes(state) ? `it is in state ${state}` : undefined,
      pace: paces.image,
    },
    run,
  );
  return image;
}

/** What RegisterImage gets: the options, then what the source has. */
export function imageSpec(options: AmazonChroot, source: Image | undefined, snapshot: string): ImageSpec {
  const { ami_block_device_mappings: mappings = [], root_device_name: root = "" } = options;
  const isGenerated = source === undefined || mappings.length > 0;
  const rootDeviceName = isGenerated ? root : source.rootDeviceName;
  const devices = isGenerated ? mappings.map(deviceOf) : source.devices;
  const virtualization = given(options.ami_virtualization_type) ?? source?.virtualization ?? "hvm";
  return {
    name: options.ami_name ?? "",
    architecture: source?.architecture ?? options.ami_architecture ?? "x86_64",
    virtualization,
    rootDeviceName,
    devices: devices.map((device) =>
      device.name === rootDeviceName ? withSnapshot(device, snapshot, options, isGenerated) : device,
    ),
    // A source's own kernel, unless the template says that the image boots by itself.
    ...(options.ami_virtualization_type === "hvm" ? {} : pick(source, ["kernel", "ramdisk"])),
    // Without these an image of a Nitro instance would not start where its source does.
    ena: options.ena_support ?? source?.ena ?? false,
    sriov: options.sriov_support === true || (source?.sriov ?? false),
    ...pick(
      { bootMode: given(options.boot_mode) ?? source?.bootMode, tpm: given(options.tpm_support) ?? source?.tpm },
      ["bootMode", "tpm"],
    ),
  };
}

const given = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

/** Those members that have a value. */
function pick<T extends object, K extends keyof T>(
  from: T | undefined,
  names: readonly K[],
): { readonly [P in K]?: NonNullable<T[P]> } {
  const pairs = names.flatMap((name) => (from?.[name] === undefined ? [] : [[name, from[name]] as const]));
  return Object.fromEntries(pairs) as { readonly [P in K]?: NonNullable<T[P]> };
}

type Mapping = NonNullable<AmazonChroot["ami_block_device_mappings"]>[number];

function deviceOf(mapping: Mapping): BlockDevice {
  const name = mapping.device_name ?? "";
  if (mapping.no_device === true) return { name, noDevice: true };
  const virtualName = given(mapping.virtual_name);
  if (virtualName !== undefined) return { name, virtualName };
  const { volume_size: size = 0, iops, throughput } = mapping;
  const ebs = {
    snapshot: given(mapping.snapshot_id),
    type: given(mapping.volume_type),
    iops: iops === 0 ? undefined : iops,
    throughput: throughput === 0 ? undefined : throughput,
  };
  return {
    name,
    ebs: {
      ...pick(ebs, ["snapshot", "type", "iops", "throughput"]),
      ...(size === 0 ? {} : { size }),
      deleteOnTermination: mapping.delete_on_termination === true,
    },
  };
}

/** The root mapping starts from what was built. */
function withSnapshot(
  { name, ebs }: BlockDevice,
  snapshot: string,
  { root_volume_size: wanted = 0 }: AmazonChroot,
  isGenerated: boolean,
): BlockDevice {
  const size = wanted > 0 && (isGenerated || wanted > (ebs?.size ?? 0)) ? wanted : ebs?.size;
  const own: Ebs = { ...ebs, snapshot };
  return { name, ebs: size === undefined ? own : { ...own, size } };
}
