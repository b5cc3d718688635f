import { setMaxListeners } from "node:events";
import * as assert from "uvu/assert";
import { type Bucket, retrying, tokenBucket } from "../../../../builders/amazon/aws/retry.js";
import { coalescer } from "../../../../builders/amazon/ec2/coalesce.js";
import { Ec2Error, isPassing } from "../../../../builders/amazon/ec2/failure.js";
import { describe } from "../../../support/describe.js";
import { virtualClock } from "../../../support/virtual-clock.js";

const never = new AbortController().signal;
setMaxListeners(0, never);
const failure = (code: string): Ec2Error => new Ec2Error("CreateVolume", code, "scripted", undefined);

/** Calls that fail with these codes, one after the other, then succeed. */
function calls(codes: readonly string[], attempts = 11, bucket: Bucket = tokenBucket()) {
  const clock = virtualClock();
  const left = [...codes];
  let made = 0;
  const attempt = (): Promise<string> => {
    made += 1;
    const code = left.shift();
    return code === undefined ? Promise.resolve("done") : Promise.reject(failure(code));
  };
  const run = (signal = never) => retrying(attempt, { attempts, clock, bucket }, isPassing, signal);
  return { run, clock, made: () => made };
}

async function errorOf(promise: Promise<unknown>): Promise<Ec2Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Ec2Error) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("calls that are made again", (test) => {
  for (const code of ["RequestLimitExceeded", "InternalError", "Unavailable", "ECONNRESET", "TimeoutError"]) {
    test(`${code} three times: the fourth call is the answer`, async () => {
      const { run, made } = calls([code, code, code]);
      assert.is(await run(), "done");
      assert.is(made(), 4);
    });
  }
  for (const code of ["UnauthorizedOperation", "InvalidVolume.NotFound", "InvalidParameterValue"]) {
    test(`${code} is final`, async () => {
      const { run, made } = calls([code]);
      assert.is((await errorOf(run())).code, code);
      assert.is(made(), 1);
    });
  }
  test("the last attempt's failure is what is said", async () => {
    const { run, made } = calls(["ECONNRESET", "RequestLimitExceeded", "RequestLimitExceeded"], 3);
    assert.is((await errorOf(run())).message, "CreateVolume: RequestLimitExceeded: scripted");
    assert.is(made(), 3);
  });
  test("a refusal says that nothing was done, unless an answer was lost before it", async () => {
    assert.is((await errorOf(calls(["RequestLimitExceeded", "UnauthorizedOperation"]).run())).tookNothing, true);
    assert.is((await errorOf(calls(["ECONNREFUSED", "UnauthorizedOperation"]).run())).tookNothing, true);
    assert.is((await errorOf(calls(["ECONNRESET", "UnauthorizedOperation"]).run())).tookNothing, false);
    assert.is((await errorOf(calls(["InternalError"], 1).run())).tookNothing, false);
  });
  test("is cancelled between two attempts", async () => {
    const stop = new AbortController();
    const { run } = calls(Array.from({ length: 10 }, () => "RequestLimitExceeded"));
    setImmediate(() => stop.abort(new Error("cancelled")));
    await run(stop.signal).then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, "cancelled"),
    );
  });
  test("forty builds come back one by one once the bucket is empty", async () => {
    const bucket = tokenBucket();
    const clock = virtualClock();
    const times: number[] = [];
    const build = async (): Promise<void> => {
      let failures = 0;
      const attempt = (): Promise<void> => {
        failures += 1;
        if (failures > 1) times.push(clock.monotonic());
        return failures > 2 ? Promise.resolve() : Promise.reject(failure("RequestLimitExceeded"));
      };
      await retrying(attempt, { attempts: 11, clock, bucket }, isPassing, never);
    };
    await Promise.all(Array.from({ length: 40 }, build));
    assert.is(times.length, 80);
    assert.ok(Math.max(...times) >= (80 - 20 - 1) * 200, String(Math.max(...times)));
  });
});

describe("equal questions", (test) => {
  test("are one call while it is under way and a little later, each to its own abortion", async () => {
    const together = coalescer(40);
    let asked = 0;
    const ask = async (): Promise<number> => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
      return asked;
    };
    const leaving = new AbortController();
    const left = together("q", ask, leaving.signal);
    const stayed = together("q", ask, never);
    leaving.abort(new Error("cancelled"));
    await left.then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, "cancelled"),
    );
    assert.is(await stayed, 1);
    assert.is(await together("q", ask, never), 1);
    assert.is(await together("another", ask, never), 2);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.is(await together("q", ask, never), 3);
  });
  test("a failure is not kept; a call that nobody waits for is given up", async () => {
    const together = coalescer(1000);
    await together("q", () => Promise.reject(new Error("no")), never).then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, "no"),
    );
    assert.is(await together("q", () => Promise.resolve("yes"), never), "yes");
    const leaving = new AbortController();
    let given: AbortSignal | undefined;
    const left = together(
      "r",
      (signal) => {
        given = signal;
        return new Promise(() => undefined);
      },
      leaving.signal,
    );
    leaving.abort(new Error("cancelled"));
    await left.catch(() => undefined);
    assert.is(given?.aborted, true);
  });
});
