/** A scripted failure: the next `times` calls of `action` (after `skip` good ones) answer `code`. */
export interface Fault {
  readonly action: string;
  readonly code: string;
  readonly message?: string;
  readonly status?: number;
  readonly times?: number;
  readonly skip?: number;
  /** Milliseconds to wait before the answer; with no `code` ("") the call then goes on. */
  readonly lag?: number;
}

/** Hands out each fault as often as its script says. */
export function faultScript(faults: readonly Fault[]): (action: string) => Fault | undefined {
  const waiting = faults.map((fault) => ({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 }));
  return (action) => {
    const next = waiting.find((each) => each.fault.action === action && each.left > 0);
    if (!next) return undefined;
    if (next.skip > 0) {
      next.skip -= 1;
      return undefined;
    }
    next.left -= 1;
    return next.fault;
  };
}
