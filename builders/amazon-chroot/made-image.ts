import type { Place } from "../amazon/aws/session.js";
import { type Image, snapshotsOf } from "../amazon/ec2/ec2.js";
import type { ChrootBuild } from "./chroot-build.js";
import { ec2OfBuild } from "./ec2-of-build.js";

/** An AMI that the build made for the user, in one region, and the snapshots that are its own. */
export interface MadeImage {
  readonly build: ChrootBuild;
  readonly image: string;
  readonly snapshots: readonly string[];
}

/** The same build, as one sees it from another region. */
export function inRegion(build: ChrootBuild, region: string): ChrootBuild {
  if (region === build.ec2.region) return build;
  const place: Place = { ...build.place, region };
  return { ...build, place, ec2: ec2OfBuild(place, build.run, build.options.max_retries) };
}

/** The regions beside the build's own that the AMI is copied to, each once. */
export const copyRegions = ({ options, ec2 }: ChrootBuild): readonly string[] =>
  [...new Set(options.ami_regions ?? [])].filter((region) => region !== "" && region !== ec2.region);

/** Whether what is registered first is only what the copies are made of. */
export const isIntermediary = ({ options }: ChrootBuild): boolean =>
  options.encrypt_boot === true || options.skip_save_build_region === true;

/** Where AMIs of the final name come to be. */
export const finalRegions = (build: ChrootBuild): readonly string[] =>
  build.options.skip_save_build_region === true ? copyRegions(build) : [build.ec2.region, ...copyRegions(build)];

/** Own images that have the AMI's name. */
export const namesakes = ({ ec2, options, run }: ChrootBuild): Promise<readonly Image[]> =>
  ec2.images({ owners: ["self"], filters: { name: [options.ami_name ?? ""] } }, run.signal);

/** The image that was just made, with the snapshots that are ours: a source of somebody else brings its own along. */
export function madeImage(build: ChrootBuild, source: Image | undefined, image: Image): MadeImage {
  const foreign = source === undefined || source.owner === image.owner ? [] : snapshotsOf(source.devices);
  const snapshots = snapshotsOf(image.devices).filter((each) => !foreign.includes(each));
  return { build, image: image.id, snapshots };
}
