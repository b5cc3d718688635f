import { createHash } from "node:crypto";
import type { Held } from "../../runtime/contract/cleanup.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { Ebs, VolumeSpec } from "../amazon/ec2/ec2.js";
import { buildInfo, renderTags } from "./build-info.js";
import { askedNow, type ChrootBuild } from "./chroot-build.js";
import { waitFor } from "./ec2/wait.js";
import { pairsOf } from "./options.js";
import type { SourceImage } from "./source-image.js";
import { RUN_TAG } from "./undo.js";

/** The volume that the image is built on, available. Its value is the volume's id. */
export async function createVolume(
  build: ChrootBuild,
  source: SourceImage | undefined,
  zone: string,
): Promise<Held<string>> {
  const { options, ec2, run } = build;
  run.emit({ type: "say", text: "Creating the root volume..." });
  const tags = renderTags(
    build,
    pairsOf(options.root_volume_tags, options.root_volume_tag),
    buildInfo(ec2.region, source?.image),
  );
  const token = tokenOf(build);
  const spec: VolumeSpec = { zone, ...volumeOf(options, source), tags: { ...tags, [RUN_TAG]: token }, token };
  const volume = await run.cleanup.acquire(
    `temporary volume in ${ec2.region}`,
    { op: "deleteVolume", args: { ...askedNow(build), token } },
    () => ec2.createVolume(spec, run.signal),
    (id) => ({
      op: "deleteVolume",
      args: { ...askedNow(build), volume: id },
      name: `temporary volume ${id} in ${ec2.region}`,
    }),
  );
  await waitFor(
    {
      what: `volume ${volume.value}`,
      id: volume.value,
      from: ec2.volumeStates,
      done: ({ state }) => state === "available",
      failed: ({ state }) => (["deleted", "deleting", "error"].includes(state) ? `it is in state ${state}` : undefined),
      pace: build.paces.volume,
    },
    run,
  );
  return volume;
}

/** Of one build of one run: makes the creation idempotent, and finds the volume when its id was never heard. */
function tokenOf({ run: { runId, build } }: ChrootBuild): string {
  return `${runId}-${createHash("sha256").update(build).digest("hex").slice(0, 12)}`;
}

/** What the volume is made of and like. Throws where EC2 would have to refuse it. */
export function volumeOf(options: AmazonChroot, source: SourceImage | undefined): Ebs {
  const { root_volume_size: size = 0, root_volume_type: type = "" } = options;
  if (source === undefined) return { ...scratchVolume(size, type), ...encryption(options, undefined, undefined) };
  const { snapshot, size: sourceSize = 0, type: sourceType, iops, throughput, encrypted, kmsKey } = source.root.ebs;
  const isOther = type !== "" && type !== sourceType;
  if (isOther && isIo(type))
    throw new RunError(
      `Cannot use ${type} volume when building from a source AMI whose root volume is ${sourceType ?? "of another type"}`,
    );
  const wanted = Math.max(size, sourceSize);
  return {
    snapshot,
    ...(wanted === 0 ? {} : { size: wanted }),
    ...(isOther
      ? { type }
      : { ...given("type", sourceType), ...given("iops", iops), ...given("throughput", throughput) }),
    ...encryption(options, encrypted, kmsKey),
  };
}

/** The source's own, where the options say nothing. */
function encryption(
  { root_volume_encrypt_boot: wanted, root_volume_kms_key_id: key = "" }: AmazonChroot,
  encrypted: boolean | undefined,
  sourceKey: string | undefined,
): Pick<Ebs, "encrypted" | "kmsKey"> {
  const isEncrypted = wanted === true ? true : encrypted;
  if (key !== "" && isEncrypted !== true)
    throw new RunError("root_volume_kms_key_id needs root_volume_encrypt_boot = true: the volume is not encrypted");
  return { ...given("encrypted", isEncrypted), ...given("kmsKey", key || sourceKey) };
}

function scratchVolume(size: number, type: string): Ebs {
  if (isIo(type)) throw new RunError(`Cannot use ${type} volume when building from scratch`);
  return { size, type: type === "" ? "gp2" : type };
}

/** Types that need a number of IOPS, which only the source's mapping could give. */
const isIo = (type: string): boolean => type === "io1" || type === "io2";

function given<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: V });
}
