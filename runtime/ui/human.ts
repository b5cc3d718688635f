import { renderDiagnostics } from "../../lang/diagnostics/render-text.js";
import type { EventSink, RunEvent } from "../contract/events.js";
import { colourOfBuild, ERROR_COLOUR, paint } from "./colour.js";
import { durationWords } from "./duration-words.js";
import { summaryParts } from "./summary.js";

export interface HumanOptions {
  write(text: string): void;
  /** For messages at the level of errors, where they go another way. */
  writeError?(text: string): void;
  readonly colour: boolean;
  /** A time before each message. */
  readonly timestamps: boolean;
  /** The builds that will run, in order: each gets a colour. */
  readonly builds: readonly string[];
  readonly columns: number;
}

interface Line {
  readonly text: string;
  readonly error?: boolean;
  /** The answer is typed behind it. */
  readonly open?: boolean;
  /** Summary lines bear no time. */
  readonly timeless?: boolean;
}

/** Plain lines as Packer prints them: `==> LABEL: text`. */
export function humanOutput(options: HumanOptions): EventSink {
  const colours = new Map(options.builds.map((label, index) => [label, colourOfBuild(index)]));
  const print = (event: RunEvent, { text, error, timeless, open }: Line): void => {
    const timed = options.timestamps && timeless !== true ? `${rfc3339(event.at)}: ${text}` : text;
    const colour = error === true ? ERROR_COLOUR : colours.get(event.build);
    const write = error === true ? (options.writeError ?? options.write) : options.write;
    write(`${options.colour && colour !== undefined ? paint(timed, colour) : timed}${open === true ? " " : "\n"}`);
  };
  if (options.colour && options.builds.length > 0) options.write(legend(options.builds, colours));
  return {
    on: (event) => {
      for (const line of linesOf(event, options.columns)) print(event, line);
    },
    close: () => Promise.resolve(),
  };
}

function legend(builds: readonly string[], colours: ReadonlyMap<string, number>): string {
  const lines = [...new Set(builds)].map((label) =>
    paint(`${label}: output will be in this color.`, colours.get(label) ?? 32),
  );
  return `${lines.join("\n")}\n\n`;
}

/** What is printed for an event; steps, resources and artifacts speak through the messages beside them. */
function linesOf(event: RunEvent, columns: number): readonly Line[] {
  switch (event.type) {
    case "say":
    case "detail":
      return [{ text: targeted(event, event.text) }];
    case "error":
      return [{ text: targeted(event, event.text), error: true }];
    case "output":
      return [{ text: targeted(event, event.line), error: event.stream === "stderr" }];
    case "diagnostic":
      return [diagnosticLine(event, columns)];
    case "build":
      return buildLines(event);
    case "summary":
      return summaryLines(event);
    case "prompt":
      return event.phase === "asked" ? [{ text: targeted(event, event.text), open: true }] : [];
    case "progress":
      return [{ text: targeted(event, `${event.what}: ${event.percent}%`) }];
    case "step":
    case "resource":
    case "artifact":
      return [];
  }
}

/** `==> LABEL: ` before each line; an empty message keeps its colon. */
function targeted({ build, voice }: RunEvent, text: string): string {
  if (build === "") return text;
  const target = voice === undefined ? build : `${build} (${voice})`;
  return text
    .split("\n")
    .map((line) => `==> ${target}: ${line}`)
    .join("\n")
    .trimEnd();
}

function diagnosticLine(event: Extract<RunEvent, { type: "diagnostic" }>, columns: number): Line {
  const text = renderDiagnostics([event.diagnostic], { width: columns, colour: false }).trimEnd();
  return { text: targeted(event, text), error: event.diagnostic.severity === "error" };
}

function buildLines({ build, phase, ms = 0, error }: Extract<RunEvent, { type: "build" }>): readonly Line[] {
  switch (phase) {
    case "start":
      return [];
    case "ok":
      return [{ text: `Build '${build}' finished after ${durationWords(ms)}.` }];
    case "failed":
    case "cancelled":
      return [{ text: `Build '${build}' errored after ${durationWords(ms)}: ${error?.message ?? phase}`, error: true }];
  }
}

function summaryLines(event: Extract<RunEvent, { type: "summary" }>): readonly Line[] {
  return summaryParts(event).flatMap((part) => ("text" in part ? [{ ...part, timeless: true }] : []));
}

/** In the time zone of this machine, as Packer prints it. */
function rfc3339(at: Date): string {
  const offset = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + offset * 60_000).toISOString().replace(/\.\d+Z$/, "");
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${local}${offset === 0 ? "Z" : `${offset < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`}`;
}
