import type { Duplex } from "node:stream";

/** The exit code of a command whose connection went before it could tell one, as when the machine reboots. Packer's number. */
export const DISCONNECTED = 2_300_218;

/** How provisioners reach the machine being built. */
export interface Communicator {
  readonly kind: "none" | "local" | "chroot" | "ssh";
  /**
   * Runs a shell command on the machine; resolves with its exit code, whatever it is: 128 + n when signal n ended it,
   * {@link DISCONNECTED} when the connection broke meanwhile. Rejects when it can't be started.
   */
  exec(command: RemoteCommand): Promise<{ readonly exitCode: number }>;
  upload(from: AsyncIterable<Uint8Array>, to: string, how?: UploadOptions): Promise<void>;
  /**
   * A trailing slash on `from` copies the contents. Without one the directory goes into `to` under its own name, or becomes
   * `to` where there is no directory yet, as with cp and scp. Rejects with the signal's reason once it aborts.
   */
  uploadDir(from: string, to: string, signal?: AbortSignal): Promise<void>;
  download(from: string): AsyncIterable<Uint8Array>;
  downloadDir(from: string, to: string, signal?: AbortSignal): Promise<void>;
  /** Only where files are reached without a command. A file that is not there is removed already. */
  removeFile?(path: string): Promise<void>;
  /** Only where the machine is behind a bastion or a proxy: the way for programs that log in by themselves. */
  readonly dialBeyond?: DialBeyond;
  /** Only where the user gave one: the file of host keys to trust, in OpenSSH's format, for programs that log in by themselves. */
  readonly knownHostsFile?: string;
}

/** A TCP connection from where the bastion or the proxy is. Rejects when there is no way. */
export type DialBeyond = (host: string, port: number) => Promise<Duplex>;

export interface UploadOptions {
  /** Permission bits (0o644); without it 0644. */
  readonly mode?: number;
  /** Bytes, where they are known before they are read. */
  readonly size?: number | undefined;
  /** The upload rejects with its reason once it aborts. */
  readonly signal?: AbortSignal;
}

export interface RemoteCommand {
  /** Given to `/bin/sh -c` on the machine. */
  readonly line: string;
  /** Added to the machine's own environment; passed by exec where the communicator can. */
  readonly env?: Readonly<Record<string, string>>;
  /** Without it stdin is empty. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly onLine?: (stream: "stdout" | "stderr", line: string) => void;
  /** Aborting kills the whole process group: TERM, then KILL after 5 s. */
  readonly signal?: AbortSignal;
}
