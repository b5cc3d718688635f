import { RunError } from "../../runtime/contract/errors.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import type { BlockDevice, Ebs, Image, ImageQuery } from "../amazon/ec2/ec2.js";
import { parseFilterValues } from "../amazon/filter-values.js";
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
  const query = queryOf(options);
  const images = await ec2.sourceImages(query, run.signal);
  const image = chosen(images, query, options.source_ami_filter?.most_recent === true);
  run.emit({ type: "detail", text: `Found Image ID: ${image.id}` });
  if ((options.ami_virtualization_type ?? "") === "") checkVirtualization(image.virtualization, options);
  run.emit({ type: "say", text: "Checking the root device on source AMI..." });
  return { image, root: rootOf(image) };
}

function queryOf({ source_ami, source_ami_filter: filter }: AmazonChroot): ImageQuery {
  const pairs = Object.entries(pairsOf(filter?.filters, filter?.filter));
  const owners = filter?.owners ?? [];
  return {
    ...(source_ami === undefined || source_ami === "" ? {} : { ids: [source_ami] }),
    ...(owners.length === 0 ? {} : { owners }),
    ...(pairs.length === 0
      ? {}
      : { filters: Object.fromEntries(pairs.map(([name, text]) => [name, parseFilterValues(name, text)])) }),
    includeDeprecated: filter?.include_deprecated === true,
  };
}

function chosen(images: readonly Image[], query: ImageQuery, mostRecent: boolean): Image {
  const [newest] = [...images].sort(newestFirst);
  if (newest === undefined) throw new RunError(`No AMI was found matching filters: ${JSON.stringify(query)}`);
  if (images.length === 1 || mostRecent) return newest;
  const found = images.map(({ id, name }) => `${id} (${name})`).join(", ");
  throw new RunError(
    `Your query returned more than one result. Please try a more specific search, or set most_recent to true. Found: ${found}`,
  );
}

/** By the second of creation; images of the same second by their ids, so that the choice is always the same. */
const newestFirst = (a: Image, b: Image): number => secondOf(b) - secondOf(a) || (a.id < b.id ? 1 : -1);
const secondOf = ({ created }: Image): number => Math.floor(Date.parse(created) / 1000) || 0;

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
