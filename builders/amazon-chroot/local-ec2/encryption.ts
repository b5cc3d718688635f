import { type Action, type Call, done } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { ACCOUNT } from "./model.js";
import { flag, type Query, required, text } from "./query.js";

const AWS_KEY = "alias/aws/ebs";

/** Whether something is encrypted with the key that AWS made for the account: no other account can use that one. */
export const isAwsKey = ({ kmsKey }: Encryption): boolean => kmsKey?.endsWith(`:${AWS_KEY}`) === true;

const defaultsOf = (call: Call) => call.state.encryption?.[call.region] ?? { byDefault: false };

/** The key that AWS makes for EBS in each region, unless the account chose another. */
const defaultKey = (call: Call): string => defaultsOf(call).kmsKey ?? keyArn(call.region, AWS_KEY);

/** A key id, alias or ARN as the ARN that Describe calls give. */
export function keyArn(region: string, key: string): string {
  if (key.startsWith("arn:")) return key;
  return `arn:aws:kms:${region}:${ACCOUNT}:${key.startsWith("alias/") ? key : `key/${key}`}`;
}

export interface Encryption {
  readonly encrypted: boolean;
  readonly kmsKey?: string | undefined;
}

/**
 * How a new volume or copy is encrypted: by the request, by what it is made from (never undone), or by the account's
 * default. A key without encryption is InvalidParameterDependency.
 */
export function encryptionOf(call: Call, query: Query, source: Encryption | undefined, keepKey = true): Encryption {
  const asked = flag(query, "Encrypted");
  const key = text(query, "KmsKeyId") || undefined;
  const encrypted = asked || source?.encrypted || defaultsOf(call).byDefault;
  if (key && !asked && !encrypted)
    throw new Ec2Error(
      "InvalidParameterDependency",
      "The parameter KmsKeyId requires the parameter Encrypted to be set.",
    );
  if (!encrypted) return { encrypted: false };
  const inherited = keepKey ? source?.kmsKey : undefined;
  return { encrypted, kmsKey: key === undefined ? (inherited ?? defaultKey(call)) : keyArn(call.region, key) };
}

function setDefaults(call: Call, change: { readonly byDefault?: boolean; readonly kmsKey?: string | undefined }): void {
  call.state.encryption = { ...call.state.encryption, [call.region]: { ...defaultsOf(call), ...change } };
}

const switchTo =
  (byDefault: boolean): Action =>
  (call) => {
    setDefaults(call, { byDefault });
    return { ebsEncryptionByDefault: byDefault };
  };

export const encryptionActions: Readonly<Record<string, Action>> = {
  EnableEbsEncryptionByDefault: switchTo(true),
  DisableEbsEncryptionByDefault: switchTo(false),
  GetEbsEncryptionByDefault: (call) => {
    const { byDefault } = defaultsOf(call);
    return { ebsEncryptionByDefault: byDefault, sseType: byDefault ? "sse-kms" : "none" };
  },
  GetEbsDefaultKmsKeyId: (call) => ({ kmsKeyId: defaultKey(call) }),
  ModifyEbsDefaultKmsKeyId: (call) => {
    setDefaults(call, { kmsKey: keyArn(call.region, required(call.query, "KmsKeyId")) });
    return { kmsKeyId: defaultKey(call) };
  },
  ResetEbsDefaultKmsKeyId: (call) => {
    setDefaults(call, { kmsKey: undefined });
    return { kmsKeyId: defaultKey(call), ...done };
  },
};
