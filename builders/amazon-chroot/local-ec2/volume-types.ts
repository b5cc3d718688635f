import { Ec2Error } from "./ec2-error.js";
import { flag, integer, type Query } from "./query.js";

interface VolumeType {
  /** GiB. */
  readonly least: number;
  readonly most: number;
  /** Range of IOPS that a request may ask for; none where EC2 sets them. */
  readonly iops?: readonly [least: number, most: number];
  readonly needsIops?: boolean;
  /** IOPS that a GiB may have; what `free` allows is of any size. */
  readonly iopsPerGib?: number;
  readonly free?: number;
  /** MiB/s. */
  readonly throughput?: readonly [least: number, most: number];
}

// EBS volume types, as in the EC2 API reference of CreateVolume.
const TYPES: Readonly<Record<string, VolumeType>> = {
  standard: { least: 1, most: 1024 },
  gp2: { least: 1, most: 16384 },
  gp3: { least: 1, most: 65536, iops: [3000, 80000], iopsPerGib: 500, free: 3000, throughput: [125, 2000] },
  io1: { least: 4, most: 16384, iops: [100, 64000], iopsPerGib: 50, needsIops: true },
  io2: { least: 4, most: 65536, iops: [100, 256000], iopsPerGib: 1000, needsIops: true },
  st1: { least: 125, most: 16384 },
  sc1: { least: 125, most: 16384 },
};

export interface Performance {
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
}

/** What a volume of `type` gets, with the defaults of EC2; refuses what EC2 refuses. */
export function performanceOf(type: string, size: number, wanted: Performance): Performance {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known === undefined)
    throw new Ec2Error("UnknownVolumeType", `Unsupported volume type '${type}' for volume creation.`);
  if (size < known.least || size > known.most)
    throw new Ec2Error(
      "InvalidParameterValue",
      `Volume of ${size}GiB is too ${size < known.least ? "small" : "large"} for volume type ${type}; ${
        size < known.least ? `minimum is ${known.least}GiB` : `maximum is ${known.most}GiB`
      }.`,
    );
  check("iops", type, wanted.iops, known.iops);
  check("throughput", type, wanted.throughput, known.throughput);
  if (known.needsIops && wanted.iops === undefined)
    throw new Ec2Error("MissingParameter", "The request must contain the parameter iops");
  checkRatios(known, size, wanted);
  if (type === "gp3") return { iops: wanted.iops ?? 3000, throughput: wanted.throughput ?? 125 };
  if (type === "gp2") return { iops: Math.min(Math.max(100, 3 * size), 16000) };
  return wanted;
}

/** MiB/s that a gp3 volume may have for each of its IOPS. */
const THROUGHPUT_PER_IOPS = 0.25;

function checkRatios({ iopsPerGib = Infinity, free = 0 }: VolumeType, size: number, wanted: Performance): void {
  const { iops = free, throughput = 0 } = wanted;
  if (iops > Math.max(free, size * iopsPerGib)) throw tooHigh("Iops to volume size", iops / size, `${iopsPerGib}`);
  if (throughput > iops * THROUGHPUT_PER_IOPS)
    throw tooHigh("Throughput (MiBps) to iops", throughput / iops, `${THROUGHPUT_PER_IOPS.toFixed(6)} MiBps per iops`);
}

const tooHigh = (what: string, ratio: number, most: string): Ec2Error =>
  new Ec2Error("InvalidParameterValue", `${what} ratio of ${ratio.toFixed(6)} is too high; maximum is ${most}`);

function check(name: string, type: string, value: number | undefined, range: readonly [number, number] | undefined) {
  if (value === undefined) return;
  if (range === undefined)
    throw new Ec2Error("InvalidParameterCombination", `The parameter ${name} is not supported for ${type} volumes.`);
  if (value < range[0] || value > range[1])
    throw new Ec2Error(
      "InvalidParameterValue",
      `Volume ${name} of ${value} is outside the range ${range[0]}..${range[1]} of ${type}.`,
    );
}

/** MiB/s that a volume made from a snapshot is to be filled with; it is kept, and changes nothing: ours are full at once. */
export function initializationRate(query: Query, source: object | undefined): number | undefined {
  const rate = integer(query, "VolumeInitializationRate");
  if (rate === undefined) return undefined;
  if (source === undefined)
    throw new Ec2Error(
      "InvalidParameterCombination",
      "The parameter VolumeInitializationRate needs a snapshot that the volume is made from.",
    );
  if (rate < 100 || rate > 300)
    throw new Ec2Error(
      "InvalidParameterValue",
      `Volume initialization rate of ${rate} is outside the range 100..300 MiB/s.`,
    );
  return rate;
}

/** There is one instance, so there are no two to share a volume. */
export function refuseMultiAttach(query: Query): void {
  if (flag(query, "MultiAttachEnabled"))
    throw new Ec2Error(
      "UnsupportedOperation",
      "Multi-Attach is not supported by the embedded EC2: it has one instance.",
    );
}
