// What a build would do, found out by reading only.

import type { BuilderPlan, PlanNote, PrepareContext } from "../../runtime/contract/component.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { snapshotsOf } from "../amazon/ec2/ec2.js";
import type { ChrootBuild } from "./chroot-build.js";
import { connect } from "./connect.js";
import { wantsProtection } from "./lifecycle.js";
import { copyRegions, finalRegions, inRegion, isIntermediary, namesakes } from "./made-image.js";
import { isForced } from "./make-room.js";
import { hasTags, permissionsOf } from "./permissions.js";
import { findSourceImage, type SourceImage } from "./source-image.js";

export async function plan(options: AmazonChroot, context: PrepareContext, run: RunContext): Promise<BuilderPlan> {
  const build = await connect(options, context, run);
  const source = options.from_scratch === true ? undefined : await findSourceImage(build);
  const notes = [
    ...sourceNotes(build, source),
    ...diskNotes(build, source),
    ...(await replacedNotes(build)),
    ...imageNotes(build),
    ...changeNotes(build),
  ];
  return { notes, permissions: permissionsOf(options, source?.image.imds !== undefined) };
}

function sourceNotes({ ec2: { region } }: ChrootBuild, source: SourceImage | undefined): readonly PlanNote[] {
  if (source === undefined) return [];
  const { id, name, owner } = source.image;
  return [{ change: "find", kind: "AMI", name: id, region, detail: `${name}, owned by ${owner}` }];
}

function diskNotes({ options, ec2: { region } }: ChrootBuild, source: SourceImage | undefined): readonly PlanNote[] {
  const size = Math.max(options.root_volume_size ?? 0, source?.root.ebs.size ?? 0);
  const encrypted = options.root_volume_encrypt_boot === true ? ", encrypted" : "";
  return [
    { change: "create", kind: "volume", name: "root volume", region, detail: `temporary, ${size} GiB${encrypted}` },
    { change: "create", kind: "snapshot", name: "snapshot of the root volume", region },
  ];
}

async function replacedNotes(build: ChrootBuild): Promise<readonly PlanNote[]> {
  if (!isForced(build)) return [];
  const found = await Promise.all(
    finalRegions(build).map(async (region) => {
      const images = await namesakes(inRegion(build, region));
      return images.map((image) => ({ region, image }));
    }),
  );
  return found
    .flat()
    .flatMap(({ region, image }) => [
      { change: "deregister", kind: "AMI", name: image.id, region, detail: image.name } as const,
      ...(build.options.force_delete_snapshot === true ? snapshotsOf(image.devices) : []).map(
        (name) => ({ change: "delete", kind: "snapshot", name, region, detail: `of ${image.id}` }) as const,
      ),
    ]);
}

function imageNotes(build: ChrootBuild): readonly PlanNote[] {
  const { options, ec2 } = build;
  const name = options.ami_name ?? "";
  const first = { change: "create", kind: "AMI", region: ec2.region } as const;
  const registered: PlanNote = isIntermediary(build)
    ? { ...first, name: "what the copies are made of", detail: "temporary" }
    : { ...first, name };
  const regions = isIntermediary(build) ? finalRegions(build) : copyRegions(build);
  return [registered, ...regions.map((region) => copyNote(build, region))];
}

function copyNote({ options, ec2 }: ChrootBuild, region: string): PlanNote {
  const own = region === ec2.region ? options.kms_key_id : undefined;
  const key = options.region_kms_key_ids?.[region] || own || "the region's default key";
  const detail = options.encrypt_boot === true ? { detail: `encrypted with ${key}` } : {};
  return { change: "copy", kind: "AMI", name: options.ami_name ?? "", region, ...detail };
}

function changeNotes(build: ChrootBuild): readonly PlanNote[] {
  const { options } = build;
  const rows: readonly (readonly [boolean, string])[] = [
    [(options.deprecate_at ?? "") !== "", `deprecated at ${options.deprecate_at ?? ""}`],
    [(options.ami_users ?? []).length > 0, `shared with accounts ${(options.ami_users ?? []).join(", ")}`],
    [(options.ami_groups ?? []).length > 0, `shared with groups ${(options.ami_groups ?? []).join(", ")}`],
    [(options.ami_org_arns ?? []).length > 0, `shared with ${(options.ami_org_arns ?? []).join(", ")}`],
    [(options.ami_ou_arns ?? []).length > 0, `shared with ${(options.ami_ou_arns ?? []).join(", ")}`],
    [hasTags(options), "tagged"],
    [wantsProtection(options), "protected against deregistration"],
  ];
  const details = rows.flatMap(([isWanted, detail]) => (isWanted ? [detail] : []));
  return finalRegions(build).flatMap((region) =>
    details.map((detail) => ({ change: "change", kind: "AMI", name: options.ami_name ?? "", region, detail }) as const),
  );
}
