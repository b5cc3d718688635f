// An embedded EC2 for one test, and a client that asks it as any client would.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type LocalEc2, openLocalEc2 } from "../../builders/amazon-chroot/local-ec2/index.js";

export type Query = Readonly<Record<string, string>>;

export interface Account {
  readonly ec2: LocalEc2;
  readonly url: string;
  /** Status and body of an answer. */
  ask(action: string, query?: Query, region?: string): Promise<readonly [number, string]>;
  /** The texts of every `tag` in a good answer. */
  get(tag: string, action: string, query?: Query, region?: string): Promise<readonly string[]>;
  /** The code of a refusal. */
  refusal(action: string, query?: Query, region?: string): Promise<string>;
  /** An image made of an imported disk. */
  importImage(name: string): Promise<string>;
  /** The file of a disk. */
  disk(id: string): string;
  /** What is repaired when the state is opened once more. */
  reopened(): Promise<readonly string[]>;
}

/** A test on an account of its own. */
export const onAccount = (body: (account: Account) => Promise<void>) => async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-actions-"));
  const ec2 = await openLocalEc2({ stateDir: join(folder, "ec2") });
  const server = await ec2.listen();
  const ask = async (Action: string, query: Query = {}, region = "us-east-1") => {
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`;
    const form = new URLSearchParams({ Version: "2016-11-15", Action, ...query });
    const answer = await fetch(server.url, { method: "POST", body: form, headers: { authorization } });
    return [answer.status, await answer.text()] as const;
  };
  const get = async (tag: string, action: string, query: Query = {}, region?: string) => {
    const [status, text] = await ask(action, query, region);
    assert.is(status, 200, `${action}: ${text}`);
    return [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map((match) => match[1] ?? "");
  };
  const refusal = async (action: string, query: Query = {}, region?: string) => {
    const [status, text] = await ask(action, query, region);
    assert.ok(status >= 400 && status < 500, `${action}: ${status} ${text}`);
    return /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? text;
  };
  const importImage = (name: string) => {
    const disk = join(folder, "disk.img");
    writeFileSync(disk, "disk");
    truncateSync(disk, 1 << 20);
    return ec2.importImage(disk, { name });
  };
  try {
    const stateDir = join(folder, "ec2");
    const disk = (id: string) => join(stateDir, `disks/${id}.img`);
    const reopened = async () => (await openLocalEc2({ stateDir })).repaired;
    await body({ ec2, url: server.url, ask, get, refusal, importImage, disk, reopened });
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
};

export const ZONE = { AvailabilityZone: "us-east-1a" };
export const newVolume = async ({ get }: Account, query: Query = {}, region?: string): Promise<string> =>
  (await get("volumeId", "CreateVolume", { ...ZONE, Size: "1", ...query }, region))[0] ?? "";
