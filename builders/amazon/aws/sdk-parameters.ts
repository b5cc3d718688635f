// The Systems Manager Parameter Store, through the SDK.

import { GetParameterCommand, SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";
import { RunError } from "../../../runtime/contract/errors.js";
import { AwsError, awsErrorOf } from "./failure.js";

export interface StoredParameter {
  readonly value: string;
  readonly version: number;
  readonly arn: string;
  /** A SecureString: what it holds is a secret. */
  readonly secret: boolean;
}

/** Throws {@link RunError}: not there, refused, not reachable. */
export async function getParameter(
  config: SSMClientConfig,
  name: string,
  decrypt: boolean,
  signal: AbortSignal,
): Promise<StoredParameter> {
  const client = new SSMClient(config);
  try {
    const { Parameter = {} } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: decrypt }), {
      abortSignal: signal,
    });
    const { Value = "", Version = 0, ARN = "", Type } = Parameter;
    return { value: Value, version: Version, arn: ARN, secret: Type === "SecureString" };
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error, name);
  } finally {
    client.destroy();
  }
}

function failureOf(error: unknown, name: string): unknown {
  const failure = awsErrorOf("GetParameter", error);
  if (!(failure instanceof AwsError)) return failure;
  const quoted = JSON.stringify(name);
  const text = {
    ParameterNotFound: `The parameter name ${quoted} not found`,
    ParameterVersionNotFound: `The parameter version ${quoted} not found`,
  }[failure.code];
  return new RunError(text ?? `error reading parameter ${quoted}: ${failure.message}`, { cause: error });
}
