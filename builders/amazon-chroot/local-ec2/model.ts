import { randomBytes } from "node:crypto";

export type Tags = Record<string, string>;

export interface Attachment {
  readonly device: string;
  readonly loop: string;
  readonly links: readonly string[];
  /** Loop devices that stand in for partitions where the kernel parses no tables. */
  readonly partitionLoops: readonly string[];
  /** `<pid> <start time>` of the server that attached it: once that process is gone, the loop device is stale. */
  readonly owner: string;
  readonly since: string;
  readonly readyAt: number;
}

export interface Volume {
  readonly id: string;
  readonly region: string;
  readonly zone: string;
  /** GiB */
  readonly size: number;
  readonly type: string;
  readonly snapshot: string;
  readonly encrypted: boolean;
  readonly kmsKey?: string | undefined;
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
  /** MiB/s that its snapshot is to be read with. */
  readonly initializationRate?: number | undefined;
  readonly created: string;
  readonly readyAt: number;
  readonly hiddenUntil?: number | undefined;
  readonly failed?: boolean | undefined;
  /** When a volume that is being deleted is gone. */
  goneAt?: number | undefined;
  attachment?: Attachment | undefined;
  /** Those of the last day, the newest last. */
  modifications?: readonly Modification[];
  detaching?: { readonly device: string; readonly until: number } | undefined;
  tags: Tags;
}

/** A change of an existing volume, from what it was to what it is. */
export interface Modification {
  readonly from: VolumeShape;
  readonly to: VolumeShape;
  readonly started: string;
  readonly readyAt: number;
}

export type VolumeShape = Pick<Volume, "size" | "type" | "iops" | "throughput">;

export interface Snapshot {
  readonly id: string;
  readonly region: string;
  readonly volume: string;
  readonly isCopy?: boolean | undefined;
  /** The time that was set for a copy. */
  readonly completionMinutes?: number | undefined;
  readonly size: number;
  readonly description: string;
  readonly encrypted: boolean;
  readonly kmsKey?: string | undefined;
  readonly created: string;
  readonly readyAt: number;
  readonly hiddenUntil?: number | undefined;
  readonly failed?: boolean | undefined;
  users: string[];
  groups: string[];
  tags: Tags;
}

export interface BlockDevice {
  readonly device: string;
  readonly virtual?: string | undefined;
  readonly none?: boolean | undefined;
  readonly ebs?:
    | {
        readonly snapshot?: string | undefined;
        readonly size: number;
        readonly type: string;
        readonly encrypted: boolean;
        readonly deleteOnTermination: boolean;
        readonly iops?: number | undefined;
        readonly throughput?: number | undefined;
        readonly kmsKey?: string | undefined;
        readonly initializationRate?: number | undefined;
        readonly cardIndex?: number | undefined;
      }
    | undefined;
}

export interface Image {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  description: string;
  readonly architecture: string;
  readonly virtualization: string;
  readonly rootDevice: string;
  readonly devices: readonly BlockDevice[];
  readonly ena: boolean;
  readonly sriov?: string | undefined;
  readonly bootMode?: string | undefined;
  imds?: string | undefined;
  readonly tpm?: string | undefined;
  readonly kernel?: string | undefined;
  readonly ramdisk?: string | undefined;
  readonly location?: string | undefined;
  readonly uefiData?: string | undefined;
  readonly billingProducts?: readonly string[] | undefined;
  readonly sourceImage?: string | undefined;
  readonly sourceRegion?: string | undefined;
  readonly created: string;
  readonly readyAt: number;
  readonly hiddenUntil?: number | undefined;
  readonly failed?: boolean | undefined;
  disabled?: boolean | undefined;
  deprecation?: string | undefined;
  protection?: string | undefined;
  /** A cooldown goes on after protection ends. */
  protectedUntil?: number | undefined;
  productCodes?: string[] | undefined;
  users: string[];
  groups: string[];
  organizations: string[];
  units: string[];
  tags: Tags;
}

/** Everything but the disks: what state.json holds. */
export interface State {
  readonly version: 1;
  readonly volumes: Record<string, Volume>;
  readonly snapshots: Record<string, Snapshot>;
  readonly images: Record<string, Image>;
  /** Of each region that was ever asked to change them. */
  encryption?: Record<string, { readonly byDefault: boolean; readonly kmsKey?: string | undefined }>;
  /** Of each region that was ever asked to change it: whether what is made there can become public. */
  publicAccess?: Record<string, { readonly images?: string; readonly snapshots?: string }>;
  instanceTags?: Record<string, Tags>;
  /** Answers to recent calls with a ClientToken. */
  tokens?: readonly {
    readonly key: string;
    readonly request: string;
    readonly answer: unknown;
    readonly at: number;
  }[];
}

export const emptyState = (): State => ({ version: 1, volumes: {}, snapshots: {}, images: {} });
export const newId = (prefix: string): string => `${prefix}-${randomBytes(9).toString("hex").slice(0, 17)}`;

/** Farther than any clock goes: the end of a transition that is stuck. */
export const NEVER = 8_640_000_000_000_000;

/** The one running instance and the account that owns everything. */
export const INSTANCE = "i-0123456789abcdef0";
export const ACCOUNT = "000000000000";
export const RESERVATION = "r-0123456789abcdef0";
export const INSTANCE_ROLE = "pkrts-local";
/** What gives the instance its role. */
export const PROFILE = { arn: `arn:aws:iam::${ACCOUNT}:instance-profile/${INSTANCE_ROLE}`, id: "AIPALOCALEC200000000" };
export const hostArchitecture = (): string => (process.arch === "arm64" ? "arm64" : "x86_64");
