// When the AMI is deprecated, and whether it may be deregistered.

import type { ChrootBuild } from "./chroot-build.js";
import { onceKnown } from "./ec2/just-made.js";
import type { MadeImage } from "./made-image.js";

export async function deprecate({ build: { ec2, run, options }, image }: MadeImage): Promise<void> {
  const { deprecate_at: at = "" } = options;
  if (at === "") return;
  run.emit({ type: "say", text: `Enabling deprecation on AMI (${image}) in ${ec2.region}: ${at}` });
  await onceKnown(run, () => ec2.deprecateImage(image, at, run.signal));
}

/** With a cool-down, too, when only that was asked for. */
export const wantsProtection = ({ deregistration_protection: wish }: ChrootBuild["options"]): boolean =>
  wish?.enabled === true || wish?.with_cooldown === true;

/** The very last step: a protected AMI could not be rolled back. */
export async function protect({ build: { ec2, run, options }, image }: MadeImage): Promise<void> {
  if (!wantsProtection(options)) return;
  const cooldown = options.deregistration_protection?.with_cooldown === true;
  run.emit({ type: "say", text: `Enabling deregistration protection on AMI (${image}) in ${ec2.region}` });
  await onceKnown(run, () => ec2.protectImage(image, cooldown, run.signal));
}
