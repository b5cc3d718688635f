// The free variables of an expression: what it needs from its context.

import { muteReporter } from "../diagnostics/collect.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { Expr, ForDirective, ForExpr, TemplatePart } from "./ast.js";
import { childrenOf, jsonStrings } from "./children.js";
import { parseTemplate } from "./parse.js";

/** A traversal as written: `local.a.b[0]` is root `local`, path `["a", "b", 0]`; it ends at the first step that is not literal. */
export interface Reference {
  readonly root: string;
  readonly path: readonly (string | number)[];
  readonly range: SourceRange;
}

type Names = ReadonlySet<string>;
type Task = { readonly expr: Expr; readonly bound: Names };

/** In the order of the text; the names that `for` binds are not free. */
export function referencesOf(expr: Expr, file: SourceFile): Reference[] {
  const found: Reference[] = [];
  const stack: Task[] = [{ expr, bound: new Set() }];
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    const inside = visit(task, file, found);
    for (let i = inside.length - 1; i >= 0; i -= 1) {
      const next = inside[i];
      if (next !== undefined) stack.push(next);
    }
  }
  return found;
}

/** Notes what the expression itself refers to; gives what is inside it. */
function visit({ expr, bound }: Task, file: SourceFile, found: Reference[]): readonly Task[] {
  if (expr.kind === "JsonValue") {
    for (const reference of jsonReferences(expr, file)) found.push(reference);
    return [];
  }
  if (expr.kind === "For") return forTasks(expr, bound);
  if (expr.kind === "Template") return partTasks(expr.parts, bound);
  const steps = stepsOf(expr);
  if (steps === undefined) return childrenOf(expr).map((child) => ({ expr: child, bound }));
  if (!bound.has(steps.root)) {
    found.push({ root: steps.root, path: steps.path, range: { file, start: expr.start, end: steps.end } });
  }
  return steps.keys.map((key) => ({ expr: key, bound }));
}

const binding = (bound: Names, { key, value }: Pick<ForExpr | ForDirective, "key" | "value">): Names =>
  new Set([...bound, value.text, ...(key === undefined ? [] : [key.text])]);

function forTasks(expr: ForExpr, bound: Names): readonly Task[] {
  const inner = binding(bound, expr);
  const inside = [expr.resultKey, expr.result, expr.condition].filter((each) => each !== undefined);
  return [{ expr: expr.collection, bound }, ...inside.map((each) => ({ expr: each, bound: inner }))];
}

function partTasks(parts: readonly TemplatePart[], bound: Names): readonly Task[] {
  return parts.flatMap((part): readonly Task[] => {
    switch (part.kind) {
      case "Text":
        return [];
      case "Interp":
        return [{ expr: part.expr, bound }];
      case "IfDirective":
        return [{ expr: part.condition, bound }, ...partTasks(part.then, bound), ...partTasks(part.else, bound)];
      case "ForDirective":
        return [{ expr: part.collection, bound }, ...partTasks(part.body, binding(bound, part))];
    }
  });
}

interface Steps {
  readonly root: string;
  readonly path: readonly (string | number)[];
  readonly end: number;
  /** Index keys that are expressions of their own. */
  readonly keys: readonly Expr[];
}

/** A variable with the steps behind it; undefined for anything that does not begin with a variable. */
function stepsOf(expr: Expr): Steps | undefined {
  const chain: Expr[] = [];
  let inner: Expr = expr;
  for (let next = objectOf(inner); next !== undefined; next = objectOf(inner)) {
    chain.push(inner);
    inner = next;
  }
  return inner.kind === "Variable" ? readChain(inner.name, inner.end, chain.reverse()) : undefined;
}

function objectOf(expr: Expr): Expr | undefined {
  if (expr.kind === "GetAttr") return expr.object;
  if (expr.kind === "Index") return expr.collection;
  return expr.kind === "Splat" ? expr.source : undefined;
}

function readChain(root: string, start: number, chain: readonly Expr[]): Steps {
  const path: (string | number)[] = [];
  let end = start;
  let literal = true;
  for (const step of chain) {
    const name = literalStep(step);
    literal &&= name !== undefined;
    if (!literal || name === undefined) continue;
    path.push(name);
    end = step.end;
  }
  return { root, path, end, keys: chain.flatMap(keysOf) };
}

function literalStep(step: Expr): string | number | undefined {
  if (step.kind === "GetAttr") return step.name.text;
  return step.kind === "Index" ? literalKey(step.key) : undefined;
}

/** A number or a plain string. */
export function literalKey(key: Expr): string | number | undefined {
  if (key.kind === "Number") return Number(key.text);
  if (key.kind !== "Template") return undefined;
  const [part, ...more] = key.parts;
  return part?.kind === "Text" && more.length === 0 ? part.text.normalize("NFC") : undefined;
}

function keysOf(step: Expr): readonly Expr[] {
  if (step.kind === "Index") return [step.key];
  return step.kind === "Splat" ? step.each.flatMap((each) => (each.kind === "IndexStep" ? [each.key] : [])) : [];
}

/** The strings of HCL-JSON are templates; their references are placed at the string. */
function jsonReferences({ json }: Extract<Expr, { kind: "JsonValue" }>, file: SourceFile): Reference[] {
  return [...jsonStrings(json)].flatMap(({ text, start, end }) => {
    if (!/[$%]\{/.test(text)) return [];
    const parsed = parseTemplate(text, file.path, muteReporter());
    return referencesOf(parsed.expr, parsed.file).map((reference) => ({ ...reference, range: { file, start, end } }));
  });
}
