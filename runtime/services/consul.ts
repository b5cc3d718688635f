// Consul's key-value store, over its HTTP API: CONSUL_HTTP_ADDR, CONSUL_HTTP_TOKEN and their like say where and as whom.

import { readFileSync } from "node:fs";
import type { RemoteFunction } from "../contract/component.js";
import { errorFrom, RunError } from "../contract/errors.js";
import { type HttpAnswer, httpRequest } from "./http-request.js";
import { type Env, parsedJson, switchOf, tlsOf } from "./service-environment.js";

/** Behind `consul_key(key)` (language §5.8). A key without a value is a mistake, as in Packer. */
export const readConsulKey: RemoteFunction = async ([given], { env, signal, hide }) => {
  const key = given ?? "";
  const token = tokenOf(env);
  hide(token);
  const answer = await ask(key, token, env, signal);
  if (answer.status === 404) throw new RunError(`key does not exist at the given path: ${key}`);
  if (answer.status !== 200)
    throw new RunError(
      `error reading consul key: HTTP status ${answer.status}: ${answer.body.toString("utf8").trim()}${tokenHint(answer, token)}`,
    );
  const value = valueIn(parsedJson("error reading consul key", answer.body));
  if (value === "") throw new RunError(`value is empty at path: ${key}`);
  return value;
};

const tokenHint = ({ status }: HttpAnswer, token: string): string =>
  status === 403 && token === "" ? " (CONSUL_HTTP_TOKEN is not set)" : "";

function valueIn(answer: unknown): string {
  const [entry] = (Array.isArray(answer) ? answer : []) as readonly { readonly Value?: string | null }[];
  return Buffer.from(entry?.Value ?? "", "base64").toString("utf8");
}

function tokenOf(env: Env): string {
  const file = env("CONSUL_HTTP_TOKEN_FILE") ?? "";
  const token = env("CONSUL_HTTP_TOKEN") ?? "";
  if (file === "" || token !== "") return token;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new RunError(`CONSUL_HTTP_TOKEN_FILE: ${errorFrom(error).message}`, { cause: error });
  }
}

async function ask(key: string, token: string, env: Env, signal: AbortSignal): Promise<HttpAnswer> {
  const { base, socketPath } = addressOf(env);
  try {
    return await httpRequest({
      url: `${base}/v1/kv/${pathOf(key)}${queryOf(env)}`,
      headers: headersOf(token, env("CONSUL_HTTP_AUTH") ?? ""),
      ...(socketPath === undefined ? {} : { socketPath }),
      tls: consulTls(env),
      signal,
    });
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const hint = (env("CONSUL_HTTP_ADDR") ?? "") === "" ? " (CONSUL_HTTP_ADDR is not set)" : "";
    throw new RunError(`error reading consul key: ${error.message}${hint}`, { cause: error });
  }
}

/** `login`: `USER:PASSWORD`, or nothing. */
const headersOf = (token: string, login: string): Readonly<Record<string, string>> => ({
  ...(token === "" ? {} : { "x-consul-token": token }),
  ...(login === "" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
});

const pathOf = (key: string): string => key.replace(/^\//, "").split("/").map(encodeURIComponent).join("/");

function queryOf(env: Env): string {
  const query = new URLSearchParams();
  for (const [name, variable] of [
    ["ns", "CONSUL_NAMESPACE"],
    ["partition", "CONSUL_PARTITION"],
  ] as const) {
    const value = env(variable) ?? "";
    if (value !== "") query.set(name, value);
  }
  return query.size === 0 ? "" : `?${query.toString()}`;
}

/** `host:port`, or with a scheme; CONSUL_HTTP_SSL makes it https. */
function addressOf(env: Env): { readonly base: string; readonly socketPath?: string } {
  const address = (env("CONSUL_HTTP_ADDR") || "127.0.0.1:8500").replace(/\/+$/, "");
  const socketPath = /^unix:\/\/(.*)$/.exec(address)?.[1];
  if (socketPath !== undefined) return { base: "http://localhost", socketPath };
  const scheme = switchOf(env, "CONSUL_HTTP_SSL") === true ? "https" : "http";
  const bare = address.replace(/^(https?|tcp):\/\//, "");
  return { base: /^https:/.test(address) ? address : `${scheme}://${bare}` };
}

const consulTls = (env: Env) =>
  tlsOf(
    env,
    {
      ca: "CONSUL_CACERT",
      caFolder: "CONSUL_CAPATH",
      cert: "CONSUL_CLIENT_CERT",
      key: "CONSUL_CLIENT_KEY",
      servername: "CONSUL_TLS_SERVER_NAME",
    },
    switchOf(env, "CONSUL_HTTP_SSL_VERIFY") === false,
  );
