import { toPublicDiagnostic } from "../../lang/diagnostics/render-json.js";
import type { BuildOutcome, EventSink, RunEvent } from "../contract/events.js";

/** One JSON object a line: `{ at, build, type, … }`; the last is the summary. */
export function ndjsonOutput(write: (text: string) => void): EventSink {
  return {
    on: (event) => write(`${JSON.stringify(eventJson(event))}\n`),
    close: () => Promise.resolve(),
  };
}

/** An event as plain JSON: errors as their messages, diagnostics in their public shape. */
export function eventJson(event: RunEvent): Readonly<Record<string, unknown>> {
  const { at, build, type, ...rest } = event;
  return { at: at.toISOString(), build, type, ...body(rest, event) };
}

function body(rest: object, event: RunEvent): object {
  switch (event.type) {
    case "diagnostic":
      return { ...rest, diagnostic: toPublicDiagnostic(event.diagnostic) };
    case "build":
      return event.error === undefined ? rest : { ...rest, error: event.error.message };
    case "summary":
      return { ...rest, builds: event.builds.map(outcomeJson) };
    case "artifact":
      return { ...rest, artifact: artifactJson(event.artifact) };
    default:
      return rest;
  }
}

/** What came of a build: `{ name, ok, artifacts, error? }`. */
export function outcomeJson({ name, ok, artifacts, error }: BuildOutcome): object {
  const outcome = { name, ok, artifacts: artifacts.map(artifactJson) };
  return error === undefined ? outcome : { ...outcome, error: error.message };
}

function artifactJson({ builderId, id, files, text, state }: BuildOutcome["artifacts"][number]): object {
  return { builder_id: builderId, id, files, text, state };
}
