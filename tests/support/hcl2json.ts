// The reference implementation of HCL, compiled to WebAssembly: what it accepts, and the trees it makes.

import { getExpressionAst, parse } from "@cdktf/hcl2json";

/** Undefined when the reference accepts the file; else its first complaint, as `LINE,COLUMN SUMMARY`. */
export async function referenceComplaint(text: string): Promise<string | undefined> {
  try {
    await parse("t.tf", text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, line, column, summary] = /parse config: .*?t\.tf:(\d+),(\d+)-[\d,]+: ([^;]+);/.exec(message) ?? [];
    // What it can't turn into JSON ("convert to HCL: …") it refuses too: that is not the syntax's doing.
    return line === undefined ? undefined : `${line},${column} ${summary}`;
  }
}

interface Node {
  readonly type: string;
  readonly children: readonly Node[];
  readonly meta?: {
    readonly operator?: string;
    readonly name?: string;
    readonly value?: string;
    readonly traversal?: readonly unknown[];
    readonly fullAccessor?: string;
  };
}

/** The reference's tree of an expression, in the shape of {@link shapeOf}. */
export async function referenceShape(text: string): Promise<string> {
  return shape((await getExpressionAst("t.tf", text)) as unknown as Node);
}

/** The whole of the reference's tree as JSON: operators, names, steps and literal texts, without places and copies of the source. */
export async function referenceTree(text: string): Promise<string> {
  const whole = (await getExpressionAst("t.tf", text)) as unknown as Node;
  return JSON.stringify(essence(whole));
}

function essence({ type, children, meta = {} }: Node): object {
  const { operator, name, fullAccessor } = meta;
  const value = type === "literalValue" ? meta.value : undefined;
  return { type, operator, name, fullAccessor, value, children: children.map(essence) };
}

function shape({ type, children, meta = {} }: Node): string {
  const inner = children.map(shape);
  switch (type) {
    case "scopeTraversal":
      return `(ref ${/^[^.[]*/.exec(meta.fullAccessor ?? "")?.[0]} ${(meta.traversal ?? []).length - 1})`;
    case "relativeTraversal":
      return `(steps ${(meta.traversal ?? []).length} ${inner.join(" ")})`;
    case "literalValue":
      return "(literal)";
    case "template":
      return `(template ${withoutText(inner)})`;
    case "unaryOp":
    case "binaryOp":
      return `(${meta.operator} ${inner.join(" ")})`;
    case "function":
      return `(call ${meta.name} ${inner.join(" ")})`;
    case "object":
      // Keys stand at even places, values behind them.
      return `(object ${inner.filter((_, i) => i % 2 === 1).join(" ")})`;
    case "":
      return inner.length === 0 ? "(it)" : `(parens ${inner.join(" ")})`;
    default:
      return `(${type} ${inner.join(" ")})`;
  }
}

/** Literal text is cut up in different ways by different parsers. */
export const withoutText = (parts: readonly string[]): string => parts.filter((part) => part !== "(literal)").join(" ");
