export { type JsonSyntaxError, jsonSyntaxError } from "./json-syntax-error.js";
export { parseJsonFile } from "./parse-file.js";
export { type JsonDocument, MAX_JSON_DEPTH, readJson } from "./read-json.js";
