// The server as an editor meets it: a child process, and the protocol's own client library.
import * as assert from "uvu/assert";
import { DefinitionRequest, DocumentFormattingRequest } from "vscode-languageserver-protocol/node";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { Editor, withEditor } from "../../support/editor.js";

/** Messages as they go over the wire. */
const wire = (...messages: readonly object[]): string =>
  messages
    .map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }))
    .map((text) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
    .join("");

const VARIABLES = `variable "ami" {
  type        = string
  description = "Where it starts."
}

variable "password" {
  default   = "hunter22"
  sensitive = true
}
`;

const TEMPLATE = `source "amazon-chroot" "web" {
  source_ami = var.ami
  ami_name   = "web {{timestamp}}"
}

build {
  sources = ["source.amazon-chroot.web"]
  provisioner "shell" {
    inline = [upper("x"), var.password]
  }
}
`;

const BUILD = 'source "null" "n" {\n  communicator = "none"\n}\nbuild {\n  sources = ["null.n"]\n}\n';

describe("the language server", (test) => {
  test("tells mistakes as they are typed and takes them back, in the files that they are in, saved or not", () =>
    withEditor(async (editor) => {
      editor.save("variables.pkr.hcl", VARIABLES);
      await editor.open("t.pkr.hcl", TEMPLATE.replace("source_ami", "sorce_ami"));
      const [first] = await editor.diagnostics("t.pkr.hcl");
      assert.match(String(first?.message), 'Did you mean "source_ami"?');
      assert.equal(first?.range, { start: { line: 1, character: 2 }, end: { line: 1, character: 11 } });
      await editor.change("t.pkr.hcl", TEMPLATE);
      assert.equal(await editor.diagnostics("t.pkr.hcl"), []);
      await editor.open("variables.pkr.hcl", VARIABLES.replace("string", "strin"));
      const [other] = await editor.diagnostics("variables.pkr.hcl");
      assert.is(other?.range.start.line, 1);
    }));

  test("a variable without a value is no mistake while one edits, and positions are UTF-16 columns", () =>
    withEditor(async (editor) => {
      await editor.open("t.pkr.hcl", `variable "a" {}\nlocals {\n  b = "👩‍🚀${"${"}lokal.x}"\n}\n${BUILD}`);
      const found = await editor.diagnostics("t.pkr.hcl");
      assert.is(found.length, 1);
      assert.equal(found[0]?.range.start, { line: 2, character: 14 });
    }));

  test("completes blocks, components, options, functions, variables and sources", () =>
    withEditor(async (editor) => {
      editor.save("variables.pkr.hcl", VARIABLES);
      await editor.open("t.pkr.hcl", TEMPLATE);
      await editor.open(
        "new.pkr.hcl",
        'source "\n\nbuild {\n  sources = [""]\n  provisioner "shell" {\n    \n    inline = var.\n  }\n}\n',
      );
      assert.ok((await editor.labels("t.pkr.hcl", 4, 0)).includes("variable"));
      assert.ok((await editor.labels("new.pkr.hcl", 0, 8)).includes("amazon-chroot"));
      assert.ok((await editor.labels("new.pkr.hcl", 3, 14)).includes("source.amazon-chroot.web"));
      const options = await editor.labels("new.pkr.hcl", 5, 4);
      for (const name of ["inline", "execute_command", "only", "pause_before"]) assert.ok(options.includes(name), name);
      assert.equal([...(await editor.labels("new.pkr.hcl", 6, 17))].sort(), ["ami", "password"]);
      assert.ok((await editor.labels("t.pkr.hcl", 1, 15)).includes("upper"));
    }));

  test("explains options with their defaults, functions, components and variables, and never shows a sensitive default", () =>
    withEditor(async (editor) => {
      editor.save("variables.pkr.hcl", VARIABLES);
      await editor.open("t.pkr.hcl", TEMPLATE);
      assert.match(await editor.hover("t.pkr.hcl", 2, 5), "Name of the AMI");
      assert.match(await editor.hover("t.pkr.hcl", 8, 16), "upper(");
      assert.match(await editor.hover("t.pkr.hcl", 0, 10), "Builds an AMI");
      assert.match(await editor.hover("t.pkr.hcl", 1, 20), "Where it starts.");
      const secret = await editor.hover("t.pkr.hcl", 8, 34);
      assert.match(secret, "sensitive");
      assert.not.match(secret, "hunter22");
    }));

  test("tells what is wrong with a sensitive value without it", () =>
    withEditor(async (editor) => {
      editor.save("variables.pkr.hcl", VARIABLES);
      await editor.open("t.pkr.hcl", BUILD.replace('"none"', "var.password"));
      const [found] = await editor.diagnostics("t.pkr.hcl");
      assert.match(String(found?.message), "Communicator type <sensitive> is invalid");
    }));

  test("leads from a variable and from a source's name to where they are declared", () =>
    withEditor(async (editor) => {
      editor.save("variables.pkr.hcl", VARIABLES);
      await editor.open("t.pkr.hcl", TEMPLATE);
      const definition = (line: number, character: number) =>
        editor.connection.sendRequest(DefinitionRequest.type, {
          textDocument: { uri: editor.uri("t.pkr.hcl") },
          position: { line, character },
        });
      const variable = await definition(1, 20);
      assert.is((variable as { uri: string }).uri, editor.uri("variables.pkr.hcl"));
      const source = await definition(6, 30);
      assert.equal((source as { range: { start: object } }).range.start, { line: 0, character: 0 });
    }));

  test("formats as fmt does, and leaves what it can't read alone", () =>
    withEditor(async (editor) => {
      const options = { tabSize: 2, insertSpaces: true };
      await editor.open("t.pkr.hcl", "locals {\na=1\nlonger = 2\n}\n");
      const edits = await editor.connection.sendRequest(DocumentFormattingRequest.type, {
        textDocument: { uri: editor.uri("t.pkr.hcl") },
        options,
      });
      assert.is(edits?.[0]?.newText, "locals {\n  a      = 1\n  longer = 2\n}\n");
      await editor.open("bad.pkr.hcl", "locals {\na=\n");
      const none = await editor.connection.sendRequest(DocumentFormattingRequest.type, {
        textDocument: { uri: editor.uri("bad.pkr.hcl") },
        options,
      });
      assert.equal(none, []);
    }));

  test("ends with 0 when it is shut down first, and with 1 when its client is gone", async () => {
    const polite = new Editor();
    await polite.start();
    assert.is(await polite.quit(), 0);
    await polite.remove();
    const gone = new Editor();
    await gone.start();
    gone.child.stdin.end();
    assert.is(await gone.exit, 1);
    await gone.remove();
  });

  test("hears what was said just before its client's end of the stream is closed", async () => {
    const initialize = { id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } };
    const shutdown = { id: 2, method: "shutdown" };
    const exit = { method: "exit" };
    for (const [messages, wanted] of [
      [[initialize, shutdown, exit], 0],
      [[initialize, shutdown], 0],
      [[initialize, exit], 1],
    ] as const) {
      const { code, stderr } = await pkrts(["lsp"], { input: wire(...messages) });
      assert.equal([code, stderr], [wanted, ""]);
    }
  });
});
