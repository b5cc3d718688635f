import { constants, createPrivateKey, privateDecrypt } from "node:crypto";

/** PKCS #1 v1.5, as rsadecrypt() has it. Throws an Error that says which input is wrong. */
export function decryptRsa(cipherText: Uint8Array, pem: string): string {
  const key = createPrivateKey({ key: pem, format: "pem" });
  if (key.asymmetricKeyType !== "rsa") throw new Error("the key is not an RSA key");
  return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, cipherText).toString("utf8");
}
