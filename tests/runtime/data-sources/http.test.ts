import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import { unwrapped, withFolder } from "../../support/template-folder.js";
import { type Answering, type Asked, withServer } from "../../support/web-server.js";

const BUILD = `source "null" "n" { communicator = "none" }
build { sources = ["null.n"] }
`;

interface Output {
  readonly url: string;
  readonly body: string;
  readonly request_headers: Readonly<Record<string, string>>;
}

/** Reads a data source with these options (`URL` is the server's) and gives its outputs, or what was complained of. */
async function read(
  options: string,
  answer: Answering,
): Promise<{ readonly output: Output | undefined; readonly stderr: string; readonly seen: readonly Asked[] }> {
  let result: { readonly output: Output | undefined; readonly stderr: string } = { output: undefined, stderr: "" };
  const seen = await withServer(answer, async (url) => {
    const text = `data "http" "h" {\n${options.replaceAll("URL", url)}\n}\nlocals { out = jsonencode(data.http.h) }\n`;
    result = await withFolder({ "t.pkr.hcl": text }, async (run) => {
      const { stdout, stderr, code } = await run(["console", "t.pkr.hcl"], { input: "local.out" });
      assert.is(code, 0);
      return { output: stdout.startsWith("{") ? (JSON.parse(stdout) as Output) : undefined, stderr: unwrapped(stderr) };
    });
  });
  return { ...result, seen };
}

const text =
  (body: string, headers: Readonly<Record<string, string | string[]>> = {}, status = 200): Answering =>
  (_asked, response) =>
    void response.writeHead(status, { "content-type": "text/plain", ...headers }).end(body);

describe("data source http", (test) => {
  test("gives the text, the url and the answer's headers, repeated ones joined", async () => {
    const { output, stderr, seen } = await read(`url = "URL/a?b=c"`, text("grün\n", { "x-many": ["1", "2"] }));
    assert.is(stderr, "");
    assert.is(output?.body, "grün\n");
    assert.match(output?.url ?? "", /^http:.*\/a\?b=c$/);
    assert.is(output?.request_headers["X-Many"], "1, 2");
    assert.is(output?.request_headers["Content-Type"], "text/plain");
    assert.equal([seen[0]?.method, seen[0]?.path, seen[0]?.body], ["GET", "/a?b=c", ""]);
  });

  test("sends the method, headers and body; also a body with GET", async () => {
    const options = `url = "URL/"\nrequest_headers = { X-Token = "t", content-type = "text/x" }\nrequest_body = "hello"\n`;
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "GET"]) {
      const { seen } = await read(`${options}method = "${method}"`, text("ok"));
      const [asked] = seen;
      assert.equal(
        [asked?.method, asked?.body, asked?.headers["x-token"], asked?.headers["content-type"]],
        [method, "hello", "t", "text/x"],
      );
    }
  });

  test("HEAD has headers and no body", async () => {
    const { output } = await read(`url = "URL/"\nmethod = "HEAD"`, text("unseen", { "x-a": "b" }));
    assert.equal([output?.body, output?.request_headers["X-A"]], ["", "b"]);
  });

  test("follows redirects: 303 with GET and no body, 307 with everything", async () => {
    for (const [status, method, body] of [
      [303, "GET", ""],
      [307, "POST", "hello"],
    ] as const) {
      const { output, seen } = await read(
        `url = "URL/from"\nmethod = "POST"\nrequest_body = "hello"`,
        (asked, response) =>
          asked.path === "/from"
            ? response.writeHead(status, { location: "/to" }).end()
            : text("there")(asked, response),
      );
      assert.is(output?.body, "there");
      assert.equal([seen[1]?.method, seen[1]?.body], [method, body]);
    }
  });

  test("a ring of redirects ends", async () => {
    const { stderr, seen } = await read(`url = "URL/"`, text("", { location: "/" }, 302));
    assert.match(stderr, "stopped after 10 redirects");
    assert.is(seen.length, 11);
  });

  test("credentials do not follow a redirect to another host", async () => {
    await withServer(text("there"), async (other) => {
      const options = `url = "URL/"\nrequest_headers = { Authorization = "Bearer s3cret", X-Plain = "p" }`;
      const { output } = await read(options, text("", { location: `${other}/x` }, 302));
      assert.is(output?.body, "there");
    }).then(([asked]) => {
      assert.is(asked?.headers.authorization, undefined);
      assert.is(asked?.headers["x-plain"], "p");
    });
  });

  rows<readonly [string, Answering, string]>(
    test,
    [
      [
        "a status that is no success",
        `url = "URL/"`,
        text("no", {}, 404),
        "Error: HTTP request error. Response code: 404 on t.pkr.hcl line 1: 1: data",
      ],
      [
        "a server that hangs up",
        `url = "URL/"`,
        (_asked, response) => void response.socket?.destroy(),
        "socket hang up",
      ],
      [
        "nobody there",
        `url = "http://127.0.0.1:1/?key=hidden"`,
        text(""),
        "Error: http://127.0.0.1:1/: connect ECONNREFUSED",
      ],
      ["another scheme", `url = "ftp://a/b"`, text(""), `unsupported protocol scheme "ftp"`],
      ["no URL", `url = "over there"`, text(""), `"over there" is not a URL`],
    ],
    async (options, answer, wanted) => {
      const { output, stderr } = await read(options, answer);
      assert.is(output, undefined);
      assert.ok(stderr.includes(wanted), stderr);
      assert.not.match(stderr, "hidden");
    },
  );

  rows<readonly [string, boolean]>(
    test,
    [
      ["text/html is text", "text/html", false],
      ["JSON in UTF-8 is text", "application/json; charset=UTF-8", false],
      ["SAML metadata is text", "application/samlmetadata+xml", false],
      ["an archive is not: a warning", "application/gzip", true],
      ["another charset is not: a warning", "text/plain; charset=latin1", true],
    ],
    async (type, warns) => {
      const { output, stderr } = await read(`url = "URL/"`, text("x", { "content-type": type }));
      assert.is(output?.body, "x");
      assert.is(stderr.startsWith("Warning: Content-Type is not recognized as a text type"), warns, stderr);
    },
  );

  rows<readonly [string, string]>(
    test,
    [
      ["no url", "", "the `url` must be specified"],
      [
        "an unknown method",
        `url = "http://a"\nmethod = "FETCH"`,
        "the `method` must be one of [HEAD GET POST PUT DELETE OPTIONS PATCH] on t.pkr.hcl line 3",
      ],
    ],
    async (options, wanted) => {
      await withFolder({ "t.pkr.hcl": `data "http" "h" {\n${options}\n}\n${BUILD}` }, async (run) => {
        const { code, stderr } = await run(["validate", "t.pkr.hcl"]);
        assert.is(code, 1);
        assert.ok(unwrapped(stderr).includes(wanted), stderr);
      });
    },
  );

  test("validate asks only with -evaluate-datasources; build asks once", async () => {
    const seen = await withServer(text("v1"), async (url) => {
      const template = `data "http" "h" { url = "${url}/" }\nlocals { v = data.http.h.body }\n${BUILD.replace(
        `communicator = "none"`,
        `communicator = local.v == "v1" ? "none" : "ssh"`,
      )}`;
      await withFolder({ "t.pkr.hcl": template }, async (run) => {
        assert.is((await run(["validate", "t.pkr.hcl"])).code, 0);
        assert.is((await run(["validate", "-evaluate-datasources", "t.pkr.hcl"])).code, 0);
        assert.is((await run(["build", "t.pkr.hcl"])).code, 0);
        assert.match((await run(["inspect", "t.pkr.hcl"])).stdout, `local.v: "v1"`);
      });
    });
    assert.is(seen.length, 3);
  });

  test("nobody is asked for a template that is wrong already", async () => {
    const seen = await withServer(text("v1"), async (url) => {
      const template = `variable "v" {}\ndata "http" "h" { url = "${url}/" }\n${BUILD}`;
      await withFolder({ "t.pkr.hcl": template }, async (run) =>
        assert.is((await run(["build", "t.pkr.hcl"])).code, 1),
      );
    });
    assert.is(seen.length, 0);
  });
});
