/** Where builds can run: on an EC2 instance, or in the embedded EC2 (`-local`). */
export type BuildPlace = "ec2" | "local";

/** One thing that a host can or can't do. */
export interface HostCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or why not. */
  readonly found: string;
  /** What makes it work; where it does not. */
  readonly remedy?: string;
  /** The places in which no build works without it. */
  readonly neededFor: readonly BuildPlace[];
}
