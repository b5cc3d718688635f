import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { whyNoTool } from "./workshop.js";

/** Other people's stand-in for AWS. */
export interface Moto {
  readonly url: string;
  /** What points the SDK at it, with credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** One call of a JSON service: `secretsmanager.CreateSecret`. */
  call(action: string, input: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

export const whyNoMoto = (): string | undefined => whyNoTool("moto_server");

export async function openMoto(): Promise<Moto> {
  const port = await freePort();
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", port.toString()], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port.toString()}`;
  await answers(url, child);
  return {
    url,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "AKIAMOTO",
      AWS_SECRET_ACCESS_KEY: "moto-secret-key",
      AWS_REGION: "us-east-1",
    },
    call: (action, input) => call(url, action, input),
    close: () => stopped(child),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    try {
      await fetch(`${url}/moto-api/`);
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error("moto_server does not answer");
}

const TARGETS: Readonly<Record<string, string>> = { secretsmanager: "secretsmanager", ssm: "AmazonSSM" };

async function call(url: string, action: string, input: object): Promise<Readonly<Record<string, unknown>>> {
  const [service = "", operation = ""] = action.split(".");
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${TARGETS[service] ?? service}.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIAMOTO/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${action}: ${JSON.stringify(answer)}`);
  return answer;
}

async function stopped(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  await closed;
}
