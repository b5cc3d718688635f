import { getSystemErrorMap } from "node:util";

/** Where Go's words, which are the C library's, are others than Node's. */
const GO_WORDS: Readonly<Record<string, string>> = {
  ELOOP: "too many levels of symbolic links",
  EISDIR: "is a directory",
};

/** What the system says is wrong, in the words that Go programs print: `no such file or directory`. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = "", errno = 0 } = error as NodeJS.ErrnoException;
  return GO_WORDS[code] ?? getSystemErrorMap().get(errno)?.[1] ?? error.message;
}
