// GitHub Actions shows these lines at the places that they name: `::error file=…,line=…::text`.

import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { toPublicDiagnostic } from "../../lang/diagnostics/render-json.js";
import type { EventSink } from "../contract/events.js";

/** Whether we run in a workflow of GitHub Actions. */
export const wantsAnnotations = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env["GITHUB_ACTIONS"] === "true";

/** A line for a diagnostic, at its range. */
export function diagnosticAnnotation(diagnostic: Diagnostic): string {
  const { severity, summary, detail, range } = toPublicDiagnostic(diagnostic);
  const place =
    range === undefined
      ? {}
      : { file: range.filename, line: range.start.line, endLine: range.end.line, col: range.start.column };
  return annotation(severity, { ...place, title: summary }, detail === "" ? summary : detail);
}

/** A line for each build that failed. */
export function annotationOutput(write: (text: string) => void): EventSink {
  return {
    on(event) {
      if (event.type !== "summary") return;
      for (const { name, error } of event.builds) {
        if (error !== undefined) write(annotation("error", { title: `Build '${name}' failed` }, error.message));
      }
    },
    close: () => Promise.resolve(),
  };
}

function annotation(
  severity: "error" | "warning",
  properties: Readonly<Record<string, string | number>>,
  text: string,
): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  return `::${severity} ${list.join(",")}::${escaped(text)}\n`;
}

const escaped = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapedProperty = (text: string): string => escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
