// Legacy JSON templates. The details are Packer's own sentences, because scripts grep for them (spec: language.md §8.9).

import { errorEntry, type Wording, warningEntry } from "../diagnostic.js";

const NOT_A_TEMPLATE = "Failed to parse template";
const INVALID = "Invalid template";

export const notJson = errorEntry(
  "legacy-not-json",
  "Invalid JSON template",
  (message: string, place: { line: number; column: number; offset: number }, excerpt: string, hint: string) =>
    `Failed to parse template: Error parsing JSON: ${message}\nAt line ${place.line}, column ${place.column} (offset ${place.offset}):\n${excerpt}${hint}`,
);
export const hclSuffixHint =
  "\n\nThis is read as a legacy JSON template. Files of HCL2 templates end in .pkr.hcl or .pkr.json.";
export const utf16Hint = "\n\nThe file is written in UTF-16; save it as UTF-8.";
export const byteOrderMarkHint = "\n\nThe file starts with a byte order mark, which JSON does not allow.";

/** One sentence, all of it in the summary, as in Packer. */
const oneSentence = (code: string) => {
  const entry = errorEntry(code, NOT_A_TEMPLATE, () => "");
  return (text: string): ReturnType<typeof entry> => ({ ...entry(), summary: `${NOT_A_TEMPLATE}: ${text}` });
};
const duplicateFieldEntry = oneSentence("legacy-duplicate-field");
export const duplicateField = (name: string): Wording => duplicateFieldEntry(`template has duplicate field: ${name}`);
const rootEntry = oneSentence("legacy-root");
export const rootNotMap = (got: string): Wording => rootEntry(`'' expected a map, got '${got}'`);
export const unknownRootKey = errorEntry(
  "legacy-unknown-root-key",
  NOT_A_TEMPLATE,
  (name: string) => `Unknown root level key in template: '${name}'`,
);
const commentEntry = oneSentence("legacy-comment");
export const commentNotString = (name: string): Wording =>
  commentEntry(`Failed to cast root level comment value in comment "${name}" to string.`);
/** `where` is `builder 1: `, `provisioner 2: ` and so on; empty at the root. */
export const malformed = errorEntry(
  "legacy-malformed",
  NOT_A_TEMPLATE,
  (where: string, what: string) => `${where}${what}`,
);

export const noBuilders = errorEntry("legacy-no-builders", INVALID, () => "at least one builder must be defined");
export const onlyAndExcept = errorEntry(
  "legacy-only-and-except",
  INVALID,
  (who: string) => `${who}: only one of 'only' or 'except' may be specified`,
);
export const filterNotFound = errorEntry(
  "legacy-filter-not-found",
  INVALID,
  (who: string, filter: "only" | "except", name: string) => `${who}: '${filter}' specified builder '${name}' not found`,
);
export const overrideNotFound = errorEntry(
  "legacy-override-not-found",
  INVALID,
  (who: string, name: string) => `${who}: override '${name}' doesn't exist`,
);
export const minVersionInvalid = errorEntry(
  "legacy-min-version-invalid",
  INVALID,
  (text: string) => `min_version is invalid: Malformed version: ${text}`,
);
export const newerVersionNeeded = errorEntry(
  "legacy-min-version",
  INVALID,
  (wanted: string, actual: string) => `This template requires Packer version ${wanted} or higher; using ${actual}`,
);

export const variableNotSet = errorEntry(
  "legacy-variable-not-set",
  INVALID,
  (name: string) => `required variable not set: ${name}`,
);
/** What is typed into the console of a legacy template. */
export const interpolationError = errorEntry(
  "legacy-interpolation",
  "Interpolation error",
  (message: string) => message,
);
export const variableFailed = errorEntry(
  "legacy-variable-failed",
  INVALID,
  (name: string, message: string) => `error interpolating default value for '${name}': ${message}`,
);
export const variableUndefined = errorEntry(
  "legacy-variable-undefined",
  INVALID,
  (name: string, value: string, message: string) =>
    `Failed to interpolate "${name}": "${value}"; error: ${message}: Please make sure that the variable you're referencing has been defined; every variable that another variable uses must have a value.`,
);
export const variableMasked = warningEntry(
  "legacy-variable-masked",
  "Undefined variable in a variable",
  (name: string, message: string) =>
    `Variable "${name}" refers to a variable that has no value (${message}), so it is empty.`,
);
const varFileEntry = errorEntry(
  "legacy-var-file",
  "Invalid variable file",
  () => "A legacy JSON template takes variable files that hold one JSON object of strings.",
);
/** The summary is Go's sentence, all of it. */
const varFile = (summary: string): Wording => ({ ...varFileEntry(), summary });
export const varFileUnreadable = (path: string, why: string): Wording => varFile(`open ${path}: ${why}`);
export const varFileNotJson = (path: string, message: string): Wording =>
  varFile(`Error reading variables in '${path}': ${message}`);
export const varFileNotStrings = (path: string, kind: string): Wording =>
  varFileNotJson(path, `json: cannot unmarshal ${kind} into Go value of type string`);
export const varFileNotObject = (path: string, kind: string): Wording =>
  varFileNotJson(path, `json: cannot unmarshal ${kind} into Go value of type kvflag.FlagJSON`);

export const builderNameFailed = errorEntry(
  "legacy-builder-name",
  INVALID,
  (name: string, message: string) => `Error interpolating builder '${name}': ${message}`,
);
const maxRetriesEntry = errorEntry("legacy-max-retries", "Failed to initialize build", (why: string) => why);
/** `build`: the first that would have the provisioner. */
export const maxRetriesInvalid = (build: string, text: string): Wording => ({
  ...maxRetriesEntry(
    `\`max_retries\` must be a valid integer: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
  ),
  summary: `Failed to initialize build ${JSON.stringify(build)}`,
});
export const maxRetriesFailed = errorEntry(
  "legacy-max-retries-template",
  "Failed to initialize build",
  (message: string) => `\`max_retries\` could not be interpolated: ${message}`,
);
