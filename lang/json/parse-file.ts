import { isUtf8 } from "node:buffer";
import { bodyNotObject, notUtf8, rootNotObject } from "../diagnostics/catalog/json.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import type { JsonNode, JsonObjectNode, SyntaxFile } from "../syntax/ast.js";
import { readJson } from "./read-json.js";

/**
 * Reads a file of HCL-JSON (`*.pkr.json`, `*.pkrvars.json`): its root is an object, or an array of objects that stand for one body.
 * The syntax file has no tokens, because nothing rewrites JSON. After a mistake the body is what could be read, or empty.
 */
export function parseJsonFile(path: string, text: string | Uint8Array, report: Reporter): SyntaxFile {
  const { root, file } = readJson(path, text, report);
  warnOfEncoding(text, file, report);
  const objects = root === undefined ? [] : bodyObjects(root, file, report);
  return {
    source: file,
    tokens: [],
    body: { kind: "JsonBody", start: root?.start ?? 0, end: root?.end ?? 0, objects },
  };
}

/** JSON as Go reads it: a byte that is no UTF-8 is replaced. */
export function warnOfEncoding(input: string | Uint8Array, file: SourceFile, report: Reporter): void {
  if (typeof input === "string" || isUtf8(input)) return;
  const start = Math.max(0, file.text.indexOf("\ufffd"));
  report.report(at(notUtf8(), { file, start, end: start + 1 }));
}

function bodyObjects(root: JsonNode, file: SourceFile, report: Reporter): readonly JsonObjectNode[] {
  if (root.kind === "object") return [root];
  const place = (node: JsonNode) => ({ file, start: node.start, end: node.end });
  if (root.kind !== "array") {
    report.report(at(rootNotObject(), place(root)));
    return [];
  }
  return root.items.filter((item): item is JsonObjectNode => {
    if (item.kind !== "object") report.report(at(bodyNotObject(), place(item)));
    return item.kind === "object";
  });
}
