import * as assert from "uvu/assert";
import type { RunEvent, RunEventBody } from "../../../runtime/contract/events.js";
import { heartbeatOutput } from "../../../runtime/ui/heartbeat.js";
import { humanOutput } from "../../../runtime/ui/human.js";
import { describe } from "../../support/describe.js";
import { manualClock } from "../../support/manual-clock.js";

function beating(): {
  readonly clock: ReturnType<typeof manualClock>;
  readonly lines: string[];
  readonly times: number[];
  send(build: string, ...bodies: readonly RunEventBody[]): void;
  close(): Promise<void>;
} {
  const clock = manualClock();
  const lines: string[] = [];
  const times: number[] = [];
  const sink = heartbeatOutput({
    clock,
    write: (text) => {
      lines.push(...text.trimEnd().split("\n"));
      times.push(clock.monotonic());
    },
    printing: (write) => humanOutput({ write, colour: false, timestamps: false, builds: [], columns: 80 }),
  });
  const send = (build: string, ...bodies: readonly RunEventBody[]): void => {
    for (const body of bodies) sink.on({ ...body, at: clock.now(), build } as RunEvent);
  };
  return { clock, lines, times, send, close: () => sink.close() };
}

const BEGIN: RunEventBody = { type: "build", phase: "start" };

describe("heartbeat where there is no terminal", (test) => {
  test("a line before 30 s of silence are over, and again", async () => {
    const { clock, lines, times, send, close } = beating();
    send("null.a", BEGIN, { type: "step", name: "provision", phase: "start" }, { type: "say", text: "first" });
    await clock.advance(95_000);
    await close();
    assert.is(lines[0], "==> null.a: first");
    assert.is(lines[1], "==> null.a: still at work after 0:29, in provision");
    assert.ok(lines.length >= 4, lines.join("\n"));
    const gaps = [...times, 95_000].map((time, i) => time - (times[i - 1] ?? 0));
    assert.ok(Math.max(...gaps) <= 30_000, `longest silence ${Math.max(...gaps)} ms`);
  });
  test("none while there is output", async () => {
    const { clock, lines, send, close } = beating();
    send("null.a", BEGIN);
    for (let i = 0; i < 10; i++) {
      send("null.a", { type: "output", stream: "stdout", line: `line ${i}` });
      await clock.advance(20_000);
    }
    await close();
    assert.is(lines.filter((line) => line.includes("still at work")).length, 0);
  });
  test("tells how far a wait is, for each build", async () => {
    const { clock, lines, send, close } = beating();
    send(
      "a",
      BEGIN,
      { type: "step", name: "snapshot", phase: "start" },
      { type: "progress", what: "snap-1", percent: 40 },
    );
    send("b", BEGIN);
    await clock.advance(30_000);
    await close();
    assert.ok(lines.includes("==> a: still at work after 0:29, in snapshot (snap-1: 40%)"), lines.join("\n"));
    assert.ok(lines.includes("==> b: still at work after 0:29"));
  });
  test("none before a build begins, and none after the last ended", async () => {
    const { clock, lines, send, close } = beating();
    await clock.advance(60_000);
    send("a", BEGIN, { type: "build", phase: "ok", ms: 1 });
    await clock.advance(60_000);
    await close();
    assert.is(lines.filter((line) => line.includes("still at work")).length, 0);
  });
  test("no more than five builds are named", async () => {
    const { clock, lines, send, close } = beating();
    for (let i = 0; i < 9; i++) send(`b${i}`, BEGIN);
    await clock.advance(30_000);
    await close();
    assert.is(lines.length, 6);
    assert.is(lines[5], "==> 4 more builds are still at work");
  });
});
