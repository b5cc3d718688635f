// One SSH connection over a stream that is there: handshake, host key, login.

import type { Duplex } from "node:stream";
import ssh2, { type AnyAuthMethod, type Client, type ConnectConfig, type KeyboardInteractiveCallback } from "ssh2";
import { errorFrom } from "../../contract/errors.js";
import { addressOf } from "./dial.js";
import { networkWords, SshFailure } from "./failure.js";
import { type HostKeys, hostKeysOf } from "./known-hosts.js";
import type { Login, SshSettings } from "./options.js";

const HANDSHAKE_TIMEOUT = 60_000;

/** What a user answers to prompts: for the bastion's interactive login. */
export type Ask = (question: string) => Promise<string>;

/** Logs in over `stream`. Rejects with {@link SshFailure}, or the signal's reason; the stream is gone then. */
export async function handshake(
  stream: Duplex,
  login: Login,
  settings: SshSettings,
  ask: Ask,
  signal: AbortSignal,
): Promise<Client> {
  try {
    return await logIn(stream, login, settings, hostKeysOf(settings.knownHostsFile, login), ask, signal);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function logIn(
  stream: Duplex,
  login: Login,
  settings: SshSettings,
  hostKeys: HostKeys | undefined,
  ask: Ask,
  signal: AbortSignal,
): Promise<Client> {
  const client = new ssh2.Client();
  // What we refuse ends the connection, which would be told as a mere loss of it.
  let refusal: SshFailure | undefined;
  const config = configOf(login, settings, hostKeys, (failure) => {
    refusal = failure;
  });
  const connect = (): void => {
    try {
      client.connect({ ...config, sock: stream, authHandler: methodsOf(login, ask) as AnyAuthMethod[] });
    } catch (thrown) {
      throw new SshFailure("refused", `${addressOf(login)}: ${errorFrom(thrown).message}`, thrown);
    }
  };
  return connected(client, connect, (error) => refusal ?? failureOf(error, login), signal);
}

/** `client` once it is logged in; it is gone when it is not. */
function connected(
  client: Client,
  connect: () => void,
  explain: (error: Error | undefined) => SshFailure,
  signal: AbortSignal,
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      signal.removeEventListener("abort", onAbort);
      client.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    // For as long as the client lives: an error event that nobody listens to would end the process.
    client.on("error", (error) => fail(explain(error)));
    client.once("close", () => fail(explain(undefined)));
    client.once("ready", () => {
      signal.removeEventListener("abort", onAbort);
      resolve(client);
    });
    try {
      connect();
    } catch (error) {
      fail(error);
    }
  });
}

function configOf(
  login: Login,
  settings: SshSettings,
  hostKeys: HostKeys | undefined,
  onRefusal: (failure: SshFailure) => void,
): ConnectConfig {
  const { keepAlive, ciphers, keyExchange, forwardAgent } = settings;
  return {
    username: login.username,
    readyTimeout: HANDSHAKE_TIMEOUT,
    keepaliveInterval: keepAlive,
    // A machine that is busy must not count as gone: about a minute of silence is what makes it so.
    keepaliveCountMax: keepAlive === 0 ? 0 : Math.max(3, Math.ceil(60_000 / keepAlive)),
    ...(forwardAgent === undefined ? {} : { agent: forwardAgent }),
    algorithms: {
      // The library checks the names.
      ...(ciphers === undefined ? {} : { cipher: [...ciphers] as never }),
      ...(keyExchange === undefined ? {} : { kex: [...keyExchange] as never }),
      ...(hostKeys === undefined ? {} : { serverHostKey: [...hostKeys.algorithms] as never }),
    },
    ...(hostKeys === undefined
      ? {}
      : {
          hostVerifier: (key: Buffer): boolean => {
            const problem = hostKeys.problem(key);
            if (problem !== undefined) onRefusal(new SshFailure("refused", `${addressOf(login)}: ${problem}`));
            return problem === undefined;
          },
        }),
  };
}

/** A password is tried as one, then as the answer to every prompt, as servers with PAM want it. */
function methodsOf(login: Login, ask: Ask): readonly AnyAuthMethod[] {
  const { username, password, privateKey, agent, interactive } = login;
  const methods: AnyAuthMethod[] = [];
  if (password !== undefined) methods.push({ type: "password", username, password });
  if (privateKey !== undefined) methods.push({ type: "publickey", username, key: privateKey });
  if (agent !== undefined && agent !== "") methods.push({ type: "agent", username, agent });
  if (interactive === true) methods.push({ type: "keyboard-interactive", username, prompt: answering(ask) });
  else if (password !== undefined)
    methods.push({ type: "keyboard-interactive", username, prompt: answering(() => Promise.resolve(password)) });
  return methods;
}

type Prompt = Extract<AnyAuthMethod, { type: "keyboard-interactive" }>["prompt"];

const answering =
  (ask: Ask): Prompt =>
  (_name, _instructions, _language, prompts, finish) =>
    void answerAll(ask, prompts, finish);

async function answerAll(
  ask: Ask,
  prompts: readonly { readonly prompt: string }[],
  finish: KeyboardInteractiveCallback,
): Promise<void> {
  const answers: string[] = [];
  try {
    for (const { prompt } of prompts) answers.push(await ask(prompt));
  } catch {
    // No terminal: an empty answer is a login that is refused, with a message of its own.
    answers.length = 0;
  }
  finish(answers);
}

/** Without an error: the connection was closed. */
function failureOf(error: (Error & { readonly level?: string }) | undefined, login: Login): SshFailure {
  const where = addressOf(login);
  if (error === undefined) return new SshFailure("network", `${where}: the connection was closed`);
  if (error.level === "client-authentication") {
    const how = methodNames(login).join(" and ");
    return new SshFailure("login", `${where} refused to let ${login.username} in by ${how}`, error);
  }
  if (error.level === "agent") return new SshFailure("login", `the SSH agent does not answer: ${error.message}`, error);
  if (error.level === "handshake") return new SshFailure("refused", `${where}: ${error.message}`, error);
  return new SshFailure("network", `${where}: ${networkWords(error)}`, error);
}

function methodNames({ password, privateKeyFile, agent, interactive }: Login): readonly string[] {
  return [
    ...(password === undefined ? [] : ["password"]),
    ...(privateKeyFile === undefined ? [] : [`the key ${privateKeyFile}`]),
    ...(agent === undefined ? [] : ["the keys of the SSH agent"]),
    ...(interactive === true ? ["what was answered to its prompts"] : []),
  ];
}
