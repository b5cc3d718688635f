import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../lang/diagnostics/render-text.js";
import type { EventSink, RunEvent } from "../contract/events.js";
import { spokenTexts } from "./spoken.js";
import { summaryParts } from "./summary.js";

type Fields = readonly [target: string, type: string, ...args: string[]];

/** Packer's `-machine-readable` lines: `UNIX_SECONDS,TARGET,TYPE,ARG…`. */
export function machineReadableOutput(write: (text: string) => void): EventSink {
  return {
    on: (event) => {
      for (const fields of recordsOf(event)) write(machineLine(event.at, fields));
    },
    close: () => Promise.resolve(),
  };
}

/** Target and type are not escaped; Packer's escapes of the rest can't be undone unambiguously, which is its format. */
export function machineLine(at: Date, [target, type, ...args]: Fields): string {
  const escaped = args.map((arg) =>
    arg.replaceAll(",", "%!(PACKER_COMMA)").replaceAll("\r", "\\r").replaceAll("\n", "\\n"),
  );
  return `${[Math.floor(at.getTime() / 1000), target, type, ...escaped].join(",")}\n`;
}

function recordsOf(event: RunEvent): readonly Fields[] {
  if (event.type === "diagnostic") return [diagnosticRecord(event.diagnostic)];
  // Packer has no record for it.
  if (event.type === "progress" || event.type === "prompt") return [];
  return event.type === "summary" ? summaryRecords(event) : spoken(event);
}

export function diagnosticRecord(diagnostic: Diagnostic): Fields {
  const text = renderDiagnostics([diagnostic], { width: 80, colour: false });
  return ["", "ui", diagnostic.severity === "error" ? "error" : "say", text.trimEnd()];
}

/** What a person would read, as `ui` records. */
const spoken = (event: RunEvent): readonly Fields[] =>
  spokenTexts(event).map(({ level, text }) => ["", "ui", level, text]);

function summaryRecords(event: Extract<RunEvent, { type: "summary" }>): readonly Fields[] {
  return summaryParts(event).map((part) =>
    "text" in part ? ["", "ui", part.error === true ? "error" : "say", part.text] : part.record,
  );
}
