import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Makes a certificate for 127.0.0.1 that vouches for itself, with openssl: PEM files in the folder, and what is in them. */
export function selfSigned(folder: string) {
  const [certPath, keyPath] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const files = ["-keyout", keyPath, "-out", certPath];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...names, ...files], {
    stdio: "ignore",
  });
  return { certPath, keyPath, tls: { cert: readFileSync(certPath, "utf8"), key: readFileSync(keyPath, "utf8") } };
}
