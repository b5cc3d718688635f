import { Unreachable } from "../../contract/errors.js";

/** Why there is no connection. `login`: the machine answered and said no. `refused`: trying again can't help. */
export type FailureKind = "network" | "login" | "refused";

/** One attempt to connect failed; the message names the host. */
export class SshFailure extends Unreachable {
  override readonly name = "SshFailure";
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was reset",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name can't be looked up now",
  ETIMEDOUT: "no answer",
};

/** What a socket's error means, in words. */
export function networkWords(error: NodeJS.ErrnoException): string {
  // A library's error may only quote the code.
  return WORDS[error.code ?? /\bE[A-Z]{3,}\b/.exec(error.message)?.[0] ?? ""] ?? error.message;
}
