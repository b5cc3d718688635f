// Looks at a private key as far as one can without the SSH library, which `validate` must not load.

import { createPrivateKey } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { errorFrom } from "../../contract/errors.js";
import { systemReason } from "../../system/system-error.js";

const OPENSSH = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END OPENSSH PRIVATE KEY-----/;
const MAGIC = "openssh-key-v1\0";

/** Undefined when the file holds a private key that needs no passphrase, else what is wrong with it. `shown`: the path as it was written. */
export function privateKeyProblem(path: string, shown: string): string | undefined {
  try {
    statSync(path);
  } catch (thrown) {
    return `stat ${shown}: ${systemReason(thrown)}`;
  }
  const why = contentProblem(path, shown);
  return why === undefined ? undefined : `Error setting up SSH config: ${why}`;
}

function contentProblem(path: string, shown: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8");
    const body = OPENSSH.exec(text)?.[1];
    const why = body === undefined ? pemProblem(text) : openSshProblem(Buffer.from(body, "base64"));
    return why === undefined ? undefined : `Failed to read key '${shown}': ${why}`;
  } catch (thrown) {
    return readProblem(shown, errorFrom(thrown));
  }
}

/** As Go words it. */
export const readProblem = (path: string, error: NodeJS.ErrnoException): string =>
  `${error.code === "EISDIR" ? "read" : "open"} ${path}: ${systemReason(error)}`;

const ENCRYPTED =
  "password protected keys are not supported: take the key into an SSH agent and set ssh_agent_auth instead";

function pemProblem(text: string): string | undefined {
  if (/Proc-Type: 4,ENCRYPTED|BEGIN ENCRYPTED PRIVATE KEY/.test(text)) return ENCRYPTED;
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return "no key found";
  try {
    createPrivateKey(text);
    return undefined;
  } catch {
    return "the key can't be read: it is damaged, or of a kind that SSH does not know";
  }
}

/** The format: magic, then the name of the cipher, with its length (32 bits, big-endian) before it. */
function openSshProblem(bytes: Buffer): string | undefined {
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC || bytes.length < MAGIC.length + 4) return "no key found";
  const length = bytes.readUInt32BE(MAGIC.length);
  const cipher = bytes.toString("latin1", MAGIC.length + 4, MAGIC.length + 4 + length);
  return cipher === "none" ? undefined : ENCRYPTED;
}
