/** The world refused: AWS, a disk, a process. Subclasses add a `kind` and the whole record of what was tried. */
export class RunError extends Error {
  override readonly name: string = "RunError";

  /** Whether it is sure that what was asked for was not done: then there is nothing to undo. */
  get tookNothing(): boolean {
    return false;
  }
}

/** The machine being built could not be reached, or the connection to it broke: the same may work a little later. */
export class Unreachable extends RunError {
  override readonly name: string = "Unreachable";
}

/** The run was cancelled: by a signal, a timeout, or because something else failed. */
export class Cancelled extends RunError {
  override readonly name = "Cancelled";
  /** What asked for it: "SIGINT", "SIGTERM", "SIGHUP", "timeout". */
  readonly by: string;

  constructor(by: string) {
    super("context canceled");
    this.by = by;
  }
}

/** A wrong command line: the message, then the command's usage; exit 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Turns whatever was thrown into an Error. */
export function errorFrom(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
