import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeRegionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import * as assert from "uvu/assert";
import { transportOf } from "../../../../builders/amazon/aws/credentials.js";
import { selfSigned } from "../../../support/certificate.js";
import { describe } from "../../../support/describe.js";
import { whyNoTool } from "../../../support/workshop.js";

const CALLS = 3;
const ANSWER =
  '<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo/></DescribeRegionsResponse>';
const answer: RequestListener = (_request, response) => void response.end(ANSWER);

/** How many connections a client makes for calls one after the other. */
async function connectionsOf(
  server: ReturnType<typeof createServer>,
  scheme: string,
  insecure: boolean,
): Promise<number> {
  let made = 0;
  server.on("connection", () => {
    made += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new EC2Client({
    region: "us-east-1",
    endpoint: `${scheme}://127.0.0.1:${port.toString()}`,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    ...transportOf(insecure),
  });
  try {
    for (let call = 0; call < CALLS; call += 1) await client.send(new DescribeRegionsCommand({}));
  } finally {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return made;
}

describe("connections to EC2", (test) => {
  test("without TLS each call has its own: on a kept one, servers that send head and body apart are 40 ms slower", async () => {
    assert.is(await connectionsOf(createServer(answer), "http", false), CALLS);
  });

  test.unless(whyNoTool("openssl"), "with TLS one is used again, with insecure_skip_tls_verify as well", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-tls-"));
    try {
      const { tls } = selfSigned(folder);
      assert.is(await connectionsOf(createSecureServer(tls, answer), "https", true), 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
