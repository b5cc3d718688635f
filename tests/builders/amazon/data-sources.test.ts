import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { openMoto, whyNoMoto } from "../../support/moto.js";
import { rows } from "../../support/rows.js";
import { unwrapped, withFolder } from "../../support/template-folder.js";
import { type Asked, withServer } from "../../support/web-server.js";

const BUILD = `source "null" "n" { communicator = "none" }
build { sources = ["null.n"] }
`;
const KEYS = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "environment-secret", AWS_REGION: "eu-west-1" };

interface Read {
  readonly output: string;
  readonly stderr: string;
}

/** What an expression over data sources gives; "" after a mistake. */
function read(template: string, expression: string, env: Readonly<Record<string, string>>): Promise<Read> {
  return withFolder({ "t.pkr.hcl": `${template}\nlocals { out = ${expression} }\n` }, async (run) => {
    const { stdout, stderr } = await run(["console", "t.pkr.hcl"], { input: "local.out", env });
    return { output: stdout.trim().replace("<unknown>", ""), stderr: unwrapped(stderr) };
  });
}

/** As {@link read} of a sensitive value: what a build makes of it, and everything it prints. */
function built(template: string, expression: string, env: Readonly<Record<string, string>>) {
  const text = `${template}
source "null" "n" { communicator = "none" }
build {
  sources = ["null.n"]
  provisioner "shell-local" {
    environment_vars = ["VALUE=\${${expression}}"]
    inline           = ["echo is $VALUE", "printf %s $VALUE | sha1sum"]
  }
}
`;
  return withFolder({ "t.pkr.hcl": text }, (run) => run(["build", "t.pkr.hcl"], { env }));
}

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");
const unable = whyNoMoto();
const moto = unable === undefined ? await openMoto() : undefined;
const AWS = moto?.env ?? {};
if (moto !== undefined) {
  const { call } = moto;
  for (const [name, SecretString] of [
    ["app", `{"user":"admin-user","port":5432.5,"on":true}`],
    ["one", `{"password":"only-entry"}`],
    ["plain", "plain-secret-text"],
    ["number", "12345"],
  ])
    await call("secretsmanager.CreateSecret", { Name: name, SecretString });
  await call("secretsmanager.PutSecretValue", { SecretId: "plain", SecretString: "second-secret-text" });
  await call("secretsmanager.CreateSecret", {
    Name: "bytes",
    SecretBinary: Buffer.from("\x00\xffbytes").toString("base64"),
  });
  await call("ssm.PutParameter", { Name: "/a/open", Type: "String", Value: "ami-1" });
  await call("ssm.PutParameter", { Name: "/a/open", Type: "String", Value: "ami-2", Overwrite: true });
  await call("ssm.PutParameter", { Name: "/a/hidden", Type: "SecureString", Value: "hidden-parameter" });
}

const secret = (options: string): string => `data "amazon-secretsmanager" "s" {\n${options}\n}\n`;
const VALUE = "data.amazon-secretsmanager.s.value";

describe("data source amazon-secretsmanager", (test) => {
  for (const [what, options, expression, letters] of [
    ["a plain text", `name = "plain"`, VALUE, "second-secret-text"],
    ["an earlier version, by its stage", `name = "plain"\nversion_stage = "AWSPREVIOUS"`, VALUE, "plain-secret-text"],
    ["the entry of a key", `name = "app"\nkey = "user"`, VALUE, "admin-user"],
    ["the only entry", `name = "one"`, VALUE, "only-entry"],
    [
      "a part of the text that a function takes",
      `name = "app"\nkey = "user"`,
      `jsondecode(data.amazon-secretsmanager.s.secret_string).user`,
      "admin-user",
    ],
    [
      "bytes in base64",
      `name = "bytes"`,
      "data.amazon-secretsmanager.s.secret_binary",
      Buffer.from("\x00\xffbytes").toString("base64"),
    ],
  ] as const) {
    test.unless(unable, `${what}: used, and shown nowhere`, async () => {
      const { code, stdout, stderr } = await built(secret(options), expression, AWS);
      assert.is(code, 0, stderr);
      assert.match(stdout, "is <sensitive>");
      assert.match(stdout, sha1(letters));
      assert.not.match(`${stdout}${stderr}`, letters);
    });
  }

  test.unless(unable, "a number is printed without decimals, halves to the even", async () => {
    const { stdout } = await built(secret(`name = "app"\nkey = "port"`), VALUE, AWS);
    assert.match(stdout, sha1("5432"));
  });

  test.unless(unable, "the version's id is no secret", async () => {
    const { output } = await read(secret(`name = "plain"`), "data.amazon-secretsmanager.s.version_id", AWS);
    assert.match(output, /^[0-9a-f-]{36}$/);
    const again = await read(
      secret(`name = "plain"\nversion_id = "${output}"\nversion_stage = "AWSPREVIOUS"`),
      "data.amazon-secretsmanager.s.version_id",
      AWS,
    );
    assert.is(again.output, output);
  });

  for (const [what, options, wanted] of [
    [
      "not there",
      `name = "nope"`,
      `Error: Secrets Manager Secret "nope" Version "AWSCURRENT" not found on t.pkr.hcl line 1: 1: data`,
    ],
    [
      "a version that is not there",
      `name = "app"\nversion_stage = "AWSPREVIOUS"`,
      `Secrets Manager Secret "app" Version "AWSPREVIOUS" not found`,
    ],
    [
      "a key that is not there",
      `name = "app"\nkey = "pass"`,
      `No secret found for key "pass"; the secret has the keys on, port, user`,
    ],
    [
      "several entries and no key",
      `name = "app"`,
      `Secret has multiple values and no key was set; the secret has the keys on, port, user`,
    ],
    ["an entry that is no text", `name = "app"\nkey = "on"`, "Unsupported secret value type: on is of type boolean"],
    ["JSON that is no object", `name = "number"`, "the secret is JSON, but a number and not an object"],
  ] as const) {
    test.unless(unable, `${what}: an error at the block, without a value`, async () => {
      const { output, stderr } = await read(secret(options), VALUE, AWS);
      assert.is(output, "");
      assert.ok(stderr.includes(wanted), stderr);
      assert.not.match(stderr, /admin-user|12345|5432/);
    });
  }
});

const parameter = (options: string): string => `data "amazon-parameterstore" "p" {\n${options}\n}\n`;

describe("data source amazon-parameterstore", (test) => {
  const all = `join(" ", [data.amazon-parameterstore.p.value, data.amazon-parameterstore.p.version, data.amazon-parameterstore.p.arn])`;
  test.unless(unable, "value, version and ARN", async () => {
    const { output } = await read(parameter(`name = "/a/open"`), all, AWS);
    assert.is(output, "ami-2 2 arn:aws:ssm:us-east-1:123456789012:parameter/a/open");
  });
  test.unless(unable, "an earlier version", async () => {
    assert.match((await read(parameter(`name = "/a/open:1"`), all, AWS)).output, /^ami-1 1 /);
  });
  test.unless(unable, "a SecureString is decrypted, used, and shown nowhere", async () => {
    const options = `name = "/a/hidden"\nwith_decryption = true`;
    const { code, stdout, stderr } = await built(parameter(options), "data.amazon-parameterstore.p.value", AWS);
    assert.is(code, 0, stderr);
    assert.match(stdout, "is <sensitive>");
    assert.not.match(stdout, "hidden-parameter");
  });
  for (const [what, name, wanted] of [
    ["not there", "/a/nope", `Error: The parameter name "/a/nope" not found on t.pkr.hcl line 1`],
    ["a version that is not there", "/a/open:9", `Error: The parameter version "/a/open:9" not found`],
  ] as const) {
    test.unless(unable, `${what}: an error at the block`, async () => {
      const { stderr } = await read(parameter(`name = "${name}"`), all, AWS);
      assert.ok(stderr.includes(wanted), stderr);
    });
  }
});

/** A stand-in for EC2 and STS that gives one image, and keys for a role. */
const cloud =
  (images: readonly string[] = ["ami-1"]) =>
  ({ body }: Asked, response: { end(text: string): unknown }): void => {
    const items = images.map(
      (id, i) =>
        `<item><imageId>${id}</imageId><name>name-${id}</name><creationDate>2026-01-0${i + 1}T00:00:00.000Z</creationDate><imageOwnerId>111122223333</imageOwnerId><tagSet><item><key>K</key><value>v</value></item></tagSet></item>`,
    );
    const role = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    response.end(
      body.includes("Action=AssumeRole")
        ? role
        : `<DescribeImagesResponse><imagesSet>${items.join("")}</imagesSet></DescribeImagesResponse>`,
    );
  };
const ami = (options: string): string => `data "amazon-ami" "a" {\n${options}\n}\n`;
const FILTER = `filters = { name = "base-*, other" }\nowners = ["111122223333", "self"]`;

describe("data source amazon-ami", (test) => {
  test("asks custom_endpoint_ec2 with filters, owners and region, and gives all outputs", async () => {
    const seen = await withServer(cloud(), async (url) => {
      const options = `${FILTER}\ninclude_deprecated = true\nregion = "eu-north-1"\ncustom_endpoint_ec2 = "${url}"`;
      const { output, stderr } = await read(ami(options), `jsonencode(data.amazon-ami.a)`, KEYS);
      assert.is(stderr, "");
      assert.equal(JSON.parse(output), {
        id: "ami-1",
        name: "name-ami-1",
        creation_date: "2026-01-01T00:00:00.000Z",
        owner: "111122223333",
        owner_name: "",
        tags: { K: "v" },
      });
    });
    const query = new URLSearchParams(seen[0]?.body);
    assert.equal(
      [
        "Action",
        "Filter.1.Name",
        "Filter.1.Value.1",
        "Filter.1.Value.2",
        "Owner.1",
        "Owner.2",
        "IncludeDeprecated",
      ].map((name) => query.get(name)),
      ["DescribeImages", "name", "base-*", "other", "111122223333", "self", "true"],
    );
    assert.match(seen[0]?.headers.authorization ?? "", /Credential=AKIAENV\/\d+\/eu-north-1\/ec2\//);
    assert.is(seen.length, 1);
  });

  test("keys of the block win over the environment's", async () => {
    const seen = await withServer(cloud(), async (url) => {
      const keys = `access_key = "AKIABLOCK"\nsecret_key = "block-secret"\ntoken = "block-token"`;
      await read(ami(`${FILTER}\n${keys}\ncustom_endpoint_ec2 = "${url}"`), "data.amazon-ami.a.id", KEYS);
    });
    assert.match(seen[0]?.headers.authorization ?? "", "Credential=AKIABLOCK/");
    assert.is(seen[0]?.headers["x-amz-security-token"], "block-token");
  });

  test("assume_role: STS is asked with everything in the block, and EC2 with the role's keys", async () => {
    const role = `assume_role {
      role_arn = "arn:aws:iam::1:role/r"
      session_name = "session"
      duration_seconds = 1200
      external_id = "outside"
      policy = "{}"
      policy_arns = ["arn:aws:iam::1:policy/p"]
      tags = { team = "a" }
      transitive_tag_keys = ["team"]
    }`;
    const seen = await withServer(cloud(), async (url) => {
      await read(ami(`${FILTER}\n${role}`), "data.amazon-ami.a.id", { ...KEYS, AWS_ENDPOINT_URL: url });
    });
    const [sts, ec2] = seen;
    const asked = Object.fromEntries(new URLSearchParams(sts?.body));
    assert.equal(
      { ...asked, Version: "" },
      {
        Action: "AssumeRole",
        Version: "",
        RoleArn: "arn:aws:iam::1:role/r",
        RoleSessionName: "session",
        DurationSeconds: "1200",
        ExternalId: "outside",
        Policy: "{}",
        "PolicyArns.member.1.arn": "arn:aws:iam::1:policy/p",
        "Tags.member.1.Key": "team",
        "Tags.member.1.Value": "a",
        "TransitiveTagKeys.member.1": "team",
      },
    );
    assert.match(ec2?.headers.authorization ?? "", "Credential=ASIAROLE/");
    assert.is(ec2?.headers["x-amz-security-token"], "role-token");
  });

  test("profile and shared_credentials_file say whose keys, and where", async () => {
    const seen = await withServer(cloud(), (url) =>
      withFolder({}, async (run, folder) => {
        writeFileSync(join(folder, "keys"), "[work]\naws_access_key_id=AKIAWORK\naws_secret_access_key=work-secret\n");
        const access = `profile = "work"\nshared_credentials_file = "~/keys"\nregion = "us-west-2"\ncustom_endpoint_ec2 = "${url}"`;
        writeFileSync(join(folder, "t.pkr.hcl"), ami(`${FILTER}\n${access}`));
        const { stderr } = await run(["console", "t.pkr.hcl"], { input: "1" });
        assert.is(stderr, "");
      }),
    );
    assert.match(seen[0]?.headers.authorization ?? "", /Credential=AKIAWORK\/\d+\/us-west-2\//);
  });

  test("max_retries: a refusal for the moment is tried again that often", async () => {
    let failures = 0;
    const seen = await withServer(
      (_asked, response) => {
        failures += 1;
        response
          .writeHead(503)
          .end("<Response><Errors><Error><Code>Unavailable</Code><Message>busy</Message></Error></Errors></Response>");
      },
      async (url) => {
        const { stderr } = await read(
          ami(`${FILTER}\nmax_retries = 2\ncustom_endpoint_ec2 = "${url}"`),
          "data.amazon-ami.a.id",
          KEYS,
        );
        assert.match(stderr, "Error: DescribeImages: Unavailable: busy");
      },
    );
    assert.equal([failures, seen.length], [3, 3]);
  });

  for (const [what, images, options, wanted] of [
    [
      "several images",
      ["ami-1", "ami-2"],
      "",
      "Your query returned more than one result. Please try a more specific search, or set most_recent to true. Found: ami-1 (name-ami-1), ami-2",
    ],
    ["no image", [], "", "Error: No AMI was found matching filters"],
  ] as const) {
    test(`${what}: an error at the block`, async () => {
      await withServer(cloud(images), async (url) => {
        const { stderr } = await read(
          ami(`${FILTER}\n${options}\ncustom_endpoint_ec2 = "${url}"`),
          "data.amazon-ami.a.id",
          KEYS,
        );
        assert.ok(stderr.includes(wanted), stderr);
        assert.match(stderr, "on t.pkr.hcl line 1");
      });
    });
  }

  test("most_recent takes the newest", async () => {
    await withServer(cloud(["ami-old", "ami-new"]), async (url) => {
      const { output } = await read(
        ami(`${FILTER}\nmost_recent = true\ncustom_endpoint_ec2 = "${url}"`),
        "data.amazon-ami.a.id",
        KEYS,
      );
      assert.is(output, "ami-new");
    });
  });

  test("-local: the embedded EC2 answers, without credentials", async () => {
    const text = `data "amazon-ami" "a" {
  filters = { name = "base-*" }
  owners  = ["self"]
}
source "file" "f" {
  target  = "out"
  content = "\${data.amazon-ami.a.name} \${data.amazon-ami.a.owner}"
}
build { sources = ["file.f"] }
`;
    await withFolder({ "t.pkr.hcl": text, "disk.img": "\0".repeat(2 ** 20) }, async (run) => {
      const env = { PKRTS_EC2_STATE: "ec2", AWS_EC2_METADATA_DISABLED: "true" };
      assert.is((await run(["ec2", "import", "-name=base-1", "disk.img"], { env })).code, 0);
      const { code, stderr } = await run(["build", "-local", "t.pkr.hcl"], { env });
      assert.equal([code, stderr], [0, ""]);
    });
  });

  test("-local: a data source that fails is told once, and nothing is built", async () => {
    const text = `${ami(FILTER)}source "file" "f" {
  target  = "out"
  content = data.amazon-ami.a.id
}
build { sources = ["file.f"] }
`;
    await withFolder({ "t.pkr.hcl": text }, async (run) => {
      const { code, stdout, stderr } = await run(["build", "-local", "t.pkr.hcl"], { env: { PKRTS_EC2_STATE: "ec2" } });
      assert.equal([code, stdout], [1, ""]);
      assert.is(stderr.split("No AMI was found matching filters").length, 2);
    });
  });
});

describe("data sources of Amazon: options", (test) => {
  rows<readonly [string, string]>(
    test,
    [
      ["amazon-ami without filters and owners", ami(""), "The `filters` must be specified"],
      ["amazon-ami without owners", ami(`filters = { a = "b" }`), "For security reasons, you must declare an owner."],
      ["amazon-secretsmanager without name", secret(""), "a 'name' must be provided"],
      ["amazon-parameterstore without name", parameter(""), "a 'name' must be provided"],
      [
        "one key of two",
        secret(`name = "a"\naccess_key = "b"`),
        "`access_key` and `secret_key` must both be either set or not set.",
      ],
      [
        "keys and Vault",
        parameter(`name = "a"\naccess_key = "b"\nsecret_key = "c"\nvault_aws_engine { name = "r" }`),
        "If you have set vault_aws_engine, you must not set the access_key or secret_key.",
      ],
      ["an option that is none", secret(`name = "a"\nstage = "b"`), `An argument named "stage" is not expected here.`],
    ],
    async (data, wanted) => {
      await withFolder({ "t.pkr.hcl": `${data}${BUILD}` }, async (run) => {
        const { code, stderr } = await run(["validate", "t.pkr.hcl"]);
        assert.is(code, 1);
        assert.ok(unwrapped(stderr).includes(wanted), stderr);
      });
    },
  );

  test("an endpoint of EC2 is not one of Secrets Manager: a warning that says which variable is", async () => {
    const template = `${secret(`name = "a"\ncustom_endpoint_ec2 = "http://127.0.0.1:1"`)}${BUILD}`;
    await withFolder({ "t.pkr.hcl": template }, async (run) => {
      const { code, stderr } = await run(["validate", "t.pkr.hcl"]);
      assert.is(code, 0);
      assert.match(unwrapped(stderr), "AWS_ENDPOINT_URL_SECRETS_MANAGER");
    });
  });

  test("keys that another data source gives may be right", async () => {
    const keys = `access_key = data.http.k.body\nsecret_key = "b"`;
    const template = `data "http" "k" { url = "http://127.0.0.1:1" }\n${ami(`${FILTER}\n${keys}`)}${BUILD}`;
    await withFolder({ "t.pkr.hcl": template }, async (run) => {
      const { code, stderr } = await run(["validate", "t.pkr.hcl"]);
      assert.equal([code, stderr], [0, ""]);
    });
  });
});

describe("the stand-in", (test) => {
  test.unless(unable, "stops", async () => moto?.close());
});
