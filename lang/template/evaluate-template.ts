// Locals and data sources, in the order of their dependencies.

import type { Reporter } from "../diagnostics/diagnostic.js";
import type { EvalContext } from "../eval/context.js";
import { evaluate } from "../eval/evaluate.js";
import type { FunctionHost } from "../functions/host.js";
import { sensitiveTexts, withMarks } from "../values/marks.js";
import { SENSITIVE, UNKNOWN, type Value } from "../values/value.js";
import { type Known, templateContext } from "./contexts.js";
import type { ComponentUse, Template } from "./ir.js";
import { dependencyOrder, type Node } from "./order.js";

export interface TemplateWorld {
  readonly host: FunctionHost;
  readonly packerVersion: string;
  /** Evaluates, again and again while services are asked for what an expression wants of them. */
  settled<T>(body: (report: Reporter) => T, report: Reporter): Promise<T>;
  /** Reads a data source, or gives an unknown of its type (validate). Reports, and gives undefined, when it can't. */
  readData(use: ComponentUse, context: EvalContext): Promise<Value | undefined>;
}

/** What templates' expressions can refer to. A node that fails is unknown to the others. */
export async function evaluateTemplate(
  template: Template,
  variables: ReadonlyMap<string, Value>,
  world: TemplateWorld,
  report: Reporter,
): Promise<Known> {
  const locals = new Map<string, Value>();
  const data = new Map<string, Map<string, Value>>();
  const known: Known = {
    host: world.host,
    baseDir: template.baseDir,
    packerVersion: world.packerVersion,
    variables,
    locals,
    data,
    unreadable: template.unreadable,
  };
  const { nodes, broken } = dependencyOrder(template, report);
  // What can't be evaluated is still there, so that uses of it are no further mistakes.
  for (const node of broken) {
    if (node.kind === "local") locals.set(node.local.name, UNKNOWN);
    else setData(data, node.data, UNKNOWN);
  }
  for (const node of nodes) {
    if (node.kind === "local")
      locals.set(node.local.name, await world.settled((own) => evaluateLocal(node, known, own), report));
    else setData(data, node.data, (await world.readData(node.data, templateContext(known))) ?? UNKNOWN);
  }
  return known;
}

function evaluateLocal({ local }: Node & { readonly kind: "local" }, known: Known, report: Reporter): Value {
  const before = report.errors;
  const value = evaluate(local.value.expr, local.value.file, templateContext(known), report);
  if (report.errors > before) return UNKNOWN;
  return local.sensitive ? withMarks(value, SENSITIVE) : value;
}

function setData(data: Map<string, Map<string, Value>>, { type, name }: ComponentUse, value: Value): void {
  const named = data.get(type) ?? new Map<string, Value>();
  named.set(name, value);
  data.set(type, named);
}

/** Every string inside sensitive values of variables, locals and data sources. */
export function secretsOf({ variables, locals, data }: Known): readonly string[] {
  const outputs = [...data.values()].flatMap((named) => [...named.values()]);
  return [...variables.values(), ...locals.values(), ...outputs].flatMap(sensitiveTexts);
}
