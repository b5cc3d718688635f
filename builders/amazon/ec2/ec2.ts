// What the builder asks of EC2. One implementation: aws/sdk-ec2.ts, on AWS, on a stand-in, or on the embedded EC2.

import type { Poller } from "./poller.js";

export type Tags = Readonly<Record<string, string>>;

export interface BlockDevice {
  readonly name: string;
  readonly virtualName?: string;
  readonly noDevice?: boolean;
  readonly ebs?: Ebs;
}
export interface Ebs {
  readonly snapshot?: string;
  /** GiB. */
  readonly size?: number;
  readonly type?: string;
  readonly iops?: number;
  /** MiB/s. */
  readonly throughput?: number;
  readonly encrypted?: boolean;
  readonly kmsKey?: string;
  readonly deleteOnTermination?: boolean;
}

/** What an AMI is registered with. */
interface Registered {
  readonly name: string;
  readonly architecture: string;
  readonly virtualization: string;
  readonly rootDeviceName: string;
  readonly devices: readonly BlockDevice[];
  readonly kernel?: string;
  readonly ramdisk?: string;
  readonly ena: boolean;
  readonly sriov: boolean;
  readonly bootMode?: string;
  readonly tpm?: string;
}

export interface Image extends Registered {
  readonly id: string;
  readonly state: string;
  readonly created: string;
  readonly owner: string;
  readonly ownerAlias: string;
  readonly rootDeviceType: string;
  readonly tags: Tags;
  readonly imds?: string;
  /** Against deregistration: `disabled`, or how it is enabled. */
  readonly protection?: string;
}

export interface ImageQuery {
  readonly ids?: readonly string[];
  readonly owners?: readonly string[];
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  readonly includeDeprecated?: boolean;
}

export interface Instance {
  readonly id: string;
  readonly zone: string;
  /** Device names in use. */
  readonly devices: readonly string[];
}

export interface Volume {
  readonly id: string;
  readonly state: string;
  readonly attachments: readonly { readonly instance: string; readonly device: string; readonly state: string }[];
}

export interface Snapshot {
  readonly id: string;
  readonly state: string;
  /** 0 to 100. */
  readonly progress: number;
}

export interface VolumeSpec extends Ebs {
  readonly zone: string;
  readonly tags: Tags;
  /** For idempotence. */
  readonly token: string;
}

export interface ImageSpec extends Registered {
  /** Base64. */
  readonly uefiData?: string;
}

/** Copies `image` of `region` to the region that is asked. */
export interface CopySpec {
  readonly name: string;
  readonly image: string;
  readonly region: string;
  /** For idempotence. */
  readonly token: string;
  /** Not said unless given. */
  readonly encrypted?: boolean;
  /** The region's default key unless given. */
  readonly kmsKey?: string;
  /** A time-based copy: minutes. */
  readonly minutes?: number;
}

export type ImageChange =
  | { readonly kind: "description"; readonly text: string }
  | { readonly kind: "users"; readonly accounts: readonly string[] }
  | { readonly kind: "groups"; readonly groups: readonly string[] }
  | { readonly kind: "organizations" | "units"; readonly arns: readonly string[] }
  | { readonly kind: "product codes"; readonly codes: readonly string[] }
  | { readonly kind: "imds"; readonly support: string };

export interface ImageCalls {
  /** Those that are waited for, by their ids. */
  readonly imageStates: Poller<Image>;
  images(query: ImageQuery, signal: AbortSignal): Promise<readonly Image[]>;
  registerImage(spec: ImageSpec, signal: AbortSignal): Promise<string>;
  deregisterImage(image: string, signal: AbortSignal): Promise<void>;
  changeImage(image: string, change: ImageChange, signal: AbortSignal): Promise<void>;
  copyImage(spec: CopySpec, signal: AbortSignal): Promise<string>;
  /** `at`: RFC 3339. */
  deprecateImage(image: string, at: string, signal: AbortSignal): Promise<void>;
  protectImage(image: string, cooldown: boolean, signal: AbortSignal): Promise<void>;
  unprotectImage(image: string, signal: AbortSignal): Promise<void>;
}

/** Who may make volumes of a snapshot. */
export type SnapshotShare = { readonly accounts?: readonly string[]; readonly groups?: readonly string[] };

export interface VolumeCalls {
  /** Those that are waited for, by their ids. */
  readonly volumeStates: Poller<Volume>;
  volume(id: string, signal: AbortSignal): Promise<Volume | undefined>;
  volumesTagged(key: string, value: string, signal: AbortSignal): Promise<readonly Volume[]>;
  createVolume(spec: VolumeSpec, signal: AbortSignal): Promise<string>;
  attachVolume(volume: string, instance: string, device: string, signal: AbortSignal): Promise<void>;
  detachVolume(volume: string, instance: string, device: string, signal: AbortSignal): Promise<void>;
  deleteVolume(volume: string, signal: AbortSignal): Promise<void>;
}

export interface SnapshotCalls {
  /** Those that are waited for, by their ids. */
  readonly snapshotStates: Poller<Snapshot>;
  snapshotsOf(volume: string, signal: AbortSignal): Promise<readonly Snapshot[]>;
  /** Own ones that EC2 makes for copies: for the copy `to`, or for all copies of the AMI `from` in this region. */
  snapshotsCopied(
    ends: { readonly to: string } | { readonly from: string },
    signal: AbortSignal,
  ): Promise<readonly Snapshot[]>;
  createSnapshot(volume: string, description: string, tags: Tags, signal: AbortSignal): Promise<string>;
  shareSnapshot(snapshot: string, share: SnapshotShare, signal: AbortSignal): Promise<void>;
  deleteSnapshot(snapshot: string, signal: AbortSignal): Promise<void>;
}

export interface Ec2 extends ImageCalls, VolumeCalls, SnapshotCalls {
  readonly region: string;
  /** Equal questions for these three that are asked at about the same time are one. */
  regions(signal: AbortSignal): Promise<readonly string[]>;
  instance(id: string, signal: AbortSignal): Promise<Instance | undefined>;
  sourceImages(query: ImageQuery, signal: AbortSignal): Promise<readonly Image[]>;
  tag(resources: readonly string[], tags: Tags, signal: AbortSignal): Promise<void>;
}

/** Ids of the snapshots that a mapping names. */
export const snapshotsOf = (devices: readonly BlockDevice[]): readonly string[] =>
  devices.flatMap(({ ebs }) => (ebs?.snapshot === undefined || ebs.snapshot === "" ? [] : [ebs.snapshot]));
