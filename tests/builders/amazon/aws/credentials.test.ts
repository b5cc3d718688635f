// Whose keys a build uses: the whole chain, with a portal and an STS that write down what they are asked.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Asker, accessOf } from "../../../../builders/amazon/access.js";
import type { AmazonAccess } from "../../../../schemas/options.gen.js";
import { describe } from "../../../support/describe.js";
import { virtualClock } from "../../../support/virtual-clock.js";

const home = mkdtempSync(join(tmpdir(), "pkrts-chain-"));
const DEVICE = "arn:aws:iam::000000000000:mfa/me";
const ROLE = "arn:aws:iam::000000000000:role/builder";
const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();

const calls: URLSearchParams[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += String(chunk);
  });
  request.on("end", () => {
    if (request.method === "GET") return answerPortal(request.url ?? "", response);
    const call = new URLSearchParams(body);
    calls.push(call);
    const action = call.get("Action") ?? "";
    const keys = `<Credentials><AccessKeyId>ASIA${action}</AccessKeyId><SecretAccessKey>secret of ${action}</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${soon()}</Expiration></Credentials>`;
    response.setHeader("content-type", "text/xml");
    response.end(
      `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${keys}<AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>${ROLE}</Arn></AssumedRoleUser></${action}Result></${action}Response>`,
    );
  });
});

function answerPortal(
  url: string,
  response: { end(text: string): void; setHeader(name: string, value: string): void },
) {
  calls.push(new URL(url, "http://portal").searchParams);
  response.setHeader("content-type", "application/json");
  const keys = { accessKeyId: "ASIAPORTAL", secretAccessKey: "secret of the portal", sessionToken: "token" };
  response.end(JSON.stringify({ roleCredentials: { ...keys, expiration: Date.now() + 3_600_000 } }));
}

await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** A process environment of its own for `body`: no keys, no profile, and these files. */
async function inWorld(
  { config = "", credentials = "", env = {} }: { config?: string; credentials?: string; env?: Record<string, string> },
  body: () => Promise<void>,
): Promise<void> {
  const before = { ...process.env };
  const folder = mkdtempSync(join(home, "world-"));
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  writeFileSync(join(folder, "config"), config);
  writeFileSync(join(folder, "credentials"), credentials);
  Object.assign(process.env, {
    HOME: home,
    AWS_CONFIG_FILE: join(folder, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_SSO: url,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...env,
  });
  calls.length = 0;
  try {
    await body();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** What a build would use, the questions that it put, and the secrets that it hides. */
async function access(options: AmazonAccess, answer?: string) {
  const hidden: string[] = [];
  const asked: string[] = [];
  const said: string[] = [];
  const asker: Asker = {
    signal: new AbortController().signal,
    clock: virtualClock(),
    hide: (secret) => void hidden.push(secret),
    say: (text) => void said.push(text),
    ask: (question) => {
      asked.push(question);
      return answer === undefined ? Promise.reject(new Error("no available tty")) : Promise.resolve(answer);
    },
  };
  const profile = options.profile;
  const place = { region: "us-east-1", ...(profile === undefined ? {} : { profile }) };
  const opened = await accessOf(options, (name) => process.env[name], place, asker);
  return { ...opened, hidden, asked, said };
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "it went well",
    (error: Error) => error.message,
  );
}

const KEYS = "aws_access_key_id = AKIAFILE\naws_secret_access_key = secret of the file\n";
const MFA = `mfa_serial = ${DEVICE}\n`;

describe("whose credentials are used", (test) => {
  test("the template's keys come before the environment's", () =>
    inWorld({ env: { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "x" } }, async () => {
      const { credentials } = await access({ access_key: "AKIATEMPLATE", secret_key: "y" });
      assert.is((await credentials()).accessKeyId, "AKIATEMPLATE");
    }));
  for (const skip_metadata_api_check of [false, true])
    test(`the environment's before a profile's (skip_metadata_api_check = ${skip_metadata_api_check})`, () =>
      inWorld(
        {
          credentials: `[web]\n${KEYS}`,
          env: { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "x", AWS_PROFILE: "web" },
        },
        async () => {
          const { credentials, said } = await access({ profile: "web", skip_metadata_api_check });
          assert.is((await credentials()).accessKeyId, "AKIAENV");
          assert.equal(said, ["AWS_ACCESS_KEY_ID is set: its credentials are used, and not those of the profile web"]);
        },
      ));
  test("a profile's keys, from shared_credentials_file too", () =>
    inWorld({}, async () => {
      const file = join(home, "others");
      writeFileSync(file, `[web]\n${KEYS}`);
      const { credentials, hidden } = await access({ profile: "web", shared_credentials_file: file });
      assert.is((await credentials()).accessKeyId, "AKIAFILE");
      assert.ok(hidden.includes("secret of the file"));
    }));
  test("a program of the configuration", () => {
    const program = join(home, "program.sh");
    const keys = { Version: 1, AccessKeyId: "AKIAPROGRAM", SecretAccessKey: "z", Expiration: soon() };
    writeFileSync(program, `#!/bin/sh\necho '${JSON.stringify(keys)}'\n`);
    chmodSync(program, 0o755);
    return inWorld({ config: `[profile web]\ncredential_process = ${program}\n` }, async () => {
      const { credentials } = await access({ profile: "web" });
      assert.is((await credentials()).accessKeyId, "AKIAPROGRAM");
    });
  });
  test("a web identity token", () => {
    writeFileSync(join(home, "token"), "a token of the cluster");
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: join(home, "token"), AWS_ROLE_ARN: ROLE };
    return inWorld({ env }, async () => {
      const { credentials } = await access({});
      assert.is((await credentials()).accessKeyId, "ASIAAssumeRoleWithWebIdentity");
      assert.is(calls[0]?.get("WebIdentityToken"), "a token of the cluster");
    });
  });
  test("single sign-on", () => {
    const cache = join(home, ".aws", "sso", "cache");
    mkdirSync(cache, { recursive: true });
    const token = { accessToken: "t", expiresAt: soon(), startUrl: "https://start", region: "us-east-1" };
    writeFileSync(join(cache, `${createHash("sha1").update("it").digest("hex")}.json`), JSON.stringify(token));
    const config = `[profile web]\nsso_session = it\nsso_account_id = 000000000000\nsso_role_name = builder\n
[sso-session it]\nsso_region = us-east-1\nsso_start_url = https://start\n`;
    return inWorld({ config }, async () => {
      const { credentials, hidden } = await access({ profile: "web" });
      assert.is((await credentials()).accessKeyId, "ASIAPORTAL");
      assert.is(calls[0]?.get("role_name"), "builder");
      assert.ok(hidden.includes("secret of the portal"));
    });
  });
  test("a role is assumed once for all clients, with all that the template says", () =>
    inWorld({}, async () => {
      const { credentials } = await access({
        access_key: "AKIATEMPLATE",
        secret_key: "y",
        assume_role: { role_arn: ROLE, session_name: "s", external_id: "e", duration_seconds: 900, tags: { a: "b" } },
      });
      assert.is((await credentials()).accessKeyId, "ASIAAssumeRole");
      await credentials();
      assert.is(calls.length, 1);
      const [call] = calls;
      assert.equal(
        ["RoleArn", "RoleSessionName", "ExternalId", "DurationSeconds", "Tags.member.1.Key", "SerialNumber"].map(
          (name) => call?.get(name),
        ),
        [ROLE, "s", "e", "900", "a", null],
      );
    }));
});

describe("multi-factor authentication", (test) => {
  const ofProfile = `[profile web]\nrole_arn = ${ROLE}\nsource_profile = keys\n${MFA}`;
  const credentials = `[keys]\n${KEYS}\n[web]\n${KEYS}`;
  const assume_role = { role_arn: ROLE };

  test("a profile's role gets mfa_code, once for all clients", () =>
    inWorld({ config: ofProfile, credentials: `[keys]\n${KEYS}` }, async () => {
      const { credentials: keys, asked } = await access({ profile: "web", mfa_code: "123456" });
      await Promise.all([keys(), keys()]);
      assert.is(calls.length, 1);
      assert.equal([calls[0]?.get("SerialNumber"), calls[0]?.get("TokenCode")], [DEVICE, "123456"]);
      assert.equal(asked, []);
    }));
  test("without mfa_code it is asked for at the terminal, and hidden", () =>
    inWorld({ config: ofProfile, credentials: `[keys]\n${KEYS}` }, async () => {
      const { credentials: keys, asked, hidden } = await access({ profile: "web" }, " 654321\n");
      await keys();
      assert.equal(asked, [`Code of ${DEVICE}: `]);
      assert.is(calls[0]?.get("TokenCode"), "654321");
      assert.ok(hidden.includes("654321"));
    }));
  test("where there is no terminal, the error says what is needed", () =>
    inWorld({ config: ofProfile, credentials: `[keys]\n${KEYS}` }, async () => {
      const { credentials: keys } = await access({ profile: "web" });
      assert.is(
        await messageOf(keys()),
        `a code of the device ${DEVICE} is needed: give it as mfa_code, or run pkrts at a terminal`,
      );
      assert.equal(calls, []);
    }));
  test("assume_role gets the code of the profile's device", () =>
    inWorld({ config: `[profile web]\n${MFA}`, credentials }, async () => {
      const { credentials: keys } = await access({ profile: "web", mfa_code: "123456", assume_role });
      assert.is((await keys()).accessKeyId, "ASIAAssumeRole");
      assert.equal([calls[0]?.get("SerialNumber"), calls[0]?.get("TokenCode")], [DEVICE, "123456"]);
    }));
  test("a code that no device is known for is an error, not ignored", () =>
    inWorld({ credentials }, async () => {
      assert.is(
        await messageOf(access({ profile: "web", mfa_code: "123456", assume_role })),
        "mfa_code is given, but no device that it could be of: set mfa_serial in the profile web",
      );
    }));
  test("closes the services", () => {
    server.close();
    rmSync(home, { recursive: true });
  });
});
