import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ACCOUNT, hostArchitecture, INSTANCE, INSTANCE_ROLE, PROFILE, RESERVATION } from "./model.js";
import type { Credentials, Sts } from "./sts.js";
import { instanceZone, zoneId } from "./zones.js";

const LONGEST_TTL = 21_600;
/** Seconds for which the role's keys are good, and after which there are others. */
const LASTING = 6 * 3600;
const RENEWED = 5 * 3600;
const TTL_HEADER = "x-aws-ec2-metadata-token-ttl-seconds";

/** One answer of the metadata service. */
export interface MetadataAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Instance metadata, version 2 only: whoever asks without a token is turned away (401). */
export class Metadata {
  /** Each token given out, with the time it ends. */
  readonly #tokens = new Map<string, number>();
  readonly #region: string;
  readonly #sts: Sts;
  #role: { readonly keys: Credentials; readonly since: number } | undefined;

  /** `sts` is to know the keys that are given out here. */
  constructor(region: string, sts: Sts) {
    this.#region = region;
    this.#sts = sts;
  }

  /** `path` may lack `/latest`: Packer's SDK leaves it out when it sends to a custom endpoint. */
  answer(method: string, path: string, headers: IncomingHttpHeaders): MetadataAnswer {
    const place = path.replace(/^\/(latest|20\d\d-\d\d-\d\d)(?=\/|$)/, "");
    if (place === "/api/token") return method === "PUT" ? this.#token(headers) : METHOD;
    if (method !== "GET" && method !== "HEAD") return METHOD;
    const until = this.#tokens.get(String(headers["x-aws-ec2-metadata-token"])) ?? 0;
    if (until < Date.now()) return { status: 401, body: "Unauthorized" };
    if (path === "/") return { status: 200, body: "latest" };
    const found = this.#pages().get(place) ?? this.#pages().get(place.replace(/\/$/, "")) ?? this.#listing(place);
    return found === undefined ? { status: 404, body: "Not Found" } : { status: 200, body: found };
  }

  #token(headers: IncomingHttpHeaders): MetadataAnswer {
    if (headers["x-forwarded-for"] !== undefined) return { status: 403, body: "Forbidden" };
    const ttl = Number(headers[TTL_HEADER]);
    if (!Number.isInteger(ttl) || ttl < 1 || ttl > LONGEST_TTL) return { status: 400, body: "Bad Request" };
    for (const [token, until] of this.#tokens) if (until < Date.now()) this.#tokens.delete(token);
    const body = randomBytes(42).toString("base64");
    this.#tokens.set(body, Date.now() + ttl * 1000);
    return { status: 200, body, headers: { [TTL_HEADER]: String(ttl) } };
  }

  #pages(): ReadonlyMap<string, string> {
    const zone = instanceZone(this.#region);
    return new Map([
      ["/dynamic/instance-identity/document", json(document(this.#region))],
      ["/meta-data/ami-id", "ami-0123456789abcdef0"],
      ["/meta-data/ami-launch-index", "0"],
      ["/meta-data/block-device-mapping/ami", "xvda"],
      ["/meta-data/block-device-mapping/root", "/dev/xvda"],
      ["/meta-data/hostname", "ip-127-0-0-1.ec2.internal"],
      [
        "/meta-data/iam/info",
        json({ Code: "Success", InstanceProfileArn: PROFILE.arn, InstanceProfileId: PROFILE.id }),
      ],
      [`/meta-data/iam/security-credentials/${INSTANCE_ROLE}`, json(this.#roleCredentials())],
      ["/meta-data/instance-action", "none"],
      ["/meta-data/instance-id", INSTANCE],
      ["/meta-data/instance-life-cycle", "on-demand"],
      ["/meta-data/instance-type", "m5.large"],
      ["/meta-data/local-hostname", "ip-127-0-0-1.ec2.internal"],
      ["/meta-data/local-ipv4", "127.0.0.1"],
      ["/meta-data/placement/availability-zone", zone],
      ["/meta-data/placement/availability-zone-id", zoneId(this.#region, zone) ?? ""],
      ["/meta-data/placement/region", this.#region],
      ["/meta-data/reservation-id", RESERVATION],
      ["/meta-data/services/domain", "amazonaws.com"],
      ["/meta-data/services/partition", "aws"],
    ]);
  }

  /** The same ones to everybody, until they are soon over. */
  #roleCredentials() {
    if (this.#role === undefined || this.#role.since + RENEWED * 1000 < Date.now())
      this.#role = { keys: this.#sts.instanceCredentials(LASTING), since: Date.now() };
    const { AccessKeyId, SecretAccessKey, SessionToken: Token, Expiration } = this.#role.keys;
    const LastUpdated = new Date(this.#role.since).toISOString();
    return { Code: "Success", LastUpdated, Type: "AWS-HMAC", AccessKeyId, SecretAccessKey, Token, Expiration };
  }

  /** The names right below a folder, one a line. */
  #listing(place: string): string | undefined {
    const folder = place.endsWith("/") ? place : `${place}/`;
    const below = [...this.#pages().keys()].filter((page) => page.startsWith(folder));
    const names = below.map((page) => page.slice(folder.length).replace(/\/.*$/, "/"));
    return names.length === 0 ? undefined : [...new Set(names)].join("\n");
  }
}

const METHOD: MetadataAnswer = { status: 405, body: "Method Not Allowed" };
const json = (value: object): string => JSON.stringify(value, null, 2);

const document = (region: string) => ({
  accountId: ACCOUNT,
  architecture: hostArchitecture(),
  availabilityZone: instanceZone(region),
  imageId: "ami-0123456789abcdef0",
  instanceId: INSTANCE,
  instanceType: "m5.large",
  pendingTime: "2020-01-01T00:00:00Z",
  privateIp: "127.0.0.1",
  region,
  version: "2017-09-30",
});
