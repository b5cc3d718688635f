// The functions of the language that read AWS Secrets Manager, as the machine is set up for AWS (language §5.8).

import type { RemoteAsking, RemoteFunction } from "../../runtime/contract/component.js";
import { systemClock } from "../../runtime/system/clock.js";
import { getSecret } from "./aws/sdk-secrets.js";
import { clientConfig } from "./aws/session.js";
import { connectTo } from "./connect.js";
import { secretParts, secretValue } from "./secret-value.js";

/** Behind `aws_secretsmanager(name, key)`: a plain text, or one entry of a JSON object. */
export const readSecretValue: RemoteFunction = async ([name, key], asking) =>
  secretValue(name ?? "", await textOf(name ?? "", asking), key ?? undefined);

/** Behind `aws_secretsmanager_raw(name)`: the text as it is. */
export const readSecretText: RemoteFunction = ([name], asking) => textOf(name ?? "", asking);

async function textOf(name: string, { env, signal, hide }: RemoteAsking): Promise<string> {
  const asker = { signal, hide, clock: systemClock, say: () => undefined };
  const { place, access } = await connectTo({}, { env }, asker);
  const config = { region: place.region, ...clientConfig(place, access) };
  const { text } = await getSecret(config, name, { stage: "AWSCURRENT" }, signal);
  for (const part of [text, ...secretParts(text)]) hide(part);
  return text;
}
