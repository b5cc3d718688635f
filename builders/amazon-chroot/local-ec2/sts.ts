import { randomBytes } from "node:crypto";
import { Ec2Error } from "./ec2-error.js";
import { ACCOUNT } from "./model.js";
import { integer, type Query, required, text, type Xml } from "./query.js";

/** STS of one server: it remembers whom the keys that it gave out belong to. Any other key is the account's root. */
export class Sts {
  readonly #roles = new Map<string, { readonly Arn: string; readonly UserId: string }>();

  /** The answer's result element, or nothing when `action` is not of STS. `accessKey`: who asks. */
  answer(action: string, query: Query, accessKey: string | undefined): Xml | undefined {
    switch (action) {
      case "GetCallerIdentity":
        return { ...this.#identity(accessKey), Account: ACCOUNT };
      case "AssumeRole":
      case "AssumeRoleWithWebIdentity":
        return this.#assumeRole(query);
      case "GetSessionToken":
        return { Credentials: credentials(duration(query, 43_200)) };
      case "DecodeAuthorizationMessage":
        return { DecodedMessage: decodeMessage(required(query, "EncodedMessage")) };
      default:
        return undefined;
    }
  }

  #identity(accessKey: string | undefined): { readonly Arn: string; readonly UserId: string } {
    return this.#roles.get(accessKey ?? "") ?? { Arn: `arn:aws:iam::${ACCOUNT}:root`, UserId: ACCOUNT };
  }

  #assumeRole(query: Query): Xml {
    const session = required(query, "RoleSessionName");
    const arn = /^arn:aws[\w-]*:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(required(query, "RoleArn"));
    if (arn === null) throw new Ec2Error("ValidationError", `${text(query, "RoleArn")} is invalid`);
    const [, account, role] = arn;
    const given = credentials(duration(query, 3600));
    const AssumedRoleId = `AROALOCALEC200000000:${session}`;
    const Arn = `arn:aws:sts::${account}:assumed-role/${role}/${session}`;
    this.#roles.set(given.AccessKeyId, { Arn, UserId: AssumedRoleId });
    return { Credentials: given, AssumedRoleUser: { AssumedRoleId, Arn } };
  }
}

const duration = (query: Query, usual: number): number => integer(query, "DurationSeconds", 900) ?? usual;

/** Temporary keys; signatures are not checked, so any secret will do. */
export function credentials(seconds: number) {
  return {
    AccessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    SecretAccessKey: randomBytes(20).toString("hex"),
    SessionToken: randomBytes(48).toString("base64"),
    Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
  };
}

/** What UnauthorizedOperation carries, to be read again by DecodeAuthorizationMessage. */
export function encodeMessage(action: string): string {
  const context = {
    principal: { id: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` },
    action: `ec2:${action}`,
    resource: `arn:aws:ec2:*:${ACCOUNT}:*`,
    conditions: { items: [] },
  };
  const message = {
    allowed: false,
    explicitDeny: false,
    matchedStatements: { items: [] },
    failures: { items: [] },
    context,
  };
  return Buffer.from(JSON.stringify(message)).toString("base64url");
}

function decodeMessage(encoded: string): string {
  const text = Buffer.from(encoded, "base64url").toString("utf8");
  if (text.startsWith('{"allowed":')) return text;
  throw new Ec2Error("InvalidAuthorizationMessageException", "Message is not valid: it was not made by this service.");
}
