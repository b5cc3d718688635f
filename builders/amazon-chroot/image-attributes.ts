import type { Image, ImageChange, SnapshotShare } from "../amazon/ec2/ec2.js";
import { buildInfo } from "./build-info.js";
import { onceKnown } from "./ec2/just-made.js";
import type { MadeImage } from "./made-image.js";

/** Description, instance metadata and who may launch it: EC2 takes one attribute a call. Then who may use its snapshots. */
export async function changeAttributes(made: MadeImage, source: Image | undefined): Promise<void> {
  const { build, image, snapshots } = made;
  const { ec2, run } = build;
  const changes = changesOf(made, source);
  if (changes.length > 0) run.emit({ type: "say", text: `Modifying attributes on AMI (${image})...` });
  for (const change of changes) {
    run.emit({ type: "detail", text: `Modifying: ${change.kind}` });
    await onceKnown(run, () => ec2.changeImage(image, change, run.signal));
  }
  const shares = sharesOf(made);
  for (const snapshot of shares.length === 0 ? [] : snapshots) {
    run.emit({ type: "say", text: `Modifying attributes on snapshot (${snapshot})...` });
    for (const share of shares) await onceKnown(run, () => ec2.shareSnapshot(snapshot, share, run.signal));
  }
}

function changesOf({ build }: MadeImage, source: Image | undefined): readonly ImageChange[] {
  const { options, ec2, context } = build;
  const text = context.templates.render(options.ami_description ?? "", buildInfo(ec2.region, source));
  const support = options.imds_support || (source?.imds ?? "");
  const lists = [
    { kind: "product codes", codes: options.ami_product_codes ?? [] },
    { kind: "users", accounts: options.ami_users ?? [] },
    { kind: "groups", groups: options.ami_groups ?? [] },
    { kind: "organizations", arns: options.ami_org_arns ?? [] },
    { kind: "units", arns: options.ami_ou_arns ?? [] },
  ] as const satisfies readonly ImageChange[];
  return [
    ...(text === "" ? [] : [{ kind: "description", text } as const]),
    ...(support === "" ? [] : [{ kind: "imds", support } as const]),
    ...lists.filter(hasSome),
  ];
}

const hasSome = (change: ImageChange): boolean =>
  Object.values(change).some((each) => Array.isArray(each) && each.length > 0);

const sharesOf = ({ build: { options } }: MadeImage): readonly SnapshotShare[] => {
  const { snapshot_users: accounts = [], snapshot_groups: groups = [] } = options;
  return [...(accounts.length === 0 ? [] : [{ accounts }]), ...(groups.length === 0 ? [] : [{ groups }])];
};
