// Where the events of `pkrts build` go: the screen in one of its forms, and the files and logs beside it.

import { accessSync, constants, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import type { EventSink } from "../contract/events.js";
import { systemClock } from "../system/clock.js";
import { replaceFile } from "../system/replace-file.js";
import { annotationOutput, wantsAnnotations } from "../ui/annotations.js";
import { artifactFileOutput } from "../ui/artifact-file.js";
import { colourOfBuild } from "../ui/colour.js";
import { heartbeatOutput } from "../ui/heartbeat.js";
import { humanOutput } from "../ui/human.js";
import { junitOutput } from "../ui/junit.js";
import { liveOutput } from "../ui/live-rows.js";
import { logOutput, openLog } from "../ui/log.js";
import { machineReadableOutput } from "../ui/machine-readable.js";
import { ndjsonOutput } from "../ui/ndjson.js";
import type { World } from "./world.js";

export interface OutputFlags {
  readonly json: boolean;
  readonly "machine-readable": boolean;
  readonly "timestamp-ui": boolean;
  readonly "artifact-file": string;
  readonly junit: string;
}

export interface OutputOptions {
  readonly flags: OutputFlags;
  readonly world: World;
  readonly colour: boolean;
  /** The labels of the builds that will run. */
  readonly builds: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export function buildOutputs(options: OutputOptions): readonly EventSink[] {
  const { world } = options;
  const stderr = (text: string): void => world.stderr.write(text);
  const log = openLog(world.env, world.cwd, stderr);
  return [
    screenOutput(options),
    ...(log === undefined ? [] : [logOutput(log)]),
    ...(wantsAnnotations(world.env) ? [annotationOutput(stderr)] : []),
    ...fileOutputs(options),
  ];
}

/** Standard output, where a program reads it. */
export function programOutput(flags: OutputFlags, { stdout }: World): EventSink | undefined {
  const write = (text: string): void => stdout.write(text);
  if (flags.json) return ndjsonOutput(write);
  return flags["machine-readable"] ? machineReadableOutput(write) : undefined;
}

function screenOutput({ flags, world, colour, builds }: OutputOptions): EventSink {
  const { stdout, env } = world;
  const write = (text: string): void => stdout.write(text);
  const forProgram = programOutput(flags, world);
  if (forProgram !== undefined) return forProgram;
  const human = (to: (text: string) => void): EventSink =>
    humanOutput({ write: to, colour, timestamps: flags["timestamp-ui"], builds, columns: stdout.columns });
  if (!stdout.isTerminal || env["TERM"] === "dumb")
    return heartbeatOutput({ clock: systemClock, write, printing: human });
  const colourOf = (label: string): number | undefined =>
    colour && builds.includes(label) ? colourOfBuild(builds.indexOf(label)) : undefined;
  return liveOutput({ screen: stdout, clock: systemClock, colourOf, scrolling: human });
}

/** Those that `-artifact-file` and `-junit` ask for. */
export function fileOutputs({ flags, world, diagnostics }: OutputOptions): readonly EventSink[] {
  const problems = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ summary, detail }) => `${summary}: ${detail}`);
  const to = (path: string) => (text: string) => replaceFile(pathOf(path, world), text);
  return [
    ...(flags["artifact-file"] === "" ? [] : [artifactFileOutput(to(flags["artifact-file"]))]),
    ...(flags.junit === "" ? [] : [junitOutput({ problems, write: to(flags.junit) })]),
  ];
}

const pathOf = (path: string, { cwd }: World): string => (isAbsolute(path) ? path : join(cwd, path));

/** Why the first file that can't be written can't: better known before an hour of building than after. */
export function whyNoOutput(flags: OutputFlags, world: World): string | undefined {
  for (const name of ["artifact-file", "junit"] as const) {
    const path = flags[name];
    const why = path === "" ? undefined : whyNotWritable(pathOf(path, world));
    if (why !== undefined) return `-${name}=${path}: ${why}`;
  }
  return undefined;
}

function whyNotWritable(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return "is a folder";
  if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true) return "its folder does not exist";
  try {
    accessSync(dirname(path), constants.W_OK);
    return undefined;
  } catch {
    return "its folder can't be written to";
  }
}
