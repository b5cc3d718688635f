import type { BinaryOp, Unary } from "../syntax/ast.js";
import { BOOL, DYNAMIC, NUMBER, type Type } from "../types/type.js";
import { equality } from "../values/equal.js";
import { add, compare, divide, type HclNumber, modulo, multiply, negate, subtract } from "../values/number.js";
import { asBool, asNumber, boolValue, numberValue, unknownOf, type Value } from "../values/value.js";

export interface Operator {
  /** Both operands are converted to it. */
  readonly operand: Type;
  readonly result: Type;
  /** Of known operands that are not null, unless `operand` is dynamic. */
  readonly apply: (left: Value, right: Value) => Value;
  /** The result that one side alone decides, whatever the other is. */
  readonly decides?: boolean;
}

const arithmetic = (f: (a: HclNumber, b: HclNumber) => HclNumber): Operator => ({
  operand: NUMBER,
  result: NUMBER,
  apply: (a, b) => numberValue(f(asNumber(a), asNumber(b))),
});
const ordering = (holds: (order: number) => boolean): Operator => ({
  operand: NUMBER,
  result: BOOL,
  apply: (a, b) => boolValue(holds(compare(asNumber(a), asNumber(b)))),
});

// biome-ignore format: table
export const OPERATORS: Readonly<Record<BinaryOp, Operator>> = {
  "||": { operand: BOOL, result: BOOL, apply: (a, b) => boolValue(asBool(a) || asBool(b)), decides: true },
  "&&": { operand: BOOL, result: BOOL, apply: (a, b) => boolValue(asBool(a) && asBool(b)), decides: false },
  "==": { operand: DYNAMIC, result: BOOL, apply: equality },
  "!=": { operand: DYNAMIC, result: BOOL, apply: (a, b) => opposite(equality(a, b)) },
  "<":  ordering((order) => order < 0),
  "<=": ordering((order) => order <= 0),
  ">":  ordering((order) => order > 0),
  ">=": ordering((order) => order >= 0),
  "+":  arithmetic(add),
  "-":  arithmetic(subtract),
  "*":  arithmetic(multiply),
  "/":  arithmetic(divide),
  "%":  arithmetic(modulo),
};

// biome-ignore format: table
export const UNARY_OPERATORS: Readonly<Record<Unary["op"], { readonly operand: Type; readonly apply: (value: Value) => Value }>> = {
  "!": { operand: BOOL,   apply: (value) => boolValue(!asBool(value)) },
  "-": { operand: NUMBER, apply: (value) => numberValue(negate(asNumber(value))) },
};

const opposite = (value: Value): Value =>
  value.state === "known"
    ? { ...boolValue(value.raw !== true), marks: value.marks }
    : unknownOf(BOOL, { notNull: true }, value.marks);
