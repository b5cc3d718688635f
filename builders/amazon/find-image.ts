// One image by filters: for source_ami_filter, and for the data source amazon-ami (builder §2.3, §9).

import { RunError } from "../../runtime/contract/errors.js";
import type { Ec2, Image, ImageQuery } from "./ec2/ec2.js";
import { parseFilterValues } from "./filter-values.js";

/** What a template says of the image that it wants. */
export interface ImageFilter {
  /** Filter → values, as CSV. */
  readonly filters?: Readonly<Record<string, string>>;
  readonly owners?: readonly string[];
  readonly most_recent?: boolean;
  readonly include_deprecated?: boolean;
}

/** Throws {@link RunError} for a filter without a value. */
export function imageQuery({ filters = {}, owners = [], include_deprecated }: ImageFilter): ImageQuery {
  const pairs = Object.entries(filters);
  return {
    ...(owners.length === 0 ? {} : { owners }),
    ...(pairs.length === 0
      ? {}
      : { filters: Object.fromEntries(pairs.map(([name, text]) => [name, parseFilterValues(name, text)])) }),
    includeDeprecated: include_deprecated === true,
  };
}

/** The one image that answers, or the newest of several. Throws {@link RunError} where there is none, or more than one may be. */
export async function findImage(ec2: Ec2, query: ImageQuery, mostRecent: boolean, signal: AbortSignal): Promise<Image> {
  const images = await ec2.sourceImages(query, signal);
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
