// Mistakes in the options of components.

import { errorEntry, warningEntry } from "../diagnostic.js";

const optionEntry = errorEntry("invalid-option", "Invalid option", (detail: string) => detail);
/** The summary is the sentence itself, as Packer has it for what a component finds wrong with its options. */
export const optionProblem = (summary: string, detail = ""): ReturnType<typeof optionEntry> => ({
  ...optionEntry(detail),
  summary,
});

const decodingEntry = errorEntry("option-decoding", "Invalid option", () => "");
/** A value that can't become what the option takes: told before what a component finds wrong with its options. */
export const decodingProblem = (summary: string): ReturnType<typeof decodingEntry> => ({
  ...decodingEntry(),
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
/** For a sensitive value, of which not even a part may be shown: neither the text nor what the template engine found in it. */
export const sensitiveTemplate = errorEntry(
  "invalid-go-template",
  "Invalid template in option",
  (option: string) =>
    `invalid '${option}': it is rendered as a Go template, which fails at a "{{" in it; its value is sensitive, so that no more can be shown. A "{{" that is meant as it stands is written {{ "{{" }}.`,
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
/** The same code: it is a key that is not known. */
export const deprecatedKey = errorEntry(
  "unknown-key",
  "Deprecated configuration key",
  (name: string) =>
    `Deprecated configuration key: '${name}'. Please call \`pkrts fix\` against your template to update it.`,
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
const legacyInitialize = errorEntry(
  "failed-initialize",
  "Failed to initialize build",
  (kind: string, type: string, hint: string) =>
    `error initializing ${kind} '${type}': there is no ${kind} of that type in pkrts; it may be a part of a Packer plugin. ${hint}`,
);
/** A component of a legacy template whose type nobody knows. */
export const failedInitialize = (
  build: string,
  kind: string,
  type: string,
  hint: string,
): ReturnType<typeof legacyInitialize> => ({
  ...legacyInitialize(kind, type, hint),
  summary: `Failed to initialize build ${JSON.stringify(build)}`,
});
export const noBuilds = errorEntry("no-builds", "No builds to run", (known: string) =>
  known === ""
    ? "No build block has a source, so that there is nothing to build."
    : `No build is selected by the given -only and -except. There are: ${known}.`,
);
const patternEntry = errorEntry(
  "invalid-pattern",
  "Invalid pattern",
  () =>
    "Between [ and ] stand characters, such as [abc], or one range of them, such as [a-c]; a ! before them means all others. Elsewhere a [ is written \\[.",
);
/** `problem` is in Packer's words. */
export const invalidPattern = (
  flag: "only" | "except",
  pattern: string,
  problem: string,
): ReturnType<typeof patternEntry> => ({
  ...patternEntry(),
  summary: `Invalid -${flag} pattern ${pattern}: ${problem}`,
});
const unmatched = warningEntry(
  "unmatched-pattern",
  "An option matches no build",
  (pattern: string, known: string) =>
    `${JSON.stringify(pattern)} ${known === "" ? "has no build to match" : `matches none of the builds there are: ${known}`}.`,
);
/** Packer's words for the two flags. */
export const unmatchedPattern = (
  flag: "only" | "except",
  pattern: string,
  known: string,
): ReturnType<typeof unmatched> => ({
  ...unmatched(pattern, known),
  summary:
    flag === "only"
      ? "an 'only' option was passed, but not all matches were found for the given build."
      : "an 'except' option was passed, but did not match any build.",
});

export const shortSecret = warningEntry(
  "short-secret",
  "A sensitive value is very short",
  () =>
    "A sensitive value of under 4 characters is hidden only where it stands as a word of its own: hidden everywhere, it would riddle every line.",
);
