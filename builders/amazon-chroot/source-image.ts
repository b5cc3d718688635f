import { RunError } from "../../runtime/contract/errors.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { BlockDevice, Ebs, Image, ImageQuery } from "../amazon/ec2/ec2.js";
import { findImage, imageQuery } from "../amazon/find-image.js";
import type { ChrootBuild } from "./chroot-build.js";
import { pairsOf } from "./options.js";
import { checkVirtualization } from "./preflight.js";

/** A source AMI, and the mapping of its root device. */
export interface SourceImage {
  readonly image: Image;
  readonly root: BlockDevice & { readonly ebs: Ebs & { readonly snapshot: string } };
}

/** The one image that source_ami and source_ami_filter name; backed by EBS, with a snapshot to start from. */
export async function findSourceImage({ options, ec2, run }: ChrootBuild): Promise<SourceImage> {
  run.emit({ type: "say", text: "Inspecting the source AMI..." });
  const mostRecent = options.source_ami_filter?.most_recent === true;
  const image = await findImage(ec2, queryOf(options), mostRecent, run.signal);
  run.emit({ type: "detail", text: `Found Image ID: ${image.id}` });
  if ((options.ami_virtualization_type ?? "") === "") checkVirtualization(image.virtualization, options);
  run.emit({ type: "say", text: "Checking the root device on source AMI..." });
  return { image, root: rootOf(image) };
}

function queryOf({ source_ami, source_ami_filter: filter = {} }: AmazonChroot): ImageQuery {
  const query = imageQuery({ ...filter, filters: pairsOf(filter.filters, filter.filter) });
  return { ...(source_ami === undefined || source_ami === "" ? {} : { ids: [source_ami] }), ...query };
}

function rootOf(image: Image): SourceImage["root"] {
  if (image.rootDeviceType !== "ebs") {
    throw new RunError(
      `The root device of the source AMI must be an EBS volume; ${image.id} has '${image.rootDeviceType}'`,
    );
  }
  const root = image.devices.find(({ name }) => name === image.rootDeviceName);
  const snapshot = root?.ebs?.snapshot;
  if (root?.ebs === undefined || snapshot === undefined) {
    throw new RunError(
      `${image.id} has no block device mapping with a snapshot for its root device ${image.rootDeviceName}`,
    );
  }
  return { ...root, ebs: { ...root.ebs, snapshot } };
}
