import { STRING } from "../../../lang/types/type.js";
import { mapValue, objectValue, stringValue, type Value } from "../../../lang/values/value.js";
import type { PrepareContext, Reading } from "../../../runtime/contract/component.js";
import type { AmazonAmi } from "../../../schemas/options.gen.js";
import { openEc2 } from "../aws/session.js";
import { findImage, imageQuery } from "../find-image.js";
import { connectFor } from "./connect-for.js";

/** Asks EC2; the embedded one with `-local`. */
export async function readAmi(options: AmazonAmi, context: PrepareContext, reading: Reading): Promise<Value> {
  const query = imageQuery(options);
  const { place, access } = await connectFor(options, context, reading);
  const ec2 = openEc2(place, access, options.max_retries);
  const image = await findImage(ec2, query, options.most_recent === true, reading.signal);
  const { id, name, created, owner, ownerAlias, tags } = image;
  return objectValue({
    id: stringValue(id),
    name: stringValue(name),
    creation_date: stringValue(created),
    owner: stringValue(owner),
    owner_name: stringValue(ownerAlias),
    tags: mapValue(
      STRING,
      Object.entries(tags).map(([key, text]) => [key, stringValue(text)] as const),
    ),
  });
}
