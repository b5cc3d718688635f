// Secrets Manager, through the SDK.

import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";
import { RunError } from "../../../runtime/contract/errors.js";
import { AwsError, awsErrorOf } from "./failure.js";

export interface Secret {
  /** "" where the secret is binary. */
  readonly text: string;
  readonly binary: Buffer;
  readonly versionId: string;
}
type Version = { readonly id: string } | { readonly stage: string };

/** Throws {@link RunError}: not there, refused, not reachable. */
export async function getSecret(
  config: SecretsManagerClientConfig,
  name: string,
  version: Version,
  signal: AbortSignal,
): Promise<Secret> {
  const client = new SecretsManagerClient(config);
  const which = "id" in version ? { VersionId: version.id } : { VersionStage: version.stage };
  try {
    const { SecretString, SecretBinary, VersionId } = await client.send(
      new GetSecretValueCommand({ SecretId: name, ...which }),
      { abortSignal: signal },
    );
    return { text: SecretString ?? "", binary: Buffer.from(SecretBinary ?? []), versionId: VersionId ?? "" };
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error, name, "id" in version ? version.id : version.stage);
  } finally {
    client.destroy();
  }
}

function failureOf(error: unknown, name: string, version: string): unknown {
  const failure = awsErrorOf("GetSecretValue", error);
  if (!(failure instanceof AwsError)) return failure;
  const isDeleted = failure.code === "InvalidRequestException" && /delet/i.test(failure.message);
  if (failure.code !== "ResourceNotFoundException" && !isDeleted)
    return new RunError(`error reading Secrets Manager Secret ${JSON.stringify(name)}: ${failure.message}`, {
      cause: error,
    });
  const why = isDeleted ? " (it is marked for deletion)" : "";
  return new RunError(
    `Secrets Manager Secret ${JSON.stringify(name)} Version ${JSON.stringify(version)} not found${why}`,
    { cause: error },
  );
}
