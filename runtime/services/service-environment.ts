// What Vault's and Consul's variables of the environment have in common.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorFrom, RunError } from "../contract/errors.js";
import type { Tls } from "./http-request.js";

export type Env = (name: string) => string | undefined;

/** A switch as Go reads one; undefined where it is not set. Throws {@link RunError} for another text. */
export function switchOf(env: Env, name: string): boolean | undefined {
  const text = env(name) ?? "";
  if (text === "") return undefined;
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new RunError(`${name} is ${JSON.stringify(text)}: it would be true or false`);
}

/** Names of variables; those that a service does not have are left out. */
export interface TlsVariables {
  readonly ca: string;
  readonly caFolder: string;
  readonly cert: string;
  readonly key: string;
  readonly servername: string;
}

/** How the service is trusted. Throws {@link RunError} for a file that can't be read, naming the variable. */
export function tlsOf(env: Env, names: TlsVariables, insecure: boolean): Tls {
  const text = (name: string): string | undefined => {
    const path = env(name) ?? "";
    return path === "" ? undefined : reading(name, () => readFileSync(path, "utf8"));
  };
  const folder = env(names.caFolder) ?? "";
  const ca = text(names.ca);
  const cas =
    ca !== undefined ? [ca] : folder === "" ? undefined : reading(names.caFolder, () => certificatesIn(folder));
  const [cert, key] = [text(names.cert), text(names.key)];
  const servername = env(names.servername) ?? "";
  return {
    insecure,
    ...(cas === undefined ? {} : { ca: cas }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === "" ? {} : { servername }),
  };
}

const certificatesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => readFileSync(join(folder, name), "utf8"));

function reading<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new RunError(`${name}: ${errorFrom(error).message}`, { cause: error });
  }
}

/** What an answer that should be JSON holds. Throws {@link RunError}. */
export function parsedJson(service: string, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new RunError(`${service}: the answer is not JSON: another service answers at that address`, { cause });
  }
}
