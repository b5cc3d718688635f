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

const TEXTS = ["code", "message"];
const COUNTS = ["status", "times", "skip"];
const SECONDS = ["lag", "hidden"];
const SWITCHES = ["drop", "stuck", "failed"];
const KEYS = [...TEXTS, ...COUNTS, ...SECONDS, ...SWITCHES];

/** Reads `ACTION,code=CODE,times=N,lag=SECONDS,stuck…`. Throws an Error that says what is wrong. */
export function parseFault(text: string): Fault {
  const [action = "", ...rest] = text.split(",");
  if (!/^(\*|[A-Z]\w+)$/.test(action))
    throw new Error(`expected ACTION,KEY=VALUE,… and ${JSON.stringify(action)} is no action`);
  return { action, ...Object.fromEntries(rest.map(parsePart)) };
}

function parsePart(part: string): readonly [string, string | number | boolean] {
  const [key = "", ...values] = part.split("=");
  const value = values.join("=");
  if (SWITCHES.includes(key) && values.length === 0) return [key, true];
  if (TEXTS.includes(key) && value !== "") return [key, value];
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (COUNTS.includes(key) && Number.isSafeInteger(number)) return [key, number];
  if (SECONDS.includes(key) && !Number.isNaN(number)) return [key, number * 1000];
  throw new Error(`${JSON.stringify(part)} is none of ${KEYS.join(", ")} with its value`);
}
