import type { BinaryOp, Expr } from "./ast.js";

export interface Operation {
  readonly op: BinaryOp;
  readonly right: Expr;
}

/** Higher binds tighter; all are left-associative. */
const LEVEL: Readonly<Record<BinaryOp, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
};

/** `first op1 a op2 b …` as a tree, by precedence climbing on explicit stacks, so that a long chain costs no call depth. */
export function binaryTree(first: Expr, rest: readonly Operation[]): Expr {
  const operands: Expr[] = [first];
  const pending: BinaryOp[] = [];
  const reduce = (): void => {
    const [right, op, left] = [operands.pop(), pending.pop(), operands.pop()];
    if (left === undefined || op === undefined || right === undefined) return;
    operands.push({ kind: "Binary", op, left, right, start: left.start, end: right.end });
  };
  for (const { op, right } of rest) {
    for (let top = pending.at(-1); top !== undefined && LEVEL[top] >= LEVEL[op]; top = pending.at(-1)) reduce();
    pending.push(op);
    operands.push(right);
  }
  while (pending.length > 0) reduce();
  return operands[0] ?? first;
}
