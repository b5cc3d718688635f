// Vault, over its HTTP API: VAULT_ADDR, VAULT_TOKEN and their like say where and as whom, as for Vault's own command.

import { setTimeout as sleep } from "node:timers/promises";
import type { RemoteFunction } from "../contract/component.js";
import { RunError } from "../contract/errors.js";
import { type HttpAnswer, httpRequest } from "./http-request.js";
import { type Env, parsedJson, switchOf, tlsOf } from "./service-environment.js";

type Data = Readonly<Record<string, unknown>>;

/** What Vault has at a path. */
export interface VaultSecret {
  readonly data: Data;
  readonly warnings: readonly string[];
}

/** Behind `vault(path, key)`: a key of the KV engine, version 2 or 1 (language §5.8). */
export const readVault: RemoteFunction = async ([path, key], { env, signal, hide }) => {
  hide(env("VAULT_TOKEN") ?? "");
  const quoted = JSON.stringify(path ?? "");
  const { data, warnings } = await askVault({ path: path ?? "" }, env, signal);
  const inner = isRecord(data["data"]) ? data["data"] : undefined;
  const entries = inner ?? data;
  const value = Object.hasOwn(entries, key ?? "") ? entries[key ?? ""] : undefined;
  if (typeof value === "string") return value;
  const hint = warnings.length === 0 ? "" : `. Warnings: ${warnings.join("; ")}`;
  if (value !== undefined && value !== null)
    throw new RunError(`Vault: the key ${JSON.stringify(key)} at ${quoted} is of type ${typeof value}, not a string`);
  throw new RunError(
    `Vault path does not contain the requested key ${JSON.stringify(key)}; ${quoted} has ${namesOf(entries)}${hint}`,
  );
};

const isRecord = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const namesOf = (entries: Data): string =>
  Object.keys(entries).length === 0 ? "none" : `the keys ${Object.keys(entries).sort().join(", ")}`;

/** Reads a path, or writes `body` to it. Throws {@link RunError}. */
export async function askVault(
  { path, body }: { readonly path: string; readonly body?: object },
  env: Env,
  signal: AbortSignal,
): Promise<VaultSecret> {
  const token = env("VAULT_TOKEN") ?? "";
  if (token === "") throw new RunError("Error getting Vault client: VAULT_TOKEN is not set");
  const answer = await withRetries(() => request(path, token, body, env, signal), env, signal);
  if (answer.status === 404)
    throw new RunError(`Vault Secret does not exist at the given path.${warningsText(answer)}`);
  if (answer.status < 200 || answer.status > 299)
    throw new RunError(`Error reading vault secret: HTTP status ${answer.status}: ${errorsOf(answer)}`);
  const parsed = parsedJson("Error reading vault secret", answer.body);
  if (!isRecord(parsed) || !isRecord(parsed["data"]))
    throw new RunError("Vault Secret does not exist at the given path.");
  return { data: parsed["data"], warnings: textsIn(parsed["warnings"]) };
}

async function request(
  path: string,
  token: string,
  body: object | undefined,
  env: Env,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const namespace = env("VAULT_NAMESPACE") ?? "";
  const address = (env("VAULT_ADDR") || "https://127.0.0.1:8200").replace(/\/+$/, "");
  const socketPath = /^unix:\/\/(.*)$/.exec(address)?.[1];
  const base = socketPath === undefined ? address : "http://localhost";
  try {
    return await httpRequest({
      url: `${base}/v1/${path.replace(/^\/+/, "").split("/").map(encodeURIComponent).join("/")}`,
      headers: {
        "x-vault-token": token,
        "x-vault-request": "true",
        ...(namespace === "" ? {} : { "x-vault-namespace": namespace }),
      },
      ...(body === undefined ? {} : { method: "PUT", body: JSON.stringify(body) }),
      ...(socketPath === undefined ? {} : { socketPath }),
      tls: vaultTls(env),
      patience: patienceOf(env),
      // A node that stands by sends its clients to the active one.
      trustsRedirects: true,
      signal,
    });
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const hint = (env("VAULT_ADDR") ?? "") === "" ? " (VAULT_ADDR is not set)" : "";
    throw new Unreachable(`Error reading vault secret: ${error.message}${hint}`, { cause: error });
  }
}

class Unreachable extends RunError {}

const vaultTls = (env: Env) =>
  tlsOf(
    env,
    {
      ca: "VAULT_CACERT",
      caFolder: "VAULT_CAPATH",
      cert: "VAULT_CLIENT_CERT",
      key: "VAULT_CLIENT_KEY",
      servername: "VAULT_TLS_SERVER_NAME",
    },
    switchOf(env, "VAULT_SKIP_VERIFY") === true,
  );

/** VAULT_CLIENT_TIMEOUT: seconds, or a duration of one unit (`90s`, `2m`). */
function patienceOf(env: Env): number {
  const text = env("VAULT_CLIENT_TIMEOUT") ?? "";
  if (text === "") return 60_000;
  const [, count = "", unit = "s"] = /^(\d+)(ms|s|m)?$/.exec(text) ?? [];
  if (count === "")
    throw new RunError(`VAULT_CLIENT_TIMEOUT is ${JSON.stringify(text)}: it would be a number of seconds`);
  return Number(count) * ({ ms: 1, s: 1000, m: 60_000 }[unit] ?? 1000);
}

const DELAY = 1000;

/** A server that is broken or not to be reached for the moment is asked again, VAULT_MAX_RETRIES times (2 unless set). */
async function withRetries(ask: () => Promise<HttpAnswer>, env: Env, signal: AbortSignal): Promise<HttpAnswer> {
  const text = env("VAULT_MAX_RETRIES") ?? "";
  if (!/^\d*$/.test(text)) throw new RunError(`VAULT_MAX_RETRIES is ${JSON.stringify(text)}: it would be a number`);
  const most = text === "" ? 2 : Number(text);
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await ask();
      const passes = answer.status === 412 || (answer.status >= 500 && answer.status !== 501);
      if (!passes || tries >= most) return answer;
    } catch (error) {
      if (!(error instanceof Unreachable) || tries >= most) throw error;
    }
    await sleep(DELAY, undefined, { signal });
  }
}

const textsIn = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];

function errorsOf({ body }: HttpAnswer): string {
  const text = body.toString("utf8").trim();
  const errors = textsIn(recordOf(text)["errors"]).map((error) => error.trim());
  return errors.length === 0 ? text : errors.join("; ");
}

function warningsText({ body }: HttpAnswer): string {
  const warnings = textsIn(recordOf(body.toString("utf8"))["warnings"]);
  return warnings.length === 0 ? "" : ` ${warnings.join("; ")}`;
}

function recordOf(text: string): Data {
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
