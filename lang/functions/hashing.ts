import { createHash } from "node:crypto";
import { STRING } from "../types/type.js";
import { toBigInt } from "../values/number.js";
import { stringValue, type Value } from "../values/value.js";
import { numberOf, onTexts, textOf } from "./arguments.js";
import { bcryptHash } from "./bcrypt.js";
import { defineValueFunc, defineVariadicFunc, num, str } from "./define.js";
import { ArgError, type Func, FunctionError } from "./func.js";
import { decryptRsa } from "./rsa.js";
import { uuidV4, uuidV5 } from "./uuid.js";

const hex = (algorithm: string): Func["impl"] =>
  onTexts((text = "") => createHash(algorithm).update(text, "utf8").digest("hex"));

// biome-ignore format: table
export const hashing: readonly Func[] = [
  defineVariadicFunc("bcrypt", "A bcrypt hash of a password, with a new salt each time.", [str("str")], num("cost"), STRING, bcrypt),
  defineValueFunc("md5", "The MD5 hash, in hexadecimal.", [str("str")], STRING, hex("md5")),
  defineValueFunc("rsadecrypt", "Decrypts base64 text with an RSA private key (PKCS #1 v1.5).", [str("ciphertext"), str("privatekey")], STRING, rsaDecrypt),
  defineValueFunc("sha1", "The SHA-1 hash, in hexadecimal.", [str("str")], STRING, hex("sha1")),
  defineValueFunc("sha256", "The SHA-256 hash, in hexadecimal.", [str("str")], STRING, hex("sha256")),
  defineValueFunc("sha512", "The SHA-512 hash, in hexadecimal.", [str("str")], STRING, hex("sha512")),
  defineValueFunc("uuidv4", "A new random UUID at each evaluation.", [], STRING, (_, host) => stringValue(uuidV4(host.random(16)))),
  defineValueFunc("uuidv5", "The UUID of a name in a namespace: dns, url, oid, x500 or a UUID.", [str("namespace"), str("name")], STRING, nameUuid),
];

// bcrypt takes 72 bytes of a password; its cost is the number of rounds as a power of two.
const MOST_BYTES = 72;

function bcrypt(args: readonly Value[]): Value {
  if (args.length > 2) throw new FunctionError("bcrypt() takes no more than two arguments");
  const cost = args.length === 2 ? toBigInt(numberOf(args, 1)) : 10n;
  if (cost === undefined || cost > 31n) throw new ArgError(1, "the cost must be a whole number from 4 to 31");
  const password = textOf(args, 0);
  if (Buffer.byteLength(password) > MOST_BYTES) throw new ArgError(0, `bcrypt takes no more than ${MOST_BYTES} bytes`);
  // Less than the least cost means the usual one.
  return stringValue(bcryptHash(password, cost < 4n ? 10 : Number(cost)));
}

function rsaDecrypt(args: readonly Value[]): Value {
  const text = textOf(args, 0);
  if (!/^[A-Za-z\d+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw new ArgError(0, "failed to decode input: cipher text must be base64-encoded");
  }
  try {
    return stringValue(decryptRsa(Buffer.from(text, "base64"), textOf(args, 1)));
  } catch (error) {
    throw new FunctionError(`failed to decrypt: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function nameUuid(args: readonly Value[]): Value {
  const [namespace, name] = [textOf(args, 0), textOf(args, 1)];
  const uuid = uuidV5(namespace, name);
  if (uuid === undefined)
    throw new FunctionError(
      `uuidv5() doesn't support namespace ${namespace}: it is neither dns, url, oid or x500 nor a UUID`,
    );
  return stringValue(uuid);
}
