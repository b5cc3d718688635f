// At a terminal: what scrolls, and below it a row for each build that runs, redrawn every second.

import type { EventSink, RunEvent } from "../contract/events.js";
import type { Clock } from "../contract/run-context.js";
import { clockFace } from "./clock-face.js";
import { paint } from "./colour.js";
import { repeat } from "./repeat.js";
import { type RunningBuild, RunningBuilds } from "./running-builds.js";

export interface LiveScreen {
  readonly columns: number;
  /** Lines that fit. */
  readonly rows: number;
  write(text: string): void;
}

export interface LiveOptions {
  readonly screen: LiveScreen;
  readonly clock: Clock;
  /** The colour of a build's row; undefined for none. */
  colourOf(label: string): number | undefined;
  /** What scrolls, given how to write. */
  scrolling(write: (text: string) => void): EventSink;
}

const TICK = 1000;
const LONGEST_LABEL = 30;
const BAR = 20;

/** Rows are erased before anything is written, and drawn again below it; not while the user types an answer. */
export function liveOutput({ screen, clock, colourOf, scrolling }: LiveOptions): EventSink {
  const running = new RunningBuilds();
  let drawn = 0;
  let asking = 0;
  const erase = (): void => {
    if (drawn > 0) screen.write(`\r${drawn > 1 ? `\u001b[${drawn - 1}A` : ""}\u001b[J`);
    drawn = 0;
  };
  const draw = (): void => {
    if (asking > 0) return;
    erase();
    const rows = statusRows(running.list, clock.monotonic(), screen.columns - 1, Math.min(8, screen.rows - 2));
    if (rows.length > 0) screen.write(rows.map(({ label, text }) => painted(text, colourOf(label))).join("\n"));
    drawn = rows.length;
  };
  const inner = scrolling((text) => {
    erase();
    screen.write(text);
  });
  const stop = repeat(clock, TICK, draw);
  return {
    on(event) {
      running.on(event, clock.monotonic());
      if (event.type === "prompt") asking += event.phase === "asked" ? 1 : -1;
      if (isShown(event)) inner.on(event);
      draw();
    },
    async close() {
      stop();
      erase();
      await inner.close();
    },
  };
}

/** Progress is in the row. */
const isShown = ({ type }: RunEvent): boolean => type !== "progress";

const painted = (text: string, colour: number | undefined): string =>
  colour === undefined ? text : paint(text, colour);

export interface StatusRow {
  readonly label: string;
  readonly text: string;
}

/** At most `most` rows of at most `columns` characters: the builds, or the first of them and how many more there are. */
export function statusRows(
  builds: readonly RunningBuild[],
  now: number,
  columns: number,
  most: number,
): readonly StatusRow[] {
  const fits = builds.length <= most ? builds : builds.slice(0, Math.max(0, most - 1));
  const width = Math.min(LONGEST_LABEL, Math.max(0, ...fits.map(({ label }) => label.length)));
  const rows = fits.map((build) => ({ label: build.label, text: cut(rowOf(build, now, width), columns) }));
  const more = builds.length - fits.length;
  return more === 0 ? rows : [...rows, { label: "", text: cut(`  … and ${more} more builds`, columns) }];
}

function rowOf({ label, since, step, progress }: RunningBuild, now: number, width: number): string {
  const head = `  ${cut(label, width).padEnd(width)}  ${clockFace(now - since).padStart(5)}  ${step}`;
  return progress === undefined ? head : `${head}  ${progress.what} ${bar(progress.percent)}`;
}

function bar(percent: number): string {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * BAR);
  return `[${"#".repeat(full)}${"-".repeat(BAR - full)}] ${percent}%`;
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
