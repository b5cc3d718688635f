import { withMarks } from "../../../lang/values/marks.js";
import { objectValue, SENSITIVE, stringValue, type Value } from "../../../lang/values/value.js";
import type { PrepareContext, Reading } from "../../../runtime/contract/component.js";
import type { AmazonSecretsmanager } from "../../../schemas/options.gen.js";
import { getSecret } from "../aws/sdk-secrets.js";
import { clientConfig } from "../aws/session.js";
import { secretParts, secretValue } from "../secret-value.js";
import { connectFor } from "./connect-for.js";

/** Asks Secrets Manager: also with `-local`, as the embedded EC2 keeps no secrets. */
export async function readSecret(
  options: AmazonSecretsmanager,
  { env }: PrepareContext,
  reading: Reading,
): Promise<Value> {
  const { place, access } = await connectFor(options, { env }, reading);
  const config = { region: place.region, ...clientConfig(place, access, options.max_retries) };
  const { name = "", key, version_id: id = "", version_stage: stage = "" } = options;
  const version = id === "" ? { stage: stage === "" ? "AWSCURRENT" : stage } : { id };
  const secret = await getSecret(config, name, version, reading.signal);
  for (const part of [secret.text, ...secretParts(secret.text)]) if (part !== "") reading.hide(part);
  const hidden = (text: string): Value => withMarks(stringValue(text), SENSITIVE);
  return objectValue({
    // A secret that is binary has no text to take an entry of.
    value: hidden(secret.text === "" ? "" : secretValue(name, secret.text, key)),
    secret_string: hidden(secret.text),
    secret_binary: hidden(secret.binary.toString("base64")),
    version_id: stringValue(secret.versionId),
  });
}
