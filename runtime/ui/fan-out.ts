import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import type { EventSink, RunEvent } from "../contract/events.js";
import type { Secrets } from "./secrets.js";

/** One stream of events to many sinks. Secrets are masked here, before any sink sees an event. */
export function fanOut(sinks: readonly EventSink[], secrets: Secrets): EventSink {
  return {
    on(event) {
      const masked = maskEvent(event, secrets);
      for (const sink of sinks) sink.on(masked);
    },
    async close() {
      for (const sink of sinks) await sink.close();
    },
  };
}

/** Every text in the event, at any depth, with the secrets gone. */
export function maskEvent(event: RunEvent, secrets: Secrets): RunEvent {
  // The shape stays as it is: only strings are replaced by strings.
  return maskDeep(event, secrets) as RunEvent;
}

function maskDeep(value: unknown, secrets: Secrets): unknown {
  if (typeof value === "string") return secrets.mask(value);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  if (value instanceof Error) return maskError(value, secrets);
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, secrets));
  if (isDiagnostic(value)) return maskDiagnostic(value, secrets);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [secrets.mask(key), maskDeep(item, secrets)]));
}

function maskError(error: Error, secrets: Secrets): Error {
  const masked = new Error(secrets.mask(error.message));
  masked.name = error.name;
  return masked;
}

const isDiagnostic = (value: object): value is Diagnostic =>
  "summary" in value && "severity" in value && "code" in value;

/** A diagnostic points into its file: the range stays, and the text that its snippet will show is masked. */
export function maskDiagnostic(diagnostic: Diagnostic, secrets: Secrets): Diagnostic {
  const { summary, detail, values } = diagnostic;
  return {
    ...diagnostic,
    summary: secrets.mask(summary),
    detail: secrets.mask(detail),
    ...(values === undefined ? {} : { values: values.map(({ ref, shown }) => ({ ref, shown: secrets.mask(shown) })) }),
  };
}
