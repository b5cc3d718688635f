import { keyType, nullKey } from "../diagnostics/catalog/evaluation.js";
import type { ObjectCons, ObjectItem, Tuple } from "../syntax/ast.js";
import { STRING } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { unionOfMarks, withMarks } from "../values/marks.js";
import { asString, type Marks, objectValue, stringValue, tupleValue, UNKNOWN, type Value } from "../values/value.js";
import { complain, type Evaluation, evaluateInner } from "./evaluation.js";

export const evaluateTuple = (expr: Tuple, evaluation: Evaluation): Value =>
  tupleValue(expr.items.map((item) => evaluateInner(item, evaluation)));

/** Of several items with one key the last stays; a key that is not known makes the object unknown. */
export function evaluateObject(expr: ObjectCons, evaluation: Evaluation): Value {
  const entries = new Map<string, Value>();
  const marks: Marks[] = [];
  let known = true;
  for (const item of expr.items) {
    const written = writtenKey(item, evaluation);
    const value = evaluateInner(item.value, evaluation);
    const key = keyFrom(written, item, evaluation);
    if (key !== undefined) marks.push(key.marks);
    if (key?.state === "known") entries.set(asString(key), value);
    else known = false;
  }
  return withMarks(known ? objectValue(entries) : UNKNOWN, unionOfMarks(marks));
}

const writtenKey = ({ bareKey, key }: ObjectItem, evaluation: Evaluation): Value =>
  bareKey && key.kind === "Variable" ? stringValue(key.name) : evaluateInner(key, evaluation);

/** What makes no key is told after the mistakes of the value. */
function keyFrom(key: Value, item: ObjectItem, evaluation: Evaluation): Value | undefined {
  if (key.state === "null") {
    complain(evaluation, nullKey(), item.key, { involved: [item.key] });
    return undefined;
  }
  const text = tryConvert(key, STRING);
  if (!(text instanceof ConversionError)) return text;
  complain(evaluation, keyType(text.message), item.key, { involved: [item.key] });
  return undefined;
}
