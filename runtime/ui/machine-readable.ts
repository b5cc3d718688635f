import { renderDiagnostics } from "../../lang/diagnostics/render-text.js";
import type { Artifact } from "../contract/artifact.js";
import type { EventSink, RunEvent } from "../contract/events.js";
import { spokenTexts } from "./spoken.js";

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
  if (event.type === "diagnostic") {
    const text = renderDiagnostics([event.diagnostic], { width: 80, colour: false });
    return [["", "ui", event.diagnostic.severity === "error" ? "error" : "say", text.trimEnd()]];
  }
  // Packer has no record for it.
  if (event.type === "progress" || event.type === "prompt") return [];
  return event.type === "summary" ? summaryRecords(event) : spoken(event);
}

/** What a person would read, as `ui` records. */
const spoken = (event: RunEvent): readonly Fields[] =>
  spokenTexts(event).map(({ level, text }) => ["", "ui", level, text]);

function summaryRecords(event: Extract<RunEvent, { type: "summary" }>): readonly Fields[] {
  const failed = event.builds.filter((build) => build.error !== undefined);
  const counted: Fields[] =
    failed.length === 0 || event.interruptedBy !== undefined ? [] : [["", "error-count", String(failed.length)]];
  const errors = failed.map(({ name, error }): Fields => [name, "error", error?.message ?? ""]);
  const artifacts = event.builds
    .filter((build) => build.ok)
    .flatMap(({ name, artifacts: made }) => artifactRecords(name, made));
  return [...counted, ...errors, ...artifacts, ...spoken(event)];
}

function artifactRecords(target: string, artifacts: readonly Artifact[]): readonly Fields[] {
  const count: Fields = [target, "artifact-count", String(Math.max(1, artifacts.length))];
  if (artifacts.length === 0) return [count, [target, "artifact", "0", "nil"], [target, "artifact", "0", "end"]];
  return [count, ...artifacts.flatMap((artifact, index) => recordsOfArtifact(target, String(index), artifact))];
}

function recordsOfArtifact(target: string, index: string, artifact: Artifact): readonly Fields[] {
  const record = (...args: string[]): Fields => [target, "artifact", index, ...args];
  return [
    record("builder-id", artifact.builderId),
    record("id", artifact.id),
    record("string", artifact.text),
    record("files-count", String(artifact.files.length)),
    ...artifact.files.map((file, i) => record("file", String(i), file)),
    record("end"),
  ];
}
