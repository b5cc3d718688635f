// What is no ordinary call: strange targets and methods, web pages, signatures in the query, clients that stop half-way.
import { connect } from "node:net";
import * as assert from "uvu/assert";
import { describe } from "../../../support/describe.js";
import { newVolume, onAccount } from "../../../support/local-account.js";

/** Sends `text` as it is; the answer's first line and body. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (bytes) => (answer += bytes));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

const END = "Host: x\r\nConnection: close\r\n\r\n";
const VERSION = "Version=2016-11-15";

describe("embedded EC2: HTTP", (test) => {
  for (const target of ["//", "http://[/", "/%zz", "*", "/?Action=%ZZ", "http:///", "/\\..\\"])
    test(
      `${target} is answered, and the next call is`,
      onAccount(async ({ url, ask }) => {
        assert.match(await raw(url, `GET ${target} HTTP/1.1\r\n${END}`), /^HTTP\/1\.1 4\d\d /);
        assert.is((await ask("DescribeRegions"))[0], 200);
      }),
    );

  test(
    "an action is called by GET or POST; no other method does anything",
    onAccount(async (account) => {
      const VolumeId = await newVolume(account);
      for (const method of ["HEAD", "PUT", "DELETE", "OPTIONS"]) {
        const { status } = await fetch(`${account.url}/?Action=DeleteVolume&VolumeId=${VolumeId}`, { method });
        assert.is(status, method === "HEAD" ? 401 : 405, method);
      }
      assert.is((await fetch(`${account.url}/latest/meta-data/`, { method: "POST" })).status, 405);
      assert.equal(await account.get("volumeId", "DescribeVolumes"), [VolumeId]);
      await fetch(`${account.url}/?${VERSION}&Action=DeleteVolume&VolumeId=${VolumeId}`);
      assert.equal(await account.get("volumeId", "DescribeVolumes"), []);
    }),
  );

  for (const headers of [{ origin: "https://example.com" }, { "sec-fetch-site": "cross-site" }])
    test(
      `a web page with ${JSON.stringify(headers)} changes and reads nothing`,
      onAccount(async ({ url, get }) => {
        const create = `${VERSION}&Action=CreateVolume&AvailabilityZone=us-east-1a&Size=1`;
        const answer = await fetch(`${url}/?${create}`, { headers });
        assert.is(answer.status, 403);
        assert.match(await answer.text(), "UnauthorizedOperation");
        assert.is((await fetch(url, { method: "POST", body: create, headers })).status, 403);
        assert.equal(await get("volumeId", "DescribeVolumes"), []);
      }),
    );

  test(
    "a connection outlasts the pauses of who polls",
    onAccount(async ({ url }) => {
      const text = await raw(
        url,
        `GET /?${VERSION}&Action=DescribeRegions HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n${END}`,
      );
      assert.match(text, /Keep-Alive: timeout=75/);
    }),
  );

  test(
    "the id of a request is in the header, too",
    onAccount(async ({ url }) => {
      for (const action of ["DescribeRegions", "DescribeVpcs", "GetCallerIdentity"]) {
        const answer = await fetch(`${url}/?${VERSION}&Action=${action}`);
        const id = answer.headers.get("x-amzn-requestid") ?? "";
        assert.match(id, /^[0-9a-f-]{36}$/);
        assert.match(await answer.text(), id);
      }
    }),
  );

  test(
    "a signature may stand in the query, with its region",
    onAccount(async (account) => {
      await newVolume(account, { AvailabilityZone: "eu-west-1a" }, "eu-west-1");
      const signed = new URLSearchParams({
        Action: "DescribeVolumes",
        Version: "2016-11-15",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": "AKIA/20260101/eu-west-1/ec2/aws4_request",
        "X-Amz-Date": "20260101T000000Z",
        "X-Amz-Expires": "3600",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Security-Token": "token",
        "X-Amz-Signature": "0",
      });
      const answer = await fetch(`${account.url}/?${signed.toString()}`);
      assert.match(await answer.text(), "<availabilityZone>eu-west-1a<");
    }),
  );

  for (const half of ["GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nAction="])
    test(`a client that stops at ${JSON.stringify(half)} does not keep the server from ending`, async () => {
      let ended: Promise<string> = Promise.resolve("");
      await onAccount(async ({ url, ask }) => {
        ended = raw(url, half);
        await ask("DescribeRegions");
      })();
      assert.is(await ended, "");
    });
});
