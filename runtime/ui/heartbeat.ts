// Where no terminal shows what runs: a line when nothing has been printed for long, so that nobody takes a build for hung.

import type { EventSink, RunEvent } from "../contract/events.js";
import type { Clock } from "../contract/run-context.js";
import { clockFace } from "./clock-face.js";
import { repeat } from "./repeat.js";
import { type RunningBuild, RunningBuilds } from "./running-builds.js";

/** Milliseconds. */
const SILENCE = 30_000;
const LOOK = 1000;
const MOST = 5;

export interface HeartbeatOptions {
  readonly clock: Clock;
  write(text: string): void;
  /** What prints the events, given how to write. */
  printing(write: (text: string) => void): EventSink;
}

/** A line for each running build (five at most) after 30 s in which nothing was written. */
export function heartbeatOutput({ clock, write, printing }: HeartbeatOptions): EventSink {
  const running = new RunningBuilds();
  let last = clock.monotonic();
  let asking = false;
  const beating = (text: string): void => {
    last = clock.monotonic();
    write(text);
  };
  const inner = printing(beating);
  // A look is a second late at most, so it comes that much earlier.
  const stop = repeat(clock, LOOK, () => {
    const now = clock.monotonic();
    if (asking || now - last < SILENCE - LOOK || running.list.length === 0) return;
    beating(heartbeatLines(running.list, now).join(""));
  });
  return {
    on(event: RunEvent) {
      running.on(event, clock.monotonic());
      if (event.type === "prompt") asking = event.phase === "asked";
      inner.on(event);
    },
    async close() {
      stop();
      await inner.close();
    },
  };
}

function heartbeatLines(builds: readonly RunningBuild[], now: number): readonly string[] {
  const lines = builds.slice(0, MOST).map(({ label, since, step, progress }) => {
    const where = step === "" ? "" : `, in ${step}`;
    const far = progress === undefined ? "" : ` (${progress.what}: ${progress.percent}%)`;
    return `==> ${label}: still at work after ${clockFace(now - since)}${where}${far}\n`;
  });
  const more = builds.length - lines.length;
  return more === 0 ? lines : [...lines, `==> ${more} more builds are still at work\n`];
}
