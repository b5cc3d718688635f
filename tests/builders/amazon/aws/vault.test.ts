import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import * as assert from "uvu/assert";
import { vaultKeys } from "../../../../builders/amazon/aws/vault.js";
import { describe } from "../../../support/describe.js";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: string;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}

/** A Vault that gives this answer, and what it was asked. */
async function withVault(
  status: number,
  answer: unknown,
  body: (address: string) => Promise<void>,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const { method = "", url: path = "", headers } = request;
      seen.push({ method, path, token: String(headers["x-vault-token"]), body: text });
      response.writeHead(status).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port.toString()}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return seen;
}

const { signal } = new AbortController();
const environment = (address: string) => (name: string) => ({ VAULT_ADDR: address, VAULT_TOKEN: "s.token" })[name];

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no error";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("keys from Vault", (test) => {
  test("are read from creds, without a token where Vault gives none", async () => {
    const data = { access_key: "AKIAV", secret_key: "sv", security_token: null };
    const seen = await withVault(200, { data }, async (address) =>
      assert.equal(await vaultKeys({ name: "builder", engine: "aws" }, environment(address), signal), {
        accessKeyId: "AKIAV",
        secretAccessKey: "sv",
      }),
    );
    assert.equal(seen, [{ method: "GET", path: "/v1/aws/creds/builder", token: "s.token", body: "" }]);
  });
  test("are written to sts with a role and its time to live", async () => {
    const data = { access_key: "ASIAV", secret_key: "sv", security_token: "tv" };
    const request = { name: "builder", engine: "cloud/aws", roleArn: "arn:aws:iam::1:role/r", ttl: "1h" };
    const seen = await withVault(200, { data }, async (address) =>
      assert.is((await vaultKeys(request, environment(address), signal)).sessionToken, "tv"),
    );
    const [{ method, path, body } = { method: "", path: "", body: "" }] = seen;
    assert.is(`${method} ${path}`, "PUT /v1/cloud/aws/sts/builder");
    assert.equal(JSON.parse(body), { role_arn: "arn:aws:iam::1:role/r", ttl: "1h" });
  });
  test("that are not there say so", async () => {
    await withVault(404, { errors: [] }, async (address) =>
      assert.is(
        await failure(vaultKeys({ name: "x", engine: "aws" }, environment(address), signal)),
        "Vault Secret does not exist at the given path.",
      ),
    );
    assert.match(
      await failure(vaultKeys({ name: "x", engine: "aws" }, () => undefined, signal)),
      /VAULT_TOKEN is not set/,
    );
  });
});
