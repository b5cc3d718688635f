// `-junit=FILE`: a report that CI systems show, with a case for each build.

import type { BuildOutcome, EventSink } from "../contract/events.js";

export interface JunitOptions {
  /** What was wrong before anything ran; a case of its own when there is anything. */
  readonly problems: readonly string[];
  write(text: string): Promise<void>;
}

interface Case {
  readonly name: string;
  /** Milliseconds. */
  readonly ms: number;
  readonly failure: string | undefined;
  readonly output: string;
}

/** Written when it is closed, so that a run that was interrupted has a report, too. */
export function junitOutput({ problems, write }: JunitOptions): EventSink {
  const times = new Map<string, number[]>();
  let builds: readonly BuildOutcome[] = [];
  return {
    on(event) {
      if (event.type === "build" && event.ms !== undefined)
        times.set(event.build, [...(times.get(event.build) ?? []), event.ms]);
      if (event.type === "summary") builds = event.builds;
    },
    close: () => write(junitText([...templateCase(problems), ...builds.map((build) => caseOf(build, times))])),
  };
}

const templateCase = (problems: readonly string[]): readonly Case[] =>
  problems.length === 0 ? [] : [{ name: "template", ms: 0, failure: problems.join("\n\n"), output: "" }];

function caseOf({ name, error, artifacts }: BuildOutcome, times: ReadonlyMap<string, number[]>): Case {
  const ms = times.get(name)?.shift() ?? 0;
  return { name, ms, failure: error?.message, output: artifacts.map(({ text }) => text).join("\n") };
}

function junitText(cases: readonly Case[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const seconds = cases.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" time="${seconds.toFixed(3)}"`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites ${counts}>`,
    `  <testsuite name="pkrts build" ${counts}>`,
    ...cases.flatMap(caseLines),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseLines({ name, ms, failure, output }: Case): readonly string[] {
  const head = `    <testcase classname="pkrts.build" name="${escaped(name)}" time="${(ms / 1000).toFixed(3)}">`;
  const failed =
    failure === undefined
      ? []
      : [`      <failure message="${escaped(failure.split("\n")[0] ?? "")}">${escaped(failure)}</failure>`];
  const printed = output === "" ? [] : [`      <system-out>${escaped(output)}</system-out>`];
  return [head, ...failed, ...printed, "    </testcase>"];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** XML has no place for most control characters, not even escaped. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must go
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character);
