// Mistakes in the options of components.

import { errorEntry, warningEntry } from "../diagnostic.js";

const optionEntry = errorEntry("invalid-option", "Invalid option", (detail: string) => detail);
/** The summary is the sentence itself, as Packer has it for what a component finds wrong with its options. */
export const optionProblem = (summary: string, detail = ""): ReturnType<typeof optionEntry> => ({
  ...optionEntry(detail),
  summary,
});

const optionWarning = warningEntry("doubtful-option", "Doubtful option", (detail: string) => detail);
export const optionDoubt = (summary: string, detail = ""): ReturnType<typeof optionWarning> => ({
  ...optionWarning(detail),
  summary,
});

export const invalidTemplate = errorEntry(
  "invalid-go-template",
  "Invalid template in option",
  (option: string, message: string, text: string) => `invalid '${option}': ${message} in:\n\n${text}`,
);
export const failedTemplate = errorEntry(
  "failed-go-template",
  "Error rendering template in option",
  (option: string, message: string, text: string) => `render '${option}': ${message} in:\n\n${text}`,
);
export const unknownKeys = errorEntry(
  "unknown-key",
  "Unknown configuration key",
  (name: string, hint: string) => `unknown configuration key: '${JSON.stringify(name)}'.${hint}`,
);
const failedBlock = errorEntry("failed-preparing", "Failed preparing block", (detail: string) => detail);
export const failedPreparing = (
  kind: string,
  type: string,
  name: string,
  detail: string,
): ReturnType<typeof failedBlock> => ({
  ...failedBlock(detail),
  summary: `Failed preparing ${kind}-block ${JSON.stringify(type)} ${JSON.stringify(name)}`,
});
const legacyBuild = errorEntry("failed-build", "Failed to prepare build", (detail: string) => detail);
export const failedBuild = (name: string, detail: string): ReturnType<typeof legacyBuild> => ({
  ...legacyBuild(detail),
  summary: `Failed to prepare build: ${JSON.stringify(name)}`,
});
export const noBuilds = errorEntry(
  "no-builds",
  "No builds to run",
  (known: string) =>
    `No build is selected by the given -only and -except.${known === "" ? "" : ` There are: ${known}.`}`,
);
export const unmatchedPattern = warningEntry(
  "unmatched-pattern",
  "an 'only' or 'except' option was passed, but did not match any build",
  (pattern: string, known: string) => `${JSON.stringify(pattern)} matches none of the builds there are: ${known}.`,
);
