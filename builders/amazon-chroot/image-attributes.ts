import { buildInfo } from "./build-info.js";
import type { ChrootBuild } from "./chroot-build.js";
import type { Image, ImageChange } from "./ec2/ec2.js";

/** Description, instance metadata and who may launch it: EC2 takes one attribute a call. */
export async function changeAttributes(build: ChrootBuild, source: Image | undefined, image: string): Promise<void> {
  const { ec2, run } = build;
  const changes = changesOf(build, source);
  if (changes.length > 0) run.emit({ type: "say", text: `Modifying attributes on AMI (${image})...` });
  for (const change of changes) {
    run.emit({ type: "detail", text: `Modifying: ${change.kind}` });
    await ec2.changeImage(image, change, run.signal);
  }
}

function changesOf({ options, ec2, context }: ChrootBuild, source: Image | undefined): readonly ImageChange[] {
  const { ami_description = "", imds_support, ami_users: accounts = [], ami_groups: groups = [] } = options;
  const text = context.templates.render(ami_description, buildInfo(ec2.region, source));
  const support = imds_support ?? source?.imds ?? "";
  return [
    ...(text === "" ? [] : [{ kind: "description", text } as const]),
    ...(support === "" ? [] : [{ kind: "imds", support } as const]),
    ...(accounts.length === 0 ? [] : [{ kind: "users", accounts } as const]),
    ...(groups.length === 0 ? [] : [{ kind: "groups", groups } as const]),
  ];
}
