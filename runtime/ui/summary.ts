// The end of a run, in Packer's order: lines for a person, and between them the records of -machine-readable (cli-runtime §1.4, §2.9).

import type { Artifact } from "../contract/artifact.js";
import type { BuildOutcome, RunEvent } from "../contract/events.js";
import { durationWords } from "./duration-words.js";

export type SummaryPart = SummaryLine | SummaryRecord;
export interface SummaryLine {
  readonly text: string;
  readonly error?: boolean;
}
export interface SummaryRecord {
  readonly record: readonly [target: string, type: string, ...args: string[]];
}

export function summaryParts({
  builds,
  ms,
  interruptedBy,
}: Extract<RunEvent, { type: "summary" }>): readonly SummaryPart[] {
  const waited = { text: `\n==> Wait completed after ${durationWords(ms)}` };
  if (interruptedBy === undefined) return [waited, ...errorParts(builds), ...artifactParts(builds)];
  // Packer lists nothing after an interrupt; what was finished before it is worth knowing.
  const finished = builds.some((build) => build.ok) ? artifactParts(builds) : [];
  return [waited, ...finished, { text: "Cleanly cancelled builds after being interrupted." }];
}

function errorParts(builds: readonly BuildOutcome[]): readonly SummaryPart[] {
  const failed = builds.filter((build) => build.error !== undefined);
  if (failed.length === 0) return [];
  return [
    { record: ["", "error-count", String(failed.length)] },
    { text: "\n==> Some builds didn't complete successfully and had errors:", error: true },
    ...failed.flatMap(failedParts),
  ];
}

/** What a failed build made and did not lose is no artifact of a successful build, but worth knowing. */
function failedParts({ name, error, artifacts }: BuildOutcome): readonly SummaryPart[] {
  const message = error?.message ?? "failed";
  return [
    { record: [name, "error", message] },
    { text: `--> ${name}: ${message}`, error: true },
    ...artifacts.map(({ text }) => ({ text: `    kept: ${text}` })),
  ];
}

function artifactParts(builds: readonly BuildOutcome[]): readonly SummaryPart[] {
  const finished = builds.filter((build) => build.ok);
  if (finished.length === 0 && builds.some((build) => build.artifacts.length > 0)) return [];
  if (finished.length === 0) return [{ text: "\n==> Builds finished but no artifacts were created." }];
  const heading = { text: "\n==> Builds finished. The artifacts of successful builds are:" };
  return [heading, ...finished.flatMap(partsOfBuild)];
}

function partsOfBuild({ name, artifacts }: BuildOutcome): readonly SummaryPart[] {
  const made: readonly (Artifact | undefined)[] = artifacts.length === 0 ? [undefined] : artifacts;
  return [
    { record: [name, "artifact-count", String(made.length)] },
    ...made.flatMap((artifact, index) => [
      ...recordsOfArtifact(name, String(index), artifact),
      { text: `--> ${name}: ${artifact?.text ?? "<nothing>"}` },
    ]),
  ];
}

function recordsOfArtifact(target: string, index: string, artifact: Artifact | undefined): readonly SummaryRecord[] {
  const record = (...args: string[]): SummaryRecord => ({ record: [target, "artifact", index, ...args] });
  if (artifact === undefined) return [record("nil"), record("end")];
  return [
    record("builder-id", artifact.builderId),
    record("id", artifact.id),
    record("string", artifact.text),
    record("files-count", String(artifact.files.length)),
    ...artifact.files.map((file, i) => record("file", String(i), file)),
    record("end"),
  ];
}
