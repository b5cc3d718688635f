import * as wording from "../diagnostics/catalog/json.js";
import type { Wording } from "../diagnostics/diagnostic.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { closest } from "../diagnostics/did-you-mean.js";
import { type SourceFile, sourceFile } from "../source/source-file.js";
import type { JsonNode, JsonObjectNode, JsonProperty } from "../syntax/ast.js";
import { decodeJsonString } from "./json-string.js";
import { type JsonToken, jsonTokenAt } from "./scan-json.js";

/** Deeper documents are refused: everything that walks a node is recursive. */
export const MAX_JSON_DEPTH = 500;

export interface JsonDocument {
  readonly file: SourceFile;
  /** Undefined after an error (all are reported). Properties keep their order, and a name given twice is there twice. */
  readonly root?: JsonNode;
}

/** Reads strict JSON, keeping where everything stands. Diagnostics are worded as HCL words them. */
export function readJson(path: string, text: string | Uint8Array, report: Reporter): JsonDocument {
  const file = sourceFile(path, typeof text === "string" ? text : decodeUtf8(text));
  const before = report.errors;
  const reader = newReader(file, report);
  const root = readValue(reader, 0);
  if (!reader.stopped && peek(reader).kind !== "end") fail(reader, wording.extraneousData(), peek(reader));
  return root === undefined || report.errors > before ? { file } : { file, root };
}

// Invalid bytes become U+FFFD, as Go's JSON reader has it; a byte order mark stays, and is not JSON.
const decodeUtf8 = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

interface Reader {
  readonly file: SourceFile;
  readonly report: Reporter;
  next: JsonToken;
  /** After a mistake of structure nothing that follows can be trusted; a bad leaf does not stop the reading. */
  stopped: boolean;
}

const newReader = (file: SourceFile, report: Reporter): Reader => ({
  file,
  report,
  next: jsonTokenAt(file.text, 0),
  stopped: false,
});

const peek = (reader: Reader): JsonToken => reader.next;

function take(reader: Reader): JsonToken {
  const token = reader.next;
  reader.next = jsonTokenAt(reader.file.text, token.end);
  return token;
}

function fail(reader: Reader, words: Wording, { start, end }: Pick<JsonToken, "start" | "end">): undefined {
  reader.stopped = true;
  reader.report.report(at(words, { file: reader.file, start, end }));
  return undefined;
}

function readValue(reader: Reader, depth: number): JsonNode | undefined {
  const token = peek(reader);
  if (depth >= MAX_JSON_DEPTH) return fail(reader, wording.tooDeep(MAX_JSON_DEPTH), token);
  switch (token.kind) {
    case "{":
      return readObject(reader, depth);
    case "[":
      return readArray(reader, depth);
    case "string":
      return readString(reader);
    case "number":
      return readNumber(reader);
    case "keyword":
      return readKeyword(reader);
    default:
      return fail(reader, notAValue(token), token);
  }
}

function notAValue(token: JsonToken): Wording {
  if (token.kind === "}") return wording.missingPropertyValue();
  if (token.kind === "]") return wording.missingElement();
  return token.kind === "end" ? wording.prematureEnd() : wording.invalidStart();
}

function readObject(reader: Reader, depth: number): JsonObjectNode | undefined {
  const open = take(reader);
  const properties: JsonProperty[] = [];
  while (peek(reader).kind !== "}") {
    const property = readProperty(reader, depth);
    if (property === undefined) return undefined;
    properties.push(property);
    if (!endOfProperty(reader, open)) return undefined;
  }
  return { kind: "object", start: open.start, end: take(reader).end, properties };
}

function readProperty(reader: Reader, depth: number): JsonProperty | undefined {
  const token = peek(reader);
  const name = readValue(reader, depth + 1);
  if (name === undefined) return undefined;
  if (name.kind !== "string") return fail(reader, wording.invalidPropertyName(), token);
  const colon = take(reader);
  if (colon.kind === "}" || colon.kind === ",") return fail(reader, wording.missingObjectValue(), colon);
  if (colon.kind !== ":") return fail(reader, wording.missingPropertyColon(colon.kind), colon);
  const value = readValue(reader, depth + 1);
  return value && { name: { text: name.text, start: name.start, end: name.end }, value };
}

/** True when the object goes on or its brace is next. */
function endOfProperty(reader: Reader, open: JsonToken): boolean {
  const token = peek(reader);
  if (token.kind === "}") return true;
  if (token.kind === ",") {
    take(reader);
    if (peek(reader).kind !== "}") return true;
    fail(reader, wording.trailingComma(), token);
  } else if (token.kind === "end") fail(reader, wording.unclosedObject("brace"), open);
  else fail(reader, token.kind === "]" ? wording.mismatchedBraces() : wording.missingComma("properties"), token);
  return false;
}

function readArray(reader: Reader, depth: number): JsonNode | undefined {
  const open = take(reader);
  const items: JsonNode[] = [];
  while (peek(reader).kind !== "]") {
    const item = readValue(reader, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
    if (!endOfElement(reader, open)) return undefined;
  }
  return { kind: "array", start: open.start, end: take(reader).end, items };
}

function endOfElement(reader: Reader, open: JsonToken): boolean {
  const token = peek(reader);
  if (token.kind === "]") return true;
  if (token.kind === ",") {
    take(reader);
    if (peek(reader).kind !== "]") return true;
    fail(reader, wording.trailingArrayComma(), token);
  } else if (token.kind === "end") fail(reader, wording.unclosedObject("bracket"), open);
  else if (token.kind === "}") fail(reader, wording.mismatchedBrackets(), token);
  else fail(reader, token.kind === ":" ? wording.invalidArrayValue() : wording.missingComma("values"), token);
  return false;
}

// The leaves below go on after a mistake with something of the right shape, so that one file shows all of them.

function readString(reader: Reader): JsonNode {
  const { start, end } = take(reader);
  const decoded = decodeJsonString(reader.file.text, start, end);
  if ("text" in decoded) return { kind: "string", start, end, text: decoded.text };
  const subject = { file: reader.file, start: decoded.at, end: decoded.at + 1 };
  reader.report.report(
    at(wording.invalidString(decoded.problem), subject, { context: { file: reader.file, start, end } }),
  );
  // Without its quote the string has swallowed what follows.
  if (reader.file.text[end - 1] !== '"' || end - start < 2) reader.stopped = true;
  return { kind: "string", start, end, text: "" };
}

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

function readNumber(reader: Reader): JsonNode {
  const { start, end } = take(reader);
  const text = reader.file.text.slice(start, end);
  if (!JSON_NUMBER.test(text)) reader.report.report(at(wording.invalidNumber(text), { file: reader.file, start, end }));
  return { kind: "number", start, end, text };
}

function readKeyword(reader: Reader): JsonNode {
  const { start, end } = take(reader);
  const word = reader.file.text.slice(start, end);
  if (word === "true" || word === "false") return { kind: "bool", start, end, value: word === "true" };
  if (word !== "null") {
    const suggestion = closest(word, ["false", "true", "null"]);
    reader.report.report(at(wording.invalidKeyword(word, suggestion), { file: reader.file, start, end }));
  }
  return { kind: "null", start, end };
}
