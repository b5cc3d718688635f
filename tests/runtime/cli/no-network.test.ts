// `validate` asks nobody: a hook in the process forbids every way to a network, and strace sees no socket where it is there.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { withFiles } from "../../support/template-files.js";
import { whyNoTool } from "../../support/workshop.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const program = join(root, "dist/pkrts.cjs");

/** Everything in Node that reaches out, or listens: each throws, and writes down that it was called. */
const HOOK = `
const fs = require("node:fs");
const forbid = (owner, name, where) => {
  owner[name] = () => {
    fs.appendFileSync(process.env.NETWORK_LOG, where + "." + name + "\\n");
    throw new Error("the network is forbidden: " + where + "." + name);
  };
};
const net = require("node:net");
for (const name of ["connect", "createConnection", "createServer"]) forbid(net, name, "net");
forbid(net.Socket.prototype, "connect", "net.Socket");
forbid(net.Server.prototype, "listen", "net.Server");
forbid(require("node:tls"), "connect", "tls");
forbid(require("node:dgram"), "createSocket", "dgram");
const dns = require("node:dns");
for (const name of ["lookup", "resolve", "resolve4", "resolve6", "reverse"]) {
  forbid(dns, name, "dns");
  forbid(dns.promises, name, "dns.promises");
}
for (const name of ["node:http", "node:https"]) for (const call of ["request", "get"]) forbid(require(name), call, name);
forbid(globalThis, "fetch", "globalThis");
require("node:module").syncBuiltinESMExports();
`;

interface Watched {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly string[];
}

/** Runs node with the hook, in a home without any credentials. */
function watched(folder: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Watched {
  const log = join(folder, "network.log");
  const hook = join(folder, "hook.cjs");
  writeFileSync(hook, HOOK);
  mkdirSync(join(folder, "home"), { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-r", hook, ...argv], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: join(folder, "home"), NETWORK_LOG: log, ...env },
  });
  const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  return { status, stdout, stderr, calls };
}

/** Whatever could make somebody want to ask a service. */
const TEMPLATE = `
locals {
  secret = aws_secretsmanager("name", "key")
  raw    = aws_secretsmanager_raw("name")
  vault  = vault("secret/data/x", "key")
  consul = consul_key("key")
}
data "null" "d" {
  input = "x"
}
source "amazon-chroot" "web" {
  source_ami_filter {
    filters     = { name = "base *" }
    owners      = ["self"]
    most_recent = true
  }
  assume_role {
    role_arn = "arn:aws:iam::111122223333:role/x"
  }
  region      = "eu-west-1"
  ami_name    = "web \${local.secret} \${local.vault}\${local.consul}\${local.raw}"
  ami_regions = ["eu-west-1", "us-east-1"]
  tags        = { Base = "{{ .SourceAMIName }}" }
}
source "null" "n" {
  communicator = "none"
}
build {
  sources = ["amazon-chroot.web", "null.n"]
  provisioner "shell" {
    inline = ["echo \${data.null.d.output} \${build.ID}"]
    only   = ["amazon-chroot.web"]
  }
  post-processor "manifest" {}
}
`;

describe("validate", (test) => {
  test("the hook sees what goes to the network", async () => {
    await withFiles({}, (folder) => {
      for (const script of [
        "fetch('http://127.0.0.1:9')",
        "require('node:http').get('http://127.0.0.1:9')",
        "require('node:dns').lookup('localhost', () => {})",
        "import('node:net').then(({ connect }) => connect(9))",
        "new (require('node:net').Socket)().connect(9)",
      ]) {
        const { status, calls } = watched(folder, ["-e", script]);
        assert.is.not(status, 0, script);
        assert.is.not(calls.length, 0, script);
      }
    });
  });

  test("opens no socket and needs no credential, whatever the template asks for", async () => {
    await withFiles({ "t.pkr.hcl": TEMPLATE }, (folder) => {
      const { status, stdout, stderr, calls } = watched(folder, [program, "validate", "."]);
      assert.equal(calls, []);
      assert.is(status, 0, stderr);
      assert.is(stdout, "The configuration is valid.\n");
    });
  });

  test("nor for what is wrong, or for a legacy template", async () => {
    const legacy = {
      variables: { v: "{{ vault `a` `b` }}", c: "{{ consul_key `a` }}", s: "{{ aws_secretsmanager `a` }}" },
      builders: [{ type: "amazon-chroot", ami_name: "abc", source_ami: "ami-12345678", region: "eu-west-1" }],
    };
    const files = {
      "bad/t.pkr.hcl": TEMPLATE.replace("ami_name", "ami_nam"),
      "t.json": JSON.stringify(legacy),
    };
    await withFiles(files, (folder) => {
      for (const [argv, wanted] of [
        [["validate", "bad"], 1],
        [["validate", "t.json"], 0],
      ] as const) {
        const { status, stderr, calls } = watched(folder, [program, ...argv]);
        assert.equal(calls, []);
        assert.is(status, wanted, stderr);
      }
    });
  });

  test("of every template of the fixtures opens none", async () => {
    await withFiles({}, (folder) => {
      for (const name of readdirSync(join(root, "fixtures/builds")))
        for (const file of ["template.pkr.hcl", "template.json"]) {
          const path = join(root, "fixtures/builds", name, file);
          const flags = ["-var", "source_ami=ami-12345678", "-var", "root=/"];
          const env = { PKR_VAR_source_ami: "ami-12345678", PKR_VAR_root: "/" };
          const argv = [program, "validate", ...(file.endsWith(".json") ? flags : []), path];
          const { status, stderr, calls } = watched(folder, argv, env);
          assert.equal(calls, [], path);
          assert.is(status, 0, stderr);
        }
    });
  });

  test.unless(whyNoTool("strace"), "makes no system call for a socket", async () => {
    await withFiles({ "t.pkr.hcl": TEMPLATE }, (folder) => {
      const trace = join(folder, "trace");
      const argv = ["-f", "-e", "trace=socket,connect,bind,sendto", "-o", trace, process.execPath];
      const { status } = spawnSync("strace", [...argv, program, "validate", "."], { cwd: folder });
      assert.is(status, 0);
      // Pairs that libuv makes for itself are no socket() calls.
      assert.equal(readFileSync(trace, "utf8").match(/^.*\b(socket|connect|bind|sendto)\(.*$/gm) ?? [], []);
    });
  });
});
