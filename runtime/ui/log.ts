// The log of PACKER_LOG and PKRTS_LOG: what happened, one line each, with its time (cli-runtime §1.2).

import { appendFileSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { EventSink, RunEvent } from "../contract/events.js";
import { spokenTexts } from "./spoken.js";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Log {
  /** Where it lies; undefined for standard error. */
  readonly path: string | undefined;
  line(at: Date, text: string): void;
}

/** The log that the environment asks for: a file wins over standard error, and pkrts' own variables over Packer's. */
export function openLog(env: Environment, cwd: string, stderr: (text: string) => void): Log | undefined {
  const path = given(env, "LOG_PATH");
  if (path !== undefined) return fileLog(isAbsolute(path) ? path : join(cwd, path));
  const wanted = given(env, "LOG");
  if (wanted === undefined || wanted === "0") return undefined;
  return { path: undefined, line: (at, text) => stderr(logLine(at, text)) };
}

/** Whether {@link openLog} gives one: without loading anything. */
const given = (env: Environment, name: string): string | undefined =>
  [env[`PKRTS_${name}`], env[`PACKER_${name}`]].find((value) => value !== undefined && value !== "");

const fileLog = (path: string): Log => ({ path, line: (at, text) => appendFileSync(path, logLine(at, text)) });

/** Empties the file of a log. Throws when it can't be written. */
export function beginLog({ path }: Log): void {
  if (path !== undefined) writeFileSync(path, "", { mode: 0o600 });
}

const logLine = (at: Date, text: string): string =>
  text
    .split("\n")
    .map((line) => `${logTime(at)} ${line}\n`)
    .join("");

function logTime(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("/");
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}

/** Events as log lines; what the user reads anyway is in a file only. */
export function logOutput(log: Log): EventSink {
  return {
    on: (event) => {
      for (const text of textsOf(event, log.path !== undefined)) log.line(event.at, text);
    },
    close: () => Promise.resolve(),
  };
}

function textsOf(event: RunEvent, all: boolean): readonly string[] {
  const { build } = event;
  switch (event.type) {
    case "step":
      return [
        `${build}: step ${event.name}: ${event.phase}${event.ms === undefined ? "" : ` (${Math.round(event.ms)} ms)`}`,
      ];
    case "resource":
      return [`${build}: ${event.kind}: ${event.change}`];
    case "artifact":
      return [
        `${build}: artifact ${event.artifact.builderId} ${event.artifact.id}: ${event.artifact.files.join(", ")}`,
      ];
    case "progress":
      return [`${build}: ${event.what}: ${event.percent}%`];
    case "prompt":
      return [`${build}: prompt ${event.phase}: ${event.text}`];
    case "build":
      return [`${build}: build: ${event.phase}`, ...spoken(event, all)];
    default:
      return spoken(event, all);
  }
}

const spoken = (event: RunEvent, all: boolean): readonly string[] =>
  all ? spokenTexts(event).map(({ level, text }) => `${level === "error" ? "ui error" : "ui"}: ${text}`) : [];
