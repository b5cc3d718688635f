import type { Artifact } from "../../runtime/contract/artifact.js";
import type { GeneratedData } from "../../runtime/contract/component.js";
import { type ChrootBuild, placeArgs } from "./chroot-build.js";

/** The AMI and its snapshot, as manifests and summaries name them. */
export function imageArtifact(
  { ec2: { region }, place }: ChrootBuild,
  image: string,
  snapshot: string,
  generated: GeneratedData,
): Artifact {
  return {
    builderId: "mitchellh.amazon.chroot",
    id: `${region}:${image}`,
    files: [],
    text: `AMIs were created:\n${region}: ${image}\n`,
    state: { generated_data: generated, amis: { [region]: image }, snapshots: { [region]: [snapshot] } },
    destroy: { op: "destroyImage", args: { place: placeArgs(place), image, snapshot } },
  };
}
