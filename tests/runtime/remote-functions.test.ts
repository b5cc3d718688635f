import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { selfSigned } from "../support/certificate.js";
import { describe } from "../support/describe.js";
import { openMoto, whyNoMoto } from "../support/moto.js";
import { rows } from "../support/rows.js";
import { unwrapped, withFolder } from "../support/template-folder.js";
import { type Answering, type Asked, type ServerTls, withServer } from "../support/web-server.js";
import { whyNoTool } from "../support/workshop.js";

type Env = Readonly<Record<string, string>>;
const NONE = { VAULT_ADDR: "", VAULT_TOKEN: "", CONSUL_HTTP_ADDR: "", CONSUL_HTTP_TOKEN: "" };
const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

/** A build that uses the value of an expression, and prints what it can of it. */
const template = (expression: string): string => `locals { value = ${expression} }
source "null" "n" { communicator = "none" }
build {
  sources = ["null.n"]
  provisioner "shell-local" {
    environment_vars = ["VALUE=\${local.value}"]
    inline           = ["echo is $VALUE", "printf %s $VALUE | sha1sum"]
  }
}
`;

const build = (text: string, env: Env) =>
  withFolder({ "t.pkr.hcl": text }, (run) => run(["build", "t.pkr.hcl"], { env: { ...NONE, ...env } }));

/** The value arrived, and no output shows it. */
async function arrives(expression: string, value: string, env: Env): Promise<void> {
  const { code, stdout, stderr } = await build(template(expression), env);
  assert.equal([code, stderr], [0, ""]);
  assert.match(stdout, sha1(value));
  assert.match(stdout, "is <sensitive>");
  assert.not.match(stdout, value);
}

/** Nothing is built; the mistake is one, at the call. */
async function fails(expression: string, wanted: string, env: Env): Promise<void> {
  const { code, stdout, stderr } = await build(template(expression), env);
  assert.equal([code, stdout], [1, ""]);
  const text = unwrapped(stderr);
  assert.match(text, "Error: Error in function call on t.pkr.hcl line 1, in locals: 1:");
  assert.ok(text.includes(wanted), text);
  assert.is(text.split("Error: Error in").length, 2, text);
}

const json = (response: { writeHead(status: number): { end(text: string): unknown } }, status: number, body: unknown) =>
  void response.writeHead(status).end(JSON.stringify(body));

/** As Vault answers: KV 2 at secret/, KV 1 at old/. */
const vault: Answering = ({ path, headers }, response) => {
  if (headers["x-vault-token"] !== "s.good")
    return json(response, 403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] });
  if (path === "/v1/secret/data/app")
    return json(response, 200, {
      data: { data: { password: "vault-two-secret", next: "other", port: 1 }, metadata: { version: 3 } },
    });
  if (path === "/v1/secret/data/other") return json(response, 200, { data: { data: { password: "nested-secret" } } });
  if (path === "/v1/old/app")
    return json(response, 200, { data: { password: "vault-one-secret", data: "named-data" } });
  if (path === "/v1/secret/app")
    return json(response, 404, { errors: [], warnings: ["Invalid path for a versioned K/V secrets engine."] });
  return json(response, 404, { errors: [] });
};

const withVault = (
  body: (env: Env) => Promise<void>,
  answer: Answering = vault,
  tls?: ServerTls,
): Promise<readonly Asked[]> =>
  withServer(answer, (url) => body({ VAULT_ADDR: url, VAULT_TOKEN: "s.good", VAULT_MAX_RETRIES: "0" }), tls);

describe("vault()", (test) => {
  rows<readonly [string, string]>(
    test,
    [
      ["version 2 of the KV engine", `vault("secret/data/app", "password")`, "vault-two-secret"],
      ["version 1", `vault("old/app", "password")`, "vault-one-secret"],
      ["version 1, with a key that is called data", `vault("/old/app", "data")`, "named-data"],
      [
        "with what another call gives",
        `vault("secret/data/\${vault("secret/data/app", "next")}", "password")`,
        "nested-secret",
      ],
      ["inside try", `try(vault("nothing", "x"), vault("old/app", "password"))`, "vault-one-secret"],
      ["in a function's argument", `join("", [for k in ["password"] : vault("old/app", k)])`, "vault-one-secret"],
    ],
    async (expression, value) => {
      await withVault((env) => arrives(expression, value, env));
    },
  );

  test("each call is made once, whoever makes it; the namespace is told", async () => {
    const text = template(`join(" ", [vault("old/app", "password"), vault("old/app", "password")])`);
    const again = text.replace("inline", `name = vault("old/app", "password") == "" ? "a" : "b"\n    inline`);
    const seen = await withVault(async (env) => {
      const { code } = await build(again, { ...env, VAULT_NAMESPACE: "team/" });
      assert.is(code, 0);
    });
    assert.is(seen.length, 1);
    assert.is(seen[0]?.headers["x-vault-namespace"], "team/");
    assert.is(seen[0]?.headers["x-vault-request"], "true");
  });

  test("where build.* says what to ask for, it is asked for then, and hidden", async () => {
    const text = template(`"x"`).replace(
      `VALUE=\${local.value}`,
      `VALUE=\${vault("old/\${build.ID == "" ? "none" : "app"}", "password")}`,
    );
    await withVault(async (env) => {
      const { code, stdout, stderr } = await build(text, env);
      assert.equal([code, stderr], [0, ""]);
      assert.match(stdout, sha1("vault-one-secret"));
      assert.match(stdout, "is <sensitive>");
    });
  });

  rows<readonly [string, string, Env]>(
    test,
    [
      ["no token", `vault("old/app", "password")`, "VAULT_TOKEN is not set", { VAULT_TOKEN: "" }],
      [
        "a token that may not",
        `vault("old/app", "password")`,
        "HTTP status 403: 1 error occurred: * permission denied",
        { VAULT_TOKEN: "s.bad" },
      ],
      ["no such path", `vault("old/none", "password")`, "Vault Secret does not exist at the given path.", {}],
      [
        "a path without data/ in version 2: Vault's own warning",
        `vault("secret/app", "password")`,
        "does not exist at the given path. Invalid path for a versioned K/V secrets engine.",
        {},
      ],
      [
        "no such key",
        `vault("secret/data/app", "pass")`,
        `does not contain the requested key "pass"; "secret/data/app" has the keys next, password, port`,
        {},
      ],
      [
        "a value that is no text",
        `vault("secret/data/app", "port")`,
        `the key "port" at "secret/data/app" is of type number, not a string`,
        {},
      ],
      [
        "nobody there",
        `vault("old/app", "password")`,
        "http://127.0.0.1:1/v1/old/app: connect ECONNREFUSED",
        { VAULT_ADDR: "http://127.0.0.1:1" },
      ],
      [
        "a switch that is none",
        `vault("old/app", "password")`,
        `VAULT_SKIP_VERIFY is "maybe": it would be true or false`,
        { VAULT_SKIP_VERIFY: "maybe" },
      ],
      [
        "a certificate that can't be read",
        `vault("old/app", "password")`,
        "VAULT_CACERT: ENOENT",
        { VAULT_CACERT: "/none.pem" },
      ],
      ["something else each time", `vault("old/\${uuidv4()}", "password")`, "asked for something else each time", {}],
    ],
    async (expression, wanted, env) => {
      await withVault((good) => fails(expression, wanted, { ...good, ...env }));
    },
  );

  test("a server that is broken for the moment is asked again; one that stays so is an error", async () => {
    let left = 1;
    const flaky: Answering = (asked, response) =>
      left-- > 0 ? json(response, 503, { errors: ["sealed"] }) : vault(asked, response);
    await withVault(
      (env) => arrives(`vault("old/app", "password")`, "vault-one-secret", { ...env, VAULT_MAX_RETRIES: "1" }),
      flaky,
    );
    left = 99;
    await withVault((env) => fails(`vault("old/app", "password")`, "HTTP status 503: sealed", env), flaky);
  });

  test("a server that does not answer is given up after VAULT_CLIENT_TIMEOUT", async () => {
    const seen = await withVault(
      (env) => fails(`vault("old/app", "password")`, "no answer within 1 s", { ...env, VAULT_CLIENT_TIMEOUT: "1" }),
      () => undefined,
    );
    assert.is(seen.length, 1);
  });

  test("a node that stands by sends on to the active one, which gets the token", async () => {
    await withServer(vault, async (active) => {
      const standby: Answering = ({ path }, response) =>
        void response.writeHead(307, { location: `${active}${path}` }).end();
      await withVault((env) => arrives(`vault("old/app", "password")`, "vault-one-secret", env), standby);
    });
  });

  const unable = whyNoTool("openssl");
  test.unless(unable, "TLS: VAULT_CACERT, VAULT_SKIP_VERIFY and client certificates", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-tls-"));
    try {
      const { certPath, keyPath, tls } = selfSigned(folder);
      const call = `vault("old/app", "password")`;
      await withVault(
        async (env) => {
          await fails(call, "self-signed certificate", env);
          await arrives(call, "vault-one-secret", { ...env, VAULT_CACERT: certPath });
          await arrives(call, "vault-one-secret", { ...env, VAULT_SKIP_VERIFY: "true" });
        },
        vault,
        tls,
      );
      const client = { VAULT_CACERT: certPath, VAULT_CLIENT_CERT: certPath, VAULT_CLIENT_KEY: keyPath };
      await withVault(
        async (env) => {
          const { code } = await build(template(call), { ...env, VAULT_CACERT: certPath });
          assert.is(code, 1);
          await arrives(call, "vault-one-secret", { ...env, ...client });
        },
        vault,
        { ...tls, ca: tls.cert },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const value = (text: string): string => Buffer.from(text).toString("base64");
const consul: Answering = ({ path, headers }, response) => {
  if (headers["x-consul-token"] === "bad")
    return void response.writeHead(403).end("Permission denied: token lacks key:read");
  if (path.startsWith("/v1/kv/app/key")) return json(response, 200, [{ Key: "app/key", Value: value("consul-värde") }]);
  if (path === "/v1/kv/empty") return json(response, 200, [{ Key: "empty", Value: null }]);
  return void response.writeHead(404).end();
};

describe("consul_key()", (test) => {
  test("gives the value; token, login, namespace and partition are told", async () => {
    const seen = await withServer(consul, (url) =>
      arrives(`consul_key("app/key")`, "consul-värde", {
        CONSUL_HTTP_ADDR: url.replace("http://", ""),
        CONSUL_HTTP_TOKEN: "token",
        CONSUL_NAMESPACE: "team",
        CONSUL_PARTITION: "part",
      }),
    );
    assert.is(seen[0]?.path, "/v1/kv/app/key?ns=team&partition=part");
    assert.is(seen[0]?.headers["x-consul-token"], "token");
    const [login] = await withServer(consul, (url) =>
      arrives(`consul_key("/app/key")`, "consul-värde", { CONSUL_HTTP_ADDR: url, CONSUL_HTTP_AUTH: "me:pass" }),
    );
    assert.is(login?.headers.authorization, `Basic ${value("me:pass")}`);
  });

  rows<readonly [string, string, Env]>(
    test,
    [
      ["no such key", `consul_key("none")`, "key does not exist at the given path: none", {}],
      ["a key without a value", `consul_key("empty")`, "value is empty at path: empty", {}],
      [
        "a token that may not",
        `consul_key("app/key")`,
        "HTTP status 403: Permission denied",
        { CONSUL_HTTP_TOKEN: "bad" },
      ],
      [
        "nobody there",
        `consul_key("app/key")`,
        "http://127.0.0.1:1/v1/kv/app/key: connect ECONNREFUSED",
        { CONSUL_HTTP_ADDR: "127.0.0.1:1" },
      ],
    ],
    async (expression, wanted, env) => {
      await withServer(consul, (url) => fails(expression, wanted, { CONSUL_HTTP_ADDR: url, ...env }));
    },
  );

  test("CONSUL_HTTP_SSL asks with TLS", async () => {
    await withServer(consul, (url) =>
      fails(`consul_key("app/key")`, "https://127.0.0.1", {
        CONSUL_HTTP_ADDR: url.replace("http://", ""),
        CONSUL_HTTP_SSL: "true",
      }),
    );
  });
});

const unable = whyNoMoto();
const moto = unable === undefined ? await openMoto() : undefined;
for (const [Name, SecretString] of [
  ["app", `{"user":"admin-user","password":"aws-password"}`],
  ["one", `{"password":"only-entry"}`],
  ["plain", "plain-secret-text"],
])
  await moto?.call("secretsmanager.CreateSecret", { Name, SecretString });

describe("aws_secretsmanager()", (test) => {
  for (const [what, expression, text] of [
    ["an entry", `aws_secretsmanager("app", "password")`, "aws-password"],
    ["the only entry", `aws_secretsmanager("one", null)`, "only-entry"],
    ["a plain text", `aws_secretsmanager("plain", null)`, "plain-secret-text"],
    ["raw", `aws_secretsmanager_raw("plain")`, "plain-secret-text"],
    ["a part of the raw text", `jsondecode(aws_secretsmanager_raw("app")).user`, "admin-user"],
  ] as const)
    test.unless(unable, `${what}: used, and shown nowhere`, () => arrives(expression, text, moto?.env ?? {}));

  for (const [what, expression, wanted] of [
    ["not there", `aws_secretsmanager("none", null)`, `Secrets Manager Secret "none" Version "AWSCURRENT" not found`],
    [
      "several entries",
      `aws_secretsmanager("app", null)`,
      "Secret has multiple values and no key was set; the secret has the keys password, user",
    ],
    ["no such entry", `aws_secretsmanager("app", "x")`, `No secret found for key "x"`],
  ] as const)
    test.unless(unable, `${what}: an error at the call`, () => fails(expression, wanted, moto?.env ?? {}));

  test("nobody there, and no credentials: errors at the call", async () => {
    const keys = {
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    };
    await fails(`aws_secretsmanager_raw("app")`, "ECONNREFUSED", keys);
    await fails(`aws_secretsmanager_raw("app")`, "Could not load credentials", {
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
    });
  });
});

describe("functions that ask a service: where", (test) => {
  test("validate asks nobody: the value is unknown", async () => {
    const seen = await withVault((env) =>
      withFolder({ "t.pkr.hcl": template(`vault("old/app", "password")`) }, async (run) =>
        assert.is((await run(["validate", "t.pkr.hcl"], { env: { ...NONE, ...env } })).code, 0),
      ),
    );
    assert.is(seen.length, 0);
  });

  test("console and inspect ask, and mask", async () => {
    const seen = await withVault((env) =>
      withFolder({ "t.pkr.hcl": template(`vault("old/app", "password")`) }, async (run) => {
        const inspected = await run(["inspect", "t.pkr.hcl"], { env: { ...NONE, ...env } });
        assert.match(inspected.stdout, 'local.value: "<sensitive>"');
        const alone = await run(["console"], {
          env: { ...NONE, ...env },
          input: `length(vault("old/app", "password")) == 16 ? [1, 2] : []`,
        });
        // As in inspect, a collection keeps its shape, and each of its members is hidden.
        assert.equal([alone.code, alone.stdout.trim()], [0, "[\n  <sensitive>,\n  <sensitive>,\n]"]);
        const failed = await run(["console"], { env: NONE, input: `vault("old/app", "password")` });
        assert.is(failed.code, 1);
        assert.match(unwrapped(failed.stderr), "VAULT_TOKEN is not set");
      }),
    );
    assert.is(seen.length, 2);
  });

  const legacy = (text: string): string =>
    JSON.stringify({
      variables: { first: text, second: "{{user `first`}}" },
      builders: [{ type: "null", communicator: "none" }],
      provisioners: [
        {
          type: "shell-local",
          environment_vars: ["VALUE={{user `second`}}"],
          inline: ["echo is $VALUE", "printf %s $VALUE | sha1sum"],
        },
      ],
    });

  test("legacy variables: asked in build, through other variables; not in validate", async () => {
    const seen = await withVault((env) =>
      withFolder({ "t.json": legacy("{{vault `old/app` `password`}}") }, async (run) => {
        assert.is((await run(["validate", "t.json"], { env: { ...NONE, ...env } })).code, 0);
        const { code, stdout } = await run(["build", "t.json"], { env: { ...NONE, ...env } });
        assert.is(code, 0);
        assert.match(stdout, sha1("vault-one-secret"));
        assert.match(stdout, "is <sensitive>");
      }),
    );
    assert.is(seen.length, 1);
  });

  test("legacy variables: a mistake is told, and an empty text is never built upon", async () => {
    await withVault((env) =>
      withFolder({ "t.json": legacy("{{vault `old/none` `password`}}") }, async (run) => {
        const { code, stdout, stderr } = await run(["build", "t.json"], { env: { ...NONE, ...env } });
        assert.equal([code, stdout], [1, ""]);
        assert.match(unwrapped(stderr), "Vault Secret does not exist at the given path");
      }),
    );
  });

  test("-local asks once, for its draft and for its build", async () => {
    const seen = await withVault((env) =>
      withFolder({ "t.pkr.hcl": template(`vault("old/app", "password")`) }, async (run) => {
        const { code } = await run(["build", "-local", "t.pkr.hcl"], {
          env: { ...NONE, ...env, PKRTS_EC2_STATE: "ec2" },
        });
        assert.is(code, 0);
      }),
    );
    assert.is(seen.length, 1);
  });

  test("a socket of the file system is an address too", async () => {
    await withFolder({ "t.pkr.hcl": template(`consul_key("a")`) }, async (run, folder) => {
      const path = join(folder, "consul.sock");
      const body = JSON.stringify([{ Value: value("from-a-socket") }]);
      const server = createServer((socket) => {
        socket.once("data", () =>
          socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`),
        );
      });
      await new Promise<void>((resolve) => server.listen(path, resolve));
      const { code, stdout } = await run(["build", "t.pkr.hcl"], {
        env: { ...NONE, CONSUL_HTTP_ADDR: `unix://${path}` },
      });
      await new Promise((resolve) => server.close(resolve));
      assert.is(code, 0);
      assert.match(stdout, sha1("from-a-socket"));
    });
  });

  test.unless(unable, "the stand-in stops", async () => moto?.close());
});
