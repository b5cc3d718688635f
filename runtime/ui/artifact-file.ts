// `-artifact-file=FILE`: what was built, as JSON.

import type { BuildOutcome, EventSink } from "../contract/events.js";
import { outcomeJson } from "./ndjson.js";

/** `{ builds: [{ name, ok, artifacts, error? }] }`, as in the summary of `-json`; written when it is closed. */
export function artifactFileOutput(write: (text: string) => Promise<void>): EventSink {
  let builds: readonly BuildOutcome[] = [];
  return {
    on(event) {
      if (event.type === "summary") builds = event.builds;
    },
    close: () => write(`${JSON.stringify({ builds: builds.map(outcomeJson) }, null, 2)}\n`),
  };
}
