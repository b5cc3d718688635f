// OpenSSH's known_hosts format: which keys a host may show.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { errorFrom } from "../../contract/errors.js";
import { SshFailure } from "./failure.js";
import { readProblem } from "./private-key.js";

export interface HostKeys {
  /** Host key algorithms to ask the server for: those of the keys that are known, so that it shows one of them. */
  readonly algorithms: readonly string[];
  /** Why a key (as SSH sends it) is not to be trusted; undefined when it is. */
  problem(key: Buffer): string | undefined;
}

interface Line {
  readonly marker: string;
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
}

/** The keys that `file` has for a host; undefined without a file. Throws when it can't be read or does not know the host. */
export function hostKeysOf(
  file: string | undefined,
  { host, port }: { readonly host: string; readonly port: number },
): HostKeys | undefined {
  if (file === undefined) return undefined;
  const name = port === 22 ? host : `[${host}]:${port}`;
  const lines = parse(read(file)).filter(({ hosts }) => matches(hosts, name));
  const known = lines.filter(({ marker }) => marker === "");
  const revoked = lines.filter(({ marker }) => marker === "@revoked");
  if (known.length === 0) throw new SshFailure("refused", `${name} is not in ${file}: its host key can't be trusted`);
  return {
    algorithms: [...new Set(known.flatMap(({ type }) => ALGORITHMS[type] ?? [type]))],
    problem(shown) {
      const text = shown.toString("base64");
      if (revoked.some(({ key }) => key === text))
        return `${file} says that its host key ${fingerprint(shown)} was revoked`;
      if (known.some(({ key }) => key === text)) return undefined;
      return `its host key ${fingerprint(shown)} is not the one in ${file}: another machine may be answering`;
    },
  };
}

const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
};

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    throw new SshFailure("refused", `ssh_known_hosts_file: ${readProblem(file, errorFrom(thrown))}`, thrown);
  }
}

/** Lines for certificate authorities are left out: the SSH library takes no host certificates. */
function parse(text: string): readonly Line[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const words = line.split(/\s+/);
      const marker = words[0]?.startsWith("@") === true ? (words.shift() ?? "") : "";
      const [hosts = "", type = "", key = ""] = words;
      return { marker, hosts, type, key };
    });
}

/** `hosts`: names and patterns with commas between, `!` before those that must not match; or a hashed name. */
function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith("|1|")) return matchesHash(hosts, name);
  const patterns = hosts.split(",");
  const fits = (pattern: string): boolean => wildcard(pattern).test(name);
  if (patterns.some((pattern) => pattern.startsWith("!") && fits(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && fits(pattern));
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$.+()[\]{}|]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  );

function matchesHash(hosts: string, name: string): boolean {
  const [, , salt = "", hash = ""] = hosts.split("|");
  const made = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  const wanted = Buffer.from(hash, "base64");
  return made.length === wanted.length && timingSafeEqual(made, wanted);
}

/** As ssh-keygen prints it. */
const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
