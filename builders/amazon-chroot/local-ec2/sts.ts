import { randomBytes } from "node:crypto";
import { Ec2Error } from "./ec2-error.js";
import { ACCOUNT, INSTANCE, INSTANCE_ROLE } from "./model.js";
import { type Query, text, type XmlMap } from "./query.js";

/** Whom a key belongs to. */
interface Identity {
  readonly Arn: string;
  readonly UserId: string;
  readonly Account: string;
}

/** STS of one server: it remembers whom the keys that it gave out belong to. Any other key is the account's root. */
export class Sts {
  readonly #roles = new Map<string, Identity>();

  /** The answer's result element, or nothing when `action` is not of STS. `accessKey`: who asks. */
  answer(action: string, query: Query, accessKey: string | undefined): XmlMap | undefined {
    switch (action) {
      case "GetCallerIdentity":
        return { ...this.#identity(accessKey) };
      case "AssumeRole":
        return this.#assumeRole(query);
      case "AssumeRoleWithWebIdentity":
        wanted(query, "WebIdentityToken");
        return this.#assumeRole(query);
      case "GetSessionToken":
        return { Credentials: this.#given(this.#identity(accessKey), duration(query, 43_200, 129_600)) };
      case "GetAccessKeyInfo":
        return { Account: this.#identity(wanted(query, "AccessKeyId")).Account };
      case "DecodeAuthorizationMessage":
        return { DecodedMessage: decodeMessage(wanted(query, "EncodedMessage")) };
      default:
        return undefined;
    }
  }

  /** Keys of the instance's role, as its metadata give them. */
  instanceCredentials(seconds: number): Credentials {
    return this.#given(roleIdentity(ACCOUNT, INSTANCE_ROLE, INSTANCE), seconds);
  }

  #identity(accessKey: string | undefined): Identity {
    const root = { Arn: `arn:aws:iam::${ACCOUNT}:root`, UserId: ACCOUNT, Account: ACCOUNT };
    return this.#roles.get(accessKey ?? "") ?? root;
  }

  #given(identity: Identity, seconds: number): Credentials {
    const keys = credentials(seconds);
    this.#roles.set(keys.AccessKeyId, identity);
    return keys;
  }

  #assumeRole(query: Query): XmlMap {
    const session = wanted(query, "RoleSessionName", /^[\w+=,.@-]{2,64}$/);
    const arn = /^arn:aws[\w-]*:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(wanted(query, "RoleArn"));
    if (arn === null) throw invalid(`${text(query, "RoleArn")} is invalid`);
    const [, account = "", role = ""] = arn;
    const identity = roleIdentity(account, role, session);
    return {
      Credentials: this.#given(identity, duration(query, 3600, 43_200)),
      AssumedRoleUser: { AssumedRoleId: identity.UserId, Arn: identity.Arn },
      ...(text(query, "Policy") === undefined ? {} : { PackedPolicySize: 1 }),
    };
  }
}

const roleIdentity = (account: string, role: string, session: string): Identity => ({
  Arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
  UserId: `AROALOCALEC200000000:${session}`,
  Account: account,
});

const invalid = (message: string): Ec2Error => new Ec2Error("ValidationError", message);

/** A parameter that must be there, and like `form`. */
function wanted(query: Query, name: string, form = /./): string {
  const value = text(query, name);
  if (value !== undefined && form.test(value)) return value;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  const [shown, must] = value === undefined ? ["null", "not be null"] : [`'${value}'`, `be like ${form.source}`];
  throw invalid(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${must}`,
  );
}

function duration(query: Query, usual: number, most: number): number {
  const value = text(query, "DurationSeconds") ?? String(usual);
  if (/^\d{1,9}$/.test(value) && Number(value) >= 900 && Number(value) <= most) return Number(value);
  throw invalid(
    `1 validation error detected: Value '${value}' at 'durationSeconds' failed to satisfy constraint: Member must be from 900 to ${most}`,
  );
}

export type Credentials = ReturnType<typeof credentials>;

/** Temporary keys; signatures are not checked, so any secret will do. */
function credentials(seconds: number) {
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
