import { keyType, nullKey, tooDeep } from "../diagnostics/catalog/evaluation.js";
import type { Diagnostic, Reporter } from "../diagnostics/diagnostic.js";
import { invariant } from "../invariant.js";
import type { JsonNode, JsonObjectNode } from "../syntax/ast.js";
import { parseTemplate } from "../syntax/parse.js";
import { STRING } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { unionOfMarks, withMarks } from "../values/marks.js";
import { parseNumber } from "../values/number.js";
import {
  asString,
  boolValue,
  type Marks,
  NULL,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  UNKNOWN,
  type Value,
} from "../values/value.js";
import { scopesOf } from "./context.js";
import { complain, DEPTH_LIMIT, type Evaluation, evaluateInner, type Span } from "./evaluation.js";

/** Strings, property names too, are templates, unless this place admits neither variables nor functions: there they are plain text. */
export function evaluateJson(node: JsonNode, outer: Evaluation): Value {
  if (outer.depth >= DEPTH_LIMIT) {
    complain(outer, tooDeep(DEPTH_LIMIT), node);
    return UNKNOWN;
  }
  const evaluation = { ...outer, depth: outer.depth + 1 };
  switch (node.kind) {
    case "null":
      return NULL;
    case "bool":
      return boolValue(node.value);
    case "number": {
      const number = parseNumber(node.text);
      invariant(number !== undefined, "a JSON number is a number");
      return numberValue(number);
    }
    case "string":
      return evaluateText(node.text, node, evaluation);
    case "array":
      return tupleValue(node.items.map((item) => evaluateJson(item, evaluation)));
    case "object":
      return evaluateProperties(node, evaluation);
  }
}

function evaluateText(text: string, place: Span, evaluation: Evaluation): Value {
  const literal = [...scopesOf(evaluation.context)].every(
    (scope) => scope.variables === undefined && scope.functions === undefined,
  );
  if (literal || !/[$%]\{/.test(text)) return stringValue(text);
  const report = pointedInto(text, place, evaluation);
  const before = report.errors;
  const { expr, file } = parseTemplate(text, evaluation.file.path, report);
  if (report.errors > before) return UNKNOWN;
  return evaluateInner(expr, { ...evaluation, file, report });
}

/** Moves diagnostics of a template to its place in the JSON text: exactly, unless escapes stand between the two. */
function pointedInto(text: string, place: Span, { file, report }: Evaluation): Reporter {
  const exact = file.text.slice(place.start + 1, place.end - 1) === text;
  const move = (diagnostic: Diagnostic): Diagnostic => {
    const { subject, context: _outer, ...rest } = diagnostic;
    const inside = subject !== undefined && exact;
    const offset = place.start + 1;
    const start = inside ? offset + subject.start : place.start;
    return { ...rest, subject: { file, start, end: inside ? offset + subject.end : place.end } };
  };
  return {
    get errors() {
      return report.errors;
    },
    report: (diagnostic) => report.report(move(diagnostic)),
  };
}

function evaluateProperties(node: JsonObjectNode, evaluation: Evaluation): Value {
  const entries = new Map<string, Value>();
  const marks: Marks[] = [];
  let known = true;
  for (const { name, value } of node.properties) {
    const key = keyOf(evaluateText(name.text, name, evaluation), name, evaluation);
    const each = evaluateJson(value, evaluation);
    if (key !== undefined) marks.push(key.marks);
    if (key?.state === "known") entries.set(asString(key), each);
    else known = false;
  }
  return withMarks(known ? objectValue(entries) : UNKNOWN, unionOfMarks(marks));
}

function keyOf(key: Value, place: Span, evaluation: Evaluation): Value | undefined {
  if (key.state === "null") {
    complain(evaluation, nullKey(), place);
    return undefined;
  }
  const text = tryConvert(key, STRING);
  if (!(text instanceof ConversionError)) return text;
  complain(evaluation, keyType(text.message), place);
  return undefined;
}
