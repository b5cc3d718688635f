import { AwsError } from "../aws/failure.js";

/** `throttled`: not now. `unreachable`: it never got there. `unclear`: something broke, perhaps after it was done. */
export type Ec2ErrorKind = "not-found" | "in-use" | "throttled" | "unreachable" | "unclear" | "denied" | "other";

/** EC2 said no, or could not be asked. */
export class Ec2Error extends AwsError {
  override readonly name = "Ec2Error";
  readonly kind: Ec2ErrorKind;
  /** Whether what was asked for may have been done all the same, by this call or an earlier one that it repeats. */
  mayBeDone: boolean;

  constructor(action: string, code: string, message: string, cause: unknown) {
    super(action, code, message, cause);
    this.kind = KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? "other";
    this.mayBeDone = this.kind === "unclear";
  }

  override get tookNothing(): boolean {
    return !this.mayBeDone;
  }
}

// Only codes that name a resource say that it is gone: an outage is called ServiceUnavailable.
const KINDS: readonly (readonly [RegExp, Ec2ErrorKind])[] = [
  [/^Invalid\w+\.(NotFound|Unavailable)$/, "not-found"],
  [/InUse|AlreadyAttached|IncorrectState/, "in-use"],
  [/Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|RateExceeded|BandwidthLimitExceeded/, "throttled"],
  [/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/, "unreachable"],
  [/^(Service)?Unavailable$|^Internal|Timeout|^E[A-Z]+$/, "unclear"],
  [
    /Unauthorized|AuthFailure|ExpiredToken|RequestExpired|AccessDenied|InvalidClientTokenId|SignatureDoesNotMatch|CredentialsProviderError|TokenProviderError/,
    "denied",
  ],
];

const isKind = (kind: Ec2ErrorKind, error: unknown): boolean => error instanceof Ec2Error && error.kind === kind;
export const isNotFound = (error: unknown): boolean => isKind("not-found", error);
export const isDenied = (error: unknown): boolean => isKind("denied", error);
/** Whether the same call may go well a little later. */
export const isPassing = (error: unknown): error is Ec2Error =>
  error instanceof Ec2Error && ["throttled", "unreachable", "unclear"].includes(error.kind);
/** The device name is taken on the instance. */
export const isDeviceTaken = (error: unknown): boolean =>
  error instanceof Ec2Error && error.code === "InvalidParameterValue" && /already in use/i.test(error.message);
