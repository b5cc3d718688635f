import { createHash } from "node:crypto";
import type { Held } from "../../runtime/contract/cleanup.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { type BlockDevice, type Ebs, type Ec2, type Image, type ImageSpec, snapshotsOf } from "../amazon/ec2/ec2.js";
import { Ec2Error } from "../amazon/ec2/failure.js";
import { askedNow, type ChrootBuild } from "./chroot-build.js";
import { foundSoon, onceKnown } from "./ec2/just-made.js";
import { waitFor } from "./ec2/wait.js";
import { isIntermediary, namesakes } from "./made-image.js";
import { isForced, makeRoom } from "./make-room.js";
import { tidyUp } from "./tidy-up.js";

/** An AMI that is available. */
export interface AvailableImage {
  readonly held: Held<string>;
  readonly image: Image;
}

/**
 * The AMI, available. Where an older one must make room, the new one is first registered under a
 * name of its own: what EC2 says no to, it says no to while the old one is still there.
 */
export async function registerImage(
  build: ChrootBuild,
  source: Image | undefined,
  snapshot: string,
): Promise<AvailableImage> {
  const { options, run } = build;
  run.emit({ type: "say", text: "Registering the AMI..." });
  const spec = imageSpec(options, source, snapshot);
  for (const text of remarksOn(options, source)) run.emit({ type: "detail", text });
  if (isIntermediary(build)) return available(build, await register(build, { ...spec, name: ownName(run) }, snapshot));
  if (!isForced(build) || (await namesakes(build)).length === 0)
    return available(build, await register(build, spec, snapshot));
  const rehearsal = await register(build, { ...spec, name: ownName(run) }, snapshot);
  await makeRoom(build);
  const image = await register(build, spec, snapshot);
  await tidyUp(run, [rehearsal]);
  return available(build, image);
}

/** Of an AMI that does not stay. */
const ownName = ({ runId, build }: ChrootBuild["run"]): string =>
  `pkrts-${createHash("sha256").update(`${runId} ${build}`).digest("hex").slice(0, 20)}`;

function register(build: ChrootBuild, spec: ImageSpec, snapshot: string): Promise<Held<string>> {
  const { run, ec2 } = build;
  return run.cleanup.acquire(
    `AMI ${spec.name} in ${ec2.region}`,
    { op: "deregisterImage", args: { ...askedNow(build), name: spec.name, snapshot } },
    () => onceKnown(run, () => registerOnce(build, spec, snapshot)),
    (id) => ({
      op: "deregisterImage",
      args: { ...askedNow(build), image: id },
      name: `AMI ${id} (${spec.name}) in ${ec2.region}`,
    }),
  );
}

/** A call whose answer was lost is made again, and finds its own image: the name is taken, on our snapshot. */
async function registerOnce({ ec2, run, place }: ChrootBuild, spec: ImageSpec, snapshot: string): Promise<string> {
  try {
    return await ec2.registerImage(spec, run.signal);
  } catch (error) {
    if (!(error instanceof Ec2Error && error.mayBeDone && error.code === "InvalidAMIName.Duplicate")) throw error;
    const asked = { at: run.clock.now().getTime(), local: place.local === true };
    const [own] = await foundSoon(asked, run, () => imagesOn(snapshot, spec.name, ec2, run.signal)).catch(() => []);
    if (own === undefined) throw error;
    return own;
  }
}

/** Ids of own images of that name: another build's may have the same name, but not our snapshot. */
export async function imagesOn(
  snapshot: string,
  name: string,
  ec2: Ec2,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const images = await ec2.images({ owners: ["self"], filters: { name: [name] } }, signal);
  return images.filter(({ devices }) => snapshotsOf(devices).includes(snapshot)).map(({ id }) => id);
}

async function available(build: ChrootBuild, held: Held<string>): Promise<AvailableImage> {
  build.run.emit({ type: "detail", text: `AMI: ${held.value}` });
  build.run.emit({ type: "say", text: "Waiting for AMI to become ready..." });
  return { held, image: await waitForImage(build, held.value) };
}

export function waitForImage({ ec2, run, paces }: ChrootBuild, image: string): Promise<Image> {
  return waitFor(
    {
      what: `AMI ${image}`,
      id: image,
      from: ec2.imageStates,
      done: ({ state }) => state === "available",
      failed: ({ state }) =>
        ["failed", "error", "invalid", "deregistered"].includes(state) ? `it is in state ${state}` : undefined,
      pace: paces.image,
    },
    run,
  );
}

/** GiB of the source's root, which no volume of it can be smaller than. */
const sizeOf = (source: Image | undefined): number =>
  source?.devices.find(({ name }) => name === source.rootDeviceName)?.ebs?.size ?? 0;

/** What the AMI is without the template saying so. */
export function remarksOn(options: AmazonChroot, source: Image | undefined): readonly string[] {
  const least = sizeOf(source);
  const { root_volume_size: wanted = 0 } = options;
  const size = `The root volume has ${least} GiB: its snapshot does not fit into root_volume_size = ${wanted}`;
  const inherited = inheritedBy(options, source);
  return [
    ...(wanted > 0 && wanted < least ? [size] : []),
    ...(inherited.length === 0 ? [] : [`Taken over from the source AMI: ${inherited.join(", ")}`]),
  ];
}

function inheritedBy(options: AmazonChroot, source: Image | undefined): readonly string[] {
  const said = (option: string | boolean | undefined): boolean => option !== undefined && option !== "";
  const rows: readonly (readonly [boolean, boolean, string])[] = [
    [source?.ena === true, said(options.ena_support), "ENA"],
    [source?.sriov === true, options.sriov_support === true, "SR-IOV"],
    [said(source?.bootMode), said(options.boot_mode), `boot mode ${source?.bootMode}`],
    [said(source?.tpm), said(options.tpm_support), `TPM ${source?.tpm}`],
    [said(source?.imds), said(options.imds_support), `instance metadata ${source?.imds}`],
  ];
  return rows.flatMap(([has, says, name]) => (has && !says ? [name] : []));
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
      device.name === rootDeviceName
        ? withSnapshot(device, snapshot, options, { isGenerated, least: sizeOf(source) })
        : device,
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
    ...pick({ uefiData: given(options.uefi_data) }, ["uefiData"]),
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
    encrypted: mapping.encrypted,
    kmsKey: given(mapping.kms_key_id),
  };
  return {
    name,
    ebs: {
      ...pick(ebs, ["snapshot", "type", "iops", "throughput", "encrypted", "kmsKey"]),
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
  { isGenerated, least }: { readonly isGenerated: boolean; readonly least: number },
): BlockDevice {
  const size = wanted > 0 && (isGenerated || wanted > (ebs?.size ?? 0)) ? Math.max(wanted, least) : ebs?.size;
  const own: Ebs = { ...ebs, snapshot };
  return { name, ebs: size === undefined ? own : { ...own, size } };
}
