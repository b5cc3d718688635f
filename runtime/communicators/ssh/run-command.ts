// A command on the machine: its lines, its exit code, its end.

import { constants } from "node:os";
import { StringDecoder } from "node:string_decoder";
import type { Client, ClientChannel, ExecOptions, PseudoTtyOptions } from "ssh2";
import { DISCONNECTED, type RemoteCommand } from "../../contract/communicator.js";
import { RunError, Unreachable } from "../../contract/errors.js";
import { lineCutter } from "../../system/output.js";
import { shellWord } from "../../system/shell-word.js";
import type { SshConnection } from "./connection.js";

const PATIENCE = 5000;
const NEVER = new AbortController().signal;

/** Given to the user's shell on the machine. As {@link RemoteCommand} and Communicator.exec say. */
export async function runCommand(connection: SshConnection, command: RemoteCommand): Promise<{ exitCode: number }> {
  const { signal = NEVER, onLine = () => undefined } = command;
  signal.throwIfAborted();
  const client = await connection.client(signal);
  const { line, stdin } = withEnvironment(command, connection.settings.pty);
  const channel = await openChannel(client, line, connection.settings);
  readLines(channel, "stdout", onLine);
  readLines(channel.stderr, "stderr", onLine);
  const quiet = watchSilence(channel, client, connection.settings.readWriteTimeout, onLine);
  const ending = endOnAbort(channel, client, signal);
  feed(channel, stdin);
  const exitCode = await exitOf(channel);
  quiet.stop();
  ending.stop();
  signal.throwIfAborted();
  return { exitCode };
}

interface Prepared {
  readonly line: string;
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
}

/**
 * Servers take no environment from clients, and a command line can be read by every user of the machine: variables
 * go in on stdin. Where that is taken, or a terminal would echo it, they stand before the command.
 */
function withEnvironment({ line, env = {}, stdin }: RemoteCommand, pty: boolean): Prepared {
  const names = Object.keys(env);
  if (names.length === 0) return { line, stdin };
  const exports = names.map((name) => `export ${name}=${shellWord(env[name] ?? "")}\n`).join("");
  if (pty || stdin !== undefined) return { line: `${exports}${line}`, stdin };
  return { line: `eval "$(cat)"; ${line}`, stdin: oneChunk(exports) };
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** A terminal that does not echo, for programs that insist on one. */
const TERMINAL: PseudoTtyOptions = { term: "xterm", cols: 80, rows: 40, modes: { ECHO: 0 } };

export async function openChannel(
  client: Client,
  line: string,
  { pty = false, forwardAgent }: { readonly pty?: boolean; readonly forwardAgent?: string },
): Promise<ClientChannel> {
  const options: ExecOptions = pty ? { pty: TERMINAL } : {};
  if (forwardAgent === undefined) return openWith(client, line, options);
  // The library knows the option; its types don't.
  const forwarding = { ...options, agentForward: true } as ExecOptions;
  try {
    return await openWith(client, line, forwarding);
  } catch (error) {
    if (!(error instanceof RunError) || !error.message.includes("agent forwarding")) throw error;
    return openWith(client, line, options);
  }
}

function openWith(client: Client, line: string, options: ExecOptions): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Unreachable("the connection was closed before the command could start"));
    client.once("close", onClose);
    client.exec(line, options, (error, channel) => {
      client.off("close", onClose);
      if (error === undefined) return resolve(channel);
      reject(new Unreachable(`the machine does not start a command: ${error.message}`, { cause: error }));
    });
  });
}

function readLines(
  stream: NodeJS.ReadableStream,
  name: "stdout" | "stderr",
  onLine: NonNullable<RemoteCommand["onLine"]>,
): void {
  const decoder = new StringDecoder("utf8");
  const lines = lineCutter((line) => onLine(name, line));
  stream.on("data", (bytes: Buffer) => lines.take(decoder.write(bytes)));
  stream.on("end", () => {
    lines.take(decoder.end());
    lines.end();
  });
}

function feed(channel: ClientChannel, stdin: AsyncIterable<Uint8Array> | undefined): void {
  // A command may end before it has read everything.
  channel.on("error", () => undefined);
  if (stdin === undefined) return void channel.end();
  void (async () => {
    for await (const chunk of stdin) {
      if (channel.destroyed || channel.writableEnded) return;
      if (!channel.write(chunk))
        await new Promise<void>((resolve) => channel.once("drain", resolve).once("close", resolve));
    }
    channel.end();
  })();
}

const signalNumbers: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));

/** Waits for the channel's end; without a status before it, the connection went. */
export function exitOf(channel: ClientChannel): Promise<number> {
  let exitCode = DISCONNECTED;
  channel.on("exit", (code: number | null, signal = "") => {
    exitCode = code ?? 128 + (signalNumbers.get(signal) ?? 0);
  });
  return new Promise((resolve) => {
    channel.once("close", () => resolve(exitCode));
  });
}

interface Watch {
  stop(): void;
}

/** `ssh_read_write_timeout`: a connection that brings nothing for so long counts as lost. */
function watchSilence(
  channel: ClientChannel,
  client: Client,
  ms: number,
  onLine: NonNullable<RemoteCommand["onLine"]>,
): Watch {
  if (ms === 0) return { stop: () => undefined };
  const giveUp = (): void => {
    onLine("stderr", `nothing was heard for ${ms / 1000} s (ssh_read_write_timeout): the connection counts as lost`);
    client.destroy();
  };
  let timer = setTimeout(giveUp, ms);
  const onData = (): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, ms);
  };
  channel.on("data", onData);
  channel.stderr.on("data", onData);
  return { stop: () => clearTimeout(timer) };
}

/** TERM to what the command started, KILL after five seconds, then the channel's end. */
function endOnAbort(channel: ClientChannel, client: Client, signal: AbortSignal): Watch {
  const timers: NodeJS.Timeout[] = [];
  const send = (name: "TERM" | "KILL"): void => {
    channel.signal(name);
    signalSiblings(client, name);
  };
  const onAbort = (): void => {
    send("TERM");
    timers.push(setTimeout(() => send("KILL"), PATIENCE));
    timers.push(setTimeout(() => channel.close(), PATIENCE + 1000));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    stop() {
      signal.removeEventListener("abort", onAbort);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/**
 * OpenSSH takes no signals for root's sessions. But what it starts for one connection has one parent, and each command is a
 * process group of its own: a command of ours that looks for its siblings finds them.
 */
function signalSiblings(client: Client, name: "TERM" | "KILL"): void {
  const script = [
    "for s in /proc/[0-9]*/stat; do",
    '  read -r line 2>/dev/null < "$s" || continue',
    "  set -- ${line##*) }",
    "  pid=${s#/proc/}; pid=${pid%/stat}",
    `  if [ "$2" = "$PPID" ] && [ "$pid" != "$$" ]; then kill -${name} "-$pid"; fi`,
    "done",
  ].join("\n");
  client.exec(`exec /bin/sh -c ${shellWord(script)}`, (error, channel) => {
    if (error === undefined) channel.on("error", () => undefined).resume();
  });
}
