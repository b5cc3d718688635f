/** Thrown when pkrts itself is wrong; never the outcome of bad input. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** States something that must hold whatever the user wrote; a failure is a bug in pkrts. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Closes a switch over a union, so that a new member is a compile error where it is not handled. */
export function assertNever(value: never, what = "case"): never {
  throw new InvariantError(`unhandled ${what}: ${JSON.stringify(value)}`);
}
