import { withMarks } from "../../../lang/values/marks.js";
import { NO_MARKS, objectValue, SENSITIVE, stringValue, type Value } from "../../../lang/values/value.js";
import type { PrepareContext, Reading } from "../../../runtime/contract/component.js";
import type { AmazonParameterstore } from "../../../schemas/options.gen.js";
import { getParameter } from "../aws/sdk-parameters.js";
import { clientConfig } from "../aws/session.js";
import { connectFor } from "./connect-for.js";

/** Asks the Parameter Store: also with `-local`, as the embedded EC2 has none. */
export async function readParameter(
  options: AmazonParameterstore,
  { env }: PrepareContext,
  reading: Reading,
): Promise<Value> {
  const { place, access } = await connectFor(options, { env }, reading);
  const config = { region: place.region, ...clientConfig(place, access, options.max_retries) };
  const decrypt = options.with_decryption === true;
  const { value, version, arn, secret } = await getParameter(config, options.name ?? "", decrypt, reading.signal);
  return objectValue({
    value: withMarks(stringValue(value), secret ? SENSITIVE : NO_MARKS),
    version: stringValue(version.toString()),
    arn: stringValue(arn),
  });
}
