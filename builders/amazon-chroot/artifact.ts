import type { Artifact } from "../../runtime/contract/artifact.js";
import type { GeneratedData } from "../../runtime/contract/component.js";
import { placeArgs } from "./chroot-build.js";
import type { MadeImage } from "./made-image.js";

/** The AMIs of all regions and their snapshots, as manifests and summaries name them: sorted by region. */
export function imageArtifact(made: readonly MadeImage[], generated: GeneratedData): Artifact {
  const regionOf = ({ build }: MadeImage): string => build.ec2.region;
  const sorted = [...made].sort((a, b) => (regionOf(a) < regionOf(b) ? -1 : 1));
  const by = <T>(value: (each: MadeImage) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(sorted.map((each) => [regionOf(each), value(each)]));
  return {
    builderId: "mitchellh.amazon.chroot",
    id: sorted.map((each) => `${regionOf(each)}:${each.image}`).join(","),
    files: [],
    text: `AMIs were created:\n${sorted.map((each) => `${regionOf(each)}: ${each.image}\n`).join("")}`,
    state: { generated_data: generated, amis: by(({ image }) => image), snapshots: by(({ snapshots }) => snapshots) },
    destroy: {
      op: "destroyImages",
      args: {
        images: sorted.map(({ build, image, snapshots }) => ({ place: placeArgs(build.place), image, snapshots })),
      },
    },
  };
}
