/** A scripted failure: the next `times` calls of `action` (after `skip` good ones) go wrong in the ways it names. */
export interface Fault {
  /** An action's name, or `*` for any. */
  readonly action: string;
  /** Answer with this EC2 error code instead of doing anything. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** HTTP status; by default 503 for throttling, 500 for InternalError, else 400. */
  readonly status?: number | undefined;
  readonly times?: number | undefined;
  readonly skip?: number | undefined;
  /** Milliseconds to wait before the answer. */
  readonly lag?: number | undefined;
  /** Do what was asked, then close the connection without an answer: what a client sees as a timeout after success. */
  readonly drop?: boolean | undefined;
  /** What the call starts (a volume, an attachment, a snapshot, an image) never leaves its transition. */
  readonly stuck?: boolean | undefined;
  /** What the call makes ends as `error` (volumes, snapshots) or `failed` (images). */
  readonly failed?: boolean | undefined;
  /** Milliseconds for which nobody else finds what the call made (eventual consistency). */
  readonly hidden?: number | undefined;
}

/** Hands out each fault as often as its script says. */
export function faultScript(faults: readonly Fault[]): (action: string) => Fault | undefined {
  const waiting = faults.map((fault) => ({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 }));
  return (action) => {
    const next = waiting.find(({ fault, left }) => left > 0 && (fault.action === action || fault.action === "*"));
    if (!next) return undefined;
    if (next.skip > 0) {
      next.skip -= 1;
      return undefined;
    }
    next.left -= 1;
    return next.fault;
  };
}

const STATUS: Readonly<Record<string, number>> = {
  RequestLimitExceeded: 503,
  Throttling: 503,
  Unavailable: 503,
  ServiceUnavailable: 503,
  InternalError: 500,
  InternalFailure: 500,
  UnauthorizedOperation: 403,
  AuthFailure: 401,
};

/** The HTTP status that AWS sends with an error code. */
export const statusOf = (code: string): number => (Object.hasOwn(STATUS, code) ? (STATUS[code] ?? 400) : 400);
