import type { Undo } from "./cleanup.js";
import type { Json } from "./json.js";

/** What a builder or post-processor made. */
export interface Artifact {
  /** `mitchellh.amazon.chroot`, `packer.file`, … */
  readonly builderId: string;
  readonly id: string;
  /** Paths; empty for an AMI (`files: null` in a manifest). */
  readonly files: readonly string[];
  /** What the summary prints. */
  readonly text: string;
  /** `generated_data` (the `build.X` names) and whatever else the component publishes. */
  readonly state: Readonly<Record<string, Json>>;
  /** How to get rid of it, when a later post-processor replaces it. */
  readonly destroy?: Undo;
}
