import { RunError } from "../../../runtime/contract/errors.js";

export type Ec2ErrorKind = "not-found" | "in-use" | "throttled" | "denied" | "other";

/** EC2 said no. */
export class Ec2Error extends RunError {
  override readonly name = "Ec2Error";
  readonly kind: Ec2ErrorKind;
  readonly code: string;

  constructor(action: string, code: string, message: string, cause: unknown) {
    super(`${action}: ${code}: ${message}`, { cause });
    this.code = code;
    this.kind = kindOf(code);
  }
}

function kindOf(code: string): Ec2ErrorKind {
  if (/NotFound|Unavailable$/.test(code)) return "not-found";
  if (/InUse|AlreadyAttached|IncorrectState/.test(code)) return "in-use";
  if (/Throttl|RequestLimitExceeded/.test(code)) return "throttled";
  return /Unauthorized|AuthFailure|ExpiredToken|RequestExpired|AccessDenied/.test(code) ? "denied" : "other";
}

export const isNotFound = (error: unknown): boolean => error instanceof Ec2Error && error.kind === "not-found";
