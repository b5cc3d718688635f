/** Everything that a function of the language may ask of the world. The language itself does no I/O. */
export interface FunctionHost {
  /** Where file(), templatefile(), fileexists() and fileset() start; filebase64() and abspath() start at `cwd`. */
  readonly baseDir: string;
  readonly cwd: string;
  readonly home: string;
  /** Throws a NodeJS.ErrnoException-like error (with `code`) when the file can't be read. */
  readFile(path: string): Uint8Array;
  /** Follows links. Undefined when nothing is there; throws an error with a `code` when that can't be told. */
  kindOf(path: string): "file" | "directory" | "other" | undefined;
  /** Names in the directory, in no order. */
  list(directory: string): readonly string[];
  now(): Date;
  /** When this run of the program started: timestamp() of Go templates, legacy_isotime(). */
  readonly startedAt: Date;
  env(name: string): string | undefined;
  random(bytes: number): Uint8Array;
  /**
   * Answers a remote function (vault, consul_key, aws_secretsmanager…) from what a pre-pass fetched.
   * Undefined: it is not called in this command (validate), so the value is unknown.
   */
  remote?(call: RemoteCall): RemoteAnswer | undefined;
}

export interface RemoteCall {
  readonly name: "vault" | "consul_key" | "aws_secretsmanager" | "aws_secretsmanager_raw";
  readonly args: readonly (string | null)[];
}
export type RemoteAnswer = { readonly text: string } | { readonly error: string };
