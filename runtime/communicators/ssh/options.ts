// The communicator's options (cli-runtime §6.8) as what the connection works with.

import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { parseGoDuration } from "../../../lang/values/go-duration.js";
import type { Null } from "../../../schemas/options.gen.js";
import type { PrepareContext } from "../../contract/component.js";

/** The options that begin with `ssh_`, and what the `null` builder has beside them. */
export type SshOptions = Null;

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password?: string;
  /** Its text. */
  readonly privateKey?: string;
  /** Path; for messages, and for programs that log in by themselves. */
  readonly privateKeyFile?: string;
  /** Socket of the agent. */
  readonly agent?: string;
  /** Prompts go to the terminal. */
  readonly interactive?: boolean;
}

export interface SocksProxy {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

/** `PORT:HOST:PORT`: where to listen, and where to connect what comes in. */
export interface Tunnel {
  readonly listen: number;
  readonly host: string;
  readonly port: number;
}

export interface SshSettings {
  readonly target: Login;
  readonly bastion?: Login;
  readonly proxy?: SocksProxy;
  /** Milliseconds. */
  readonly timeout: number;
  /** 0: no limit but the timeout. */
  readonly handshakeAttempts: number;
  /** Milliseconds; 0: none. */
  readonly keepAlive: number;
  /** Milliseconds; 0: no limit. */
  readonly readWriteTimeout: number;
  /** Milliseconds. */
  readonly pauseBeforeConnecting: number;
  readonly pty: boolean;
  readonly transfer: "scp" | "sftp";
  /** Socket of the agent that the machine may use. */
  readonly forwardAgent?: string;
  readonly knownHostsFile?: string;
  readonly localTunnels: readonly Tunnel[];
  readonly remoteTunnels: readonly Tunnel[];
  readonly ciphers?: readonly string[];
  readonly keyExchange?: readonly string[];
}

const DEFAULT_TIMEOUT = 5 * 60_000;
const DEFAULT_ATTEMPTS = 10;

/** Reads the key files. The options have passed their check. */
export function sshSettings(options: SshOptions, context: PrepareContext): SshSettings {
  const timeout = milliseconds(options.ssh_timeout ?? options.ssh_wait_timeout);
  const attempts = options.ssh_handshake_attempts ?? 0;
  const agent = context.env("SSH_AUTH_SOCK");
  return {
    target: targetOf(options, context),
    ...ifGiven("bastion", bastionOf(options, context)),
    ...ifGiven("proxy", proxyOf(options)),
    timeout: timeout > 0 ? timeout : DEFAULT_TIMEOUT,
    handshakeAttempts: attempts === 0 && timeout === 0 ? DEFAULT_ATTEMPTS : attempts,
    keepAlive: Math.max(0, milliseconds(options.ssh_keep_alive_interval)),
    readWriteTimeout: Math.max(0, milliseconds(options.ssh_read_write_timeout)),
    pauseBeforeConnecting: Math.max(0, milliseconds(options.pause_before_connecting)),
    pty: options.ssh_pty === true,
    transfer: options.ssh_file_transfer_method === "sftp" ? "sftp" : "scp",
    ...ifGiven("forwardAgent", options.ssh_disable_agent_forwarding === true ? undefined : agent),
    ...ifGiven("knownHostsFile", pathOf(options.ssh_known_hosts_file, context)),
    localTunnels: tunnelsOf(options.ssh_local_tunnels),
    remoteTunnels: tunnelsOf(options.ssh_remote_tunnels),
    ...ifGiven("ciphers", notEmpty(options.ssh_ciphers)),
    ...ifGiven("keyExchange", notEmpty(options.ssh_key_exchange_algorithms)),
  };
}

/** In Go, what is zero is not given. */
const portOf = (given: number | undefined, usual: number): number => (given === 0 ? usual : (given ?? usual));

function targetOf(options: SshOptions, context: PrepareContext): Login {
  const file = pathOf(options.ssh_private_key_file, context);
  return {
    host: options.ssh_host ?? "",
    port: portOf(options.ssh_port, 22),
    username: options.ssh_username ?? "",
    ...ifGiven("password", options.ssh_password),
    ...keyFrom(file),
    ...ifGiven("agent", options.ssh_agent_auth === true ? context.env("SSH_AUTH_SOCK") : undefined),
  };
}

function bastionOf(options: SshOptions, context: PrepareContext): Login | undefined {
  const { ssh_bastion_host: host = "" } = options;
  if (host === "") return undefined;
  return {
    host,
    port: portOf(options.ssh_bastion_port, 22),
    username: options.ssh_bastion_username ?? options.ssh_username ?? "",
    ...ifGiven("password", options.ssh_bastion_password),
    ...keyFrom(pathOf(options.ssh_bastion_private_key_file ?? options.ssh_private_key_file, context)),
    ...ifGiven("agent", options.ssh_bastion_agent_auth === true ? context.env("SSH_AUTH_SOCK") : undefined),
    interactive: options.ssh_bastion_interactive === true,
  };
}

function proxyOf(options: SshOptions): SocksProxy | undefined {
  const { ssh_proxy_host: host = "" } = options;
  if (host === "") return undefined;
  return {
    host,
    port: portOf(options.ssh_proxy_port, 1080),
    ...ifGiven("username", options.ssh_proxy_username),
    ...ifGiven("password", options.ssh_proxy_password),
  };
}

const keyFrom = (file: string | undefined) =>
  file === undefined ? {} : { privateKey: readFileSync(file, "utf8"), privateKeyFile: file };

/** `~` is the user's home; relative paths start at the working directory. Undefined where none is given. */
export function pathOf(path: string | undefined, { cwd, env }: PrepareContext): string | undefined {
  if (path === undefined || path === "") return undefined;
  const expanded = path.replace(/^~(?=\/|$)/, env("HOME") ?? "~");
  return isAbsolute(expanded) ? expanded : join(cwd, expanded);
}

const TUNNEL = /^(\d{1,5}):(\[[\da-fA-F:]+\]|[^:]+):(\d{1,5})$/;

/** Undefined when the text is no `PORT:HOST:PORT`. */
export function parseTunnel(text: string): Tunnel | undefined {
  const [, listen = "", host = "", port = ""] = TUNNEL.exec(text) ?? [];
  if (![listen, port].every((part) => part !== "" && Number(part) > 0 && Number(part) < 65_536)) return undefined;
  return { listen: Number(listen), host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

const tunnelsOf = (texts: readonly string[] = []): readonly Tunnel[] =>
  texts.flatMap((text) => parseTunnel(text) ?? []);

const notEmpty = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list?.length === 0 ? undefined : list;

const ifGiven = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in K]?: V };

function milliseconds(text = "0"): number {
  const parsed = parseGoDuration(text);
  return "error" in parsed ? 0 : Number(parsed.nanoseconds) / 1e6;
}
