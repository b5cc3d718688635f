import { RunError } from "../../../runtime/contract/errors.js";

/** A service of AWS said no, or could not be asked. */
export class AwsError extends RunError {
  override readonly name: string = "AwsError";
  /** The service's own (`AccessDeniedException`), or that of the system (`ECONNREFUSED`). */
  readonly code: string;

  constructor(action: string, code: string, message: string, cause: unknown) {
    super(`${action}: ${code}: ${message}${remedyOf(code)}`, { cause });
    this.code = code;
  }
}

/** What an SDK threw, as code and words. */
export function saidBy(error: Error): { readonly code: string; readonly message: string } {
  if ("Code" in error) return { code: String(error.Code), message: error.message };
  // Where all addresses of a host refuse, the reasons are one level down.
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : undefined;
  const told = inner instanceof Error ? inner : error;
  const message = error.message === "" ? told.message : error.message;
  const code = "code" in told && typeof told.code === "string" ? told.code : error.name;
  return { code: hasBroken(error) && ["Error", "Unknown"].includes(code) ? "InternalError" : code, message };
}

/** A server that breaks is one, whatever it says. */
function hasBroken(error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }): boolean {
  return (error.$metadata?.httpStatusCode ?? 0) >= 500;
}

/** What an SDK threw, as an {@link AwsError}; what is no failure of a call stays as it is. */
export function awsErrorOf(action: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name === "AbortError") return error;
  const { code, message } = saidBy(error);
  return new AwsError(action, code, message, error);
}

/** What to do about a refusal whose own words do not say it. */
function remedyOf(code: string): string {
  if (/^(ExpiredToken|ExpiredTokenException)$/.test(code)) return " (the credentials have expired: renew them)";
  if (/^(RequestExpired|RequestTimeTooSkewed|SignatureDoesNotMatch)$/.test(code))
    return ` (the credentials have expired or are wrong, or this machine's clock is: it says ${new Date().toISOString()})`;
  if (code === "AuthFailure")
    return ` (wrong keys, or a wrong clock: this machine says that it is ${new Date().toISOString()})`;
  return "";
}
