// What `plan` asks of EC2, call by call, recorded between it and the embedded EC2: it reads, and writes nothing.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import * as assert from "uvu/assert";
import { pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { serving } from "../support/ec2-server.js";

/** Passes everything on to `target`; `actions` are the calls of the query API that went through. */
async function recorder(target: string) {
  const actions: string[] = [];
  const pass = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    const body = await buffer(from);
    const action = /(?:^|&)Action=([A-Za-z]+)/.exec(body.toString())?.[1];
    if (action !== undefined) actions.push(action);
    const onward = request(
      new URL(from.url ?? "/", target),
      { method: from.method, headers: from.headers },
      (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      },
    );
    onward.on("error", () => to.destroy());
    onward.end(body);
  };
  const server = createServer((from, to) => void pass(from, to));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, actions, close: () => void server.close() };
}

const template = (ami: string): string => `
source "amazon-chroot" "s" {
  region              = "us-east-1"
  access_key          = "AKIAIOSFODNN7EXAMPLE"
  secret_key          = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  source_ami          = "${ami}"
  ami_name            = "planned"
  ami_regions         = ["eu-west-1"]
  encrypt_boot        = true
  force_deregister    = true
  force_delete_snapshot = true
  deprecate_at        = "2032-01-01T00:00:00Z"
  tags                = { Base = "{{ .SourceAMIName }}" }
}
build { sources = ["source.amazon-chroot.s"] }
`;

describe("pkrts plan against EC2", (test) => {
  test("makes Describe and Get calls only, and leaves no trace", () =>
    serving([], async (url, stateDir) => {
      const folder = mkdtempSync(join(tmpdir(), "pkrts-plan-calls-"));
      const recording = await recorder(url);
      try {
        const own = { PKRTS_EC2_STATE: stateDir, XDG_STATE_HOME: folder };
        writeFileSync(join(folder, "disk.img"), Buffer.alloc(1 << 20));
        const imported = await pkrts(["ec2", "import", "-name=base", "disk.img"], { cwd: folder, env: own });
        const before = await pkrts(["ec2", "images", "-json"], { cwd: folder, env: own });
        writeFileSync(join(folder, "t.pkr.hcl"), template(imported.stdout.trim()));
        const env = {
          ...own,
          AWS_ENDPOINT_URL: recording.url,
          AWS_EC2_METADATA_SERVICE_ENDPOINT: recording.url,
        };
        const { code, stdout, stderr } = await pkrts(["plan", "t.pkr.hcl"], { cwd: folder, env });
        assert.is(code, 0, `${stdout}${stderr}`);
        assert.match(stdout, "planned");
        assert.ok(recording.actions.includes("DescribeImages"), recording.actions.join(" "));
        const writes = recording.actions.filter((action) => !/^(Describe|Get)[A-Z]/.test(action));
        assert.equal(writes, []);
        const after = await pkrts(["ec2", "images", "-json"], { cwd: folder, env: own });
        assert.is(after.stdout, before.stdout);
      } finally {
        recording.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }));
});
