import * as assert from "uvu/assert";
import { Ec2Error } from "../../../../builders/amazon/ec2/failure.js";
import { poller } from "../../../../builders/amazon/ec2/poller.js";
import { DEFAULT_PACES, type Pace, pacesFrom, pauseAt, waitFor } from "../../../../builders/amazon-chroot/ec2/wait.js";
import type { RunEventBody } from "../../../../runtime/contract/events.js";
import { describe } from "../../../support/describe.js";
import { virtualClock } from "../../../support/virtual-clock.js";

const PACE: Pace = { first: 1000, longest: 10_000, limit: 600_000 };

/** An EC2 whose resources are ready at a time of the virtual clock; Infinity: never. */
function world(readyAt: Readonly<Record<string, number>>) {
  const clock = virtualClock();
  const looks: { readonly at: number; readonly ids: readonly string[] }[] = [];
  const from = poller<{ readonly id: string; readonly ready: boolean }>(async (ids) => {
    looks.push({ at: clock.monotonic(), ids });
    await clock.sleep(20);
    const known = ids.filter((id) => readyAt[id] !== undefined);
    return new Map(known.map((id) => [id, { id, ready: clock.monotonic() >= (readyAt[id] ?? 0) }]));
  });
  const events: RunEventBody[] = [];
  const wait = (id: string, { pace = PACE, signal = new AbortController().signal } = {}) =>
    waitFor(
      { what: `thing ${id}`, id, from, done: ({ ready }) => ready, pace },
      { clock, signal, emit: (event) => void events.push(event) },
    );
  return { clock, looks, from, wait };
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it did not fail");
}

describe("waiting for EC2", (test) => {
  test("what is ready at once costs one look and no time", async () => {
    const { clock, looks, wait } = world({ a: 0 });
    await wait("a");
    assert.is(looks.length, 1);
    assert.ok(clock.monotonic() < 100);
  });
  for (const seconds of [1.5, 6, 22, 300]) {
    test(`what takes ${seconds} s is seen at most a quarter later, by few looks`, async () => {
      const { clock, looks, wait } = world({ a: seconds * 1000 });
      await wait("a");
      assert.ok(clock.monotonic() <= Math.max(seconds * 1250, 1300), String(clock.monotonic()));
      assert.ok(looks.length <= 5 + Math.log(seconds) / Math.log(1.12) + seconds / 10, String(looks.length));
    });
  }
  test("eight that began together are asked together", async () => {
    const ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const { looks, wait } = world(Object.fromEntries(ids.map((id, index) => [id, 20_000 + index * 100])));
    await Promise.all(ids.map((id) => wait(id)));
    const alone = world({ a: 20_000 });
    await alone.wait("a");
    assert.ok(looks.length <= alone.looks.length + 12, `${looks.length} and ${alone.looks.length}`);
    assert.ok(looks.some((look) => look.ids.length === ids.length));
  });
  test("one that EC2 does not know yet does not keep the others", async () => {
    const { clock, wait } = world({ a: 3000 });
    const stranger = failureOf(wait("b"));
    await wait("a");
    assert.ok(clock.monotonic() < 4000);
    assert.is((await stranger).message, "thing b: EC2 does not know it");
    assert.ok(clock.monotonic() > 300_000);
  });
  test("gives up at the deadline, after a last look", async () => {
    const { looks, wait } = world({ a: Number.POSITIVE_INFINITY });
    const error = await failureOf(wait("a", { pace: { ...PACE, limit: 30_000 } }));
    assert.is(error.message, "thing a: still not ready after 30 s (aws_polling can give it longer)");
    assert.ok((looks.at(-1)?.at ?? 0) >= 29_000);
  });
  test("one who leaves is not waited for, and the look goes on for the others", async () => {
    const { wait, looks } = world({ a: Number.POSITIVE_INFINITY, b: 5000 });
    const leaving = new AbortController();
    const left = failureOf(wait("a", { signal: leaving.signal }));
    const stayed = wait("b");
    setImmediate(() => leaving.abort(new Error("cancelled")));
    assert.is((await left).message, "cancelled");
    await stayed;
    assert.equal(looks.at(-1)?.ids, ["b"]);
  });
  test("a look that fails costs one look; a refusal ends the wait at once", async () => {
    const clock = virtualClock();
    const failures = [new Ec2Error("DescribeVolumes", "InternalError", "oh", undefined)];
    const from = poller<{ readonly id: string }>((ids) => {
      const error = failures.shift();
      return error === undefined ? Promise.resolve(new Map(ids.map((id) => [id, { id }]))) : Promise.reject(error);
    });
    const watch = { clock, signal: new AbortController().signal, emit: () => undefined };
    const waiting = { what: "volume a", id: "a", from, done: () => true, pace: PACE };
    assert.equal(await waitFor(waiting, watch), { id: "a" });
    failures.push(new Ec2Error("DescribeVolumes", "ExpiredToken", "late", undefined));
    assert.match((await failureOf(waitFor(waiting, watch))).message, /ExpiredToken: late/);
  });
});

describe("the pace of waiting", (test) => {
  test("grows with the age of the resource, and never over its bound", () => {
    const { snapshot } = DEFAULT_PACES;
    for (const age of [4000, 20_000, 60_000, 600_000]) {
      const pauses = Array.from({ length: 200 }, () => pauseAt(age, snapshot));
      assert.ok(Math.max(...pauses) <= Math.min(snapshot.longest, 0.2 * age));
      assert.ok(Math.min(...pauses) >= Math.min(snapshot.longest, 0.14 * age));
    }
  });
  const paces = (env: Readonly<Record<string, string>>) => pacesFrom((name) => env[name]);
  test("AWS_POLL_DELAY_SECONDS bounds every pause, AWS_MAX_ATTEMPTS the whole", () => {
    assert.equal(paces({ AWS_POLL_DELAY_SECONDS: "1", AWS_MAX_ATTEMPTS: "7" }).image, {
      first: 1000,
      longest: 1000,
      limit: 7000,
    });
    assert.is(paces({ AWS_MAX_ATTEMPTS: "10" }).attachment.limit, 50_000);
    assert.equal(paces({ AWS_POLL_DELAY_SECONDS: "soon", AWS_MAX_ATTEMPTS: "-1" }), DEFAULT_PACES);
  });
  test("AWS_TIMEOUT_SECONDS is the whole where no attempts are given", () => {
    assert.equal(paces({ AWS_TIMEOUT_SECONDS: "90" }).snapshot, { first: 2000, longest: 2000, limit: 90_000 });
    assert.is(paces({ AWS_TIMEOUT_SECONDS: "90", AWS_MAX_ATTEMPTS: "4" }).snapshot.limit, 60_000);
  });
});
