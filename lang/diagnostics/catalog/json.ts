// Mistakes in JSON as such: HCL-JSON files and everything else that is read with positions. Summaries are HCL's.

import { errorEntry, warningEntry } from "../diagnostic.js";

const START = "A JSON value starts with a brace, a bracket, a number, a string, or true, false or null.";

export const extraneousData = errorEntry(
  "json-extraneous-data",
  "Extraneous data after value",
  () => "Only white space may follow the JSON value.",
);
export const missingPropertyValue = errorEntry("json-missing-value", "Missing JSON value", () => START);
export const missingElement = errorEntry("json-missing-element", "Missing array element value", () => START);
export const prematureEnd = errorEntry(
  "json-premature-end",
  "Missing value",
  () => "The JSON data ends where a value is expected.",
);
export const invalidStart = errorEntry("json-invalid-start", "Invalid start of value", () => START);
export const invalidPropertyName = errorEntry(
  "json-invalid-name",
  "Invalid object property name",
  () => "The name of a JSON property must be a string in double quotes.",
);
export const missingPropertyColon = errorEntry("json-missing-colon", "Missing property value colon", (found: string) =>
  found === "="
    ? "JSON puts a colon, not an equals sign, between a property's name and its value."
    : "A colon must stand between a property's name and its value.",
);
export const missingObjectValue = errorEntry(
  "json-missing-object-value",
  "Missing object value",
  () => "A property of a JSON object must have a value, after a colon.",
);
export const trailingComma = errorEntry(
  "json-trailing-comma",
  "Trailing comma in object",
  () => "JSON allows no comma after the last property of an object.",
);
export const trailingArrayComma = errorEntry(
  "json-trailing-array-comma",
  "Trailing comma in array",
  () => "JSON allows no comma after the last value of an array.",
);
export const unclosedObject = errorEntry(
  "json-unclosed",
  "Unclosed object",
  (bracket: "brace" | "bracket") => `The JSON data ends without the ${bracket} that closes this.`,
);
export const mismatchedBraces = errorEntry(
  "json-mismatched-braces",
  "Mismatched braces",
  () => "A JSON object is closed with a brace, not with a bracket.",
);
export const mismatchedBrackets = errorEntry(
  "json-mismatched-brackets",
  "Mismatched brackets",
  () => "A JSON array is closed with a bracket, not with a brace.",
);
export const missingComma = errorEntry(
  "json-missing-comma",
  "Missing attribute seperator comma",
  (between: string) => `A comma must stand between two ${between}.`,
);
export const invalidArrayValue = errorEntry(
  "json-array-colon",
  "Invalid array value",
  () => "The values of a JSON array have no names: no colon may stand here.",
);
export const invalidNumber = errorEntry(
  "json-number",
  "Invalid JSON number",
  (text: string) => `${text} is not written as JSON writes a number.`,
);
export const invalidString = errorEntry(
  "json-string",
  "Invalid JSON string",
  (reason: string) => `This JSON string can't be read: ${reason}.`,
);
export const invalidKeyword = errorEntry(
  "json-keyword",
  "Invalid JSON keyword",
  (word: string, suggestion: string | undefined) =>
    suggestion === undefined
      ? `JSON has no word "${word}".`
      : `JSON has no word "${word}". Did you mean "${suggestion}"?`,
);
export const tooDeep = errorEntry(
  "json-too-deep",
  "JSON nested too deeply",
  (limit: number) => `Objects and arrays may be nested ${limit} levels deep.`,
);
export const rootNotObject = errorEntry(
  "json-root",
  "Root value must be object",
  () => "The outermost value of a configuration written in JSON must be an object, or an array of objects.",
);
export const bodyNotObject = errorEntry(
  "json-body-type",
  "Incorrect JSON value type",
  () => "Each item of the outermost array must be an object, which holds arguments and blocks.",
);

export const notUtf8 = warningEntry(
  "json-not-utf8",
  "Invalid character encoding",
  () => "Template files must be UTF-8. A byte here does not belong to any UTF-8 character, and is replaced by U+FFFD.",
);
