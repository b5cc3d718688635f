// Runs a parsed template: Go's text/template semantics and its error messages.

import { goQuote } from "../values/go-quote.js";
import { BUILTINS } from "./builtins.js";
import { goPrint } from "./go-format.js";
import { FunctionFailure, type GoFunction, type ParamType } from "./go-function.js";
import { type GoValue, goInt, goString, isTrue, NIL, NONE, sortedKeys, typeName } from "./go-value.js";
import type {
  AnyNode,
  BranchNode,
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  ListNode,
  NumberNode,
  Operand,
  PipeNode,
  TemplateCallNode,
  TemplateNode,
  VariableNode,
} from "./nodes.js";
import { nodeText } from "./nodes.js";
import type { ParsedTemplate } from "./parser.js";
import { type OnAction, TemplateFailure } from "./renderer.js";

/** Calls of `{{template}}` may be nested this deep (Go: 100,000; no real template comes near either). */
const MAX_TEMPLATE_DEPTH = 100;
/** Lists and pipelines inside each other, over all calls: what bounds the stack. */
const MAX_LEVEL = 800;
/** Nodes that one rendering may visit: a template can't keep pkrts busy for ever. */
const MAX_STEPS = 2_000_000;
/** Characters that one rendering may print. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/** Renders once. `onAction` hears of what actions print, and of what they give to variables. Throws {@link TemplateFailure}. */
export function executeTemplate(
  template: ParsedTemplate,
  functions: ReadonlyMap<string, GoFunction>,
  data: GoValue,
  onAction?: OnAction,
): string {
  const run: Run = {
    template,
    functions,
    out: [],
    size: 0,
    steps: 0,
    name: template.name,
    depth: 0,
    level: 0,
    variables: [],
    node: undefined,
    onAction,
  };
  run.variables.push({ name: "$", value: data });
  walkList(run, data, template.root);
  return run.out.join("");
}

interface Variable {
  readonly name: string;
  value: GoValue;
}

interface Run {
  readonly template: ParsedTemplate;
  readonly functions: ReadonlyMap<string, GoFunction>;
  readonly out: string[];
  size: number;
  steps: number;
  /** Of the template that runs now, and how deep it was called. */
  name: string;
  depth: number;
  level: number;
  variables: Variable[];
  /** What errors are reported at. */
  node: AnyNode | undefined;
  readonly onAction: OnAction | undefined;
}

// ─── errors ──────────────────────────────────────────────────────────────────

function failure(run: Run, message: string): TemplateFailure {
  const { node, template } = run;
  if (node === undefined) return new TemplateFailure({ message: `template: ${run.name}: ${message}` });
  const place = `${template.name}:${lineAndColumn(template.text, node.start)}`;
  const text = `template: ${place}: executing ${goQuote(run.name)} at <${nodeText(node)}>: ${message}`;
  return new TemplateFailure({ message: text, start: node.start, end: Math.max(node.end, node.start) });
}

/** Go's place: lines from 1, then the byte in the line, counted from 0. */
function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return `${before.split("\n").length}:${Buffer.byteLength(before.slice(lineStart))}`;
}

function at(run: Run, node: AnyNode): void {
  run.node = node;
  countStep(run);
}

function countStep(run: Run): void {
  run.steps += 1;
  if (run.steps > MAX_STEPS) throw failure(run, `the template takes more than ${MAX_STEPS} steps`);
}

function write(run: Run, text: string): void {
  run.size += text.length;
  if (run.size > MAX_OUTPUT) throw failure(run, `the template prints more than ${MAX_OUTPUT} characters`);
  run.out.push(text);
}

// ─── statements ──────────────────────────────────────────────────────────────

/** How a list ended: at its end, or by a `{{break}}` or `{{continue}}` for the enclosing range. */
type Outcome = "done" | "break" | "continue";

function walkList(run: Run, dot: GoValue, list: ListNode): Outcome {
  descend(run);
  let outcome: Outcome = "done";
  for (const node of list.nodes) {
    outcome = walk(run, dot, node);
    if (outcome !== "done") break;
  }
  run.level -= 1;
  return outcome;
}

function descend(run: Run): void {
  run.level += 1;
  if (run.level > MAX_LEVEL) throw failure(run, `exceeded maximum template depth (${MAX_LEVEL} levels)`);
}

function walk(run: Run, dot: GoValue, node: TemplateNode): Outcome {
  at(run, node);
  switch (node.kind) {
    case "text":
      write(run, node.text);
      return "done";
    case "action":
      walkAction(run, dot, node.pipe);
      return "done";
    case "template":
      walkTemplate(run, dot, node);
      return "done";
    case "if":
    case "with":
      return scoped(run, () => walkBranch(run, dot, node));
    case "range":
      return scoped(run, () => walkRange(run, dot, node));
    case "break":
    case "continue":
      return node.kind;
  }
}

function scoped<T>(run: Run, body: () => T): T {
  const mark = run.variables.length;
  const result = body();
  run.variables.length = mark;
  return result;
}

function walkAction(run: Run, dot: GoValue, pipe: PipeNode): void {
  const value = evaluatePipe(run, dot, pipe);
  const isDeclared = pipe.declarations.length > 0;
  if (isDeclared && run.onAction === undefined) return;
  const text = value.kind === "none" || value.kind === "nil" ? "<no value>" : goPrint([value]);
  run.onAction?.(run.template.text.slice(pipe.start, pipe.end), text);
  if (!isDeclared) write(run, text);
}

function walkBranch(run: Run, dot: GoValue, node: BranchNode): Outcome {
  const value = evaluatePipe(run, dot, node.pipe);
  if (isTrue(value)) return walkList(run, node.kind === "with" ? value : dot, node.list);
  return node.elseList === undefined ? "done" : walkList(run, dot, node.elseList);
}

function walkRange(run: Run, dot: GoValue, node: BranchNode): Outcome {
  const value = evaluatePipe(run, dot, node.pipe);
  const mark = run.variables.length;
  let empty = true;
  for (const [key, item] of iterate(run, node, value)) {
    empty = false;
    countStep(run);
    bindLoop(run, node.pipe, mark, key, item);
    const outcome = walkList(run, item, node.list);
    run.variables.length = mark;
    if (outcome === "break") break;
  }
  return empty && node.elseList !== undefined ? walkList(run, dot, node.elseList) : "done";
}

function iterate(run: Run, node: BranchNode, value: GoValue): Iterable<readonly [GoValue, GoValue]> {
  switch (value.kind) {
    case "none":
    case "nil":
      return [];
    case "list":
      return value.items.map((item, index) => [goInt(index), item] as const);
    case "map":
      return sortedKeys(value.entries).map((key) => [goString(key), value.entries.get(key) ?? NIL] as const);
    case "int":
      if (node.pipe.declarations.length > 1)
        throw failure(run, `can't use ${goPrint([value])} to iterate over more than one variable`);
      return countUp(value.value);
    default:
      throw failure(run, `range can't iterate over ${goPrint([value])}`);
  }
}

function* countUp(limit: bigint): Iterable<readonly [GoValue, GoValue]> {
  for (let count = 0n; count < limit; count += 1n) yield [goInt(count), goInt(count)];
}

/** The pipeline has pushed its variables: the last one is the element, the one before it the index. */
function bindLoop(run: Run, pipe: PipeNode, mark: number, key: GoValue, item: GoValue): void {
  const values = pipe.declarations.length === 1 ? [item] : [key, item];
  pipe.declarations.forEach(({ path }, index) => {
    const variable = pipe.assigns
      ? findVariable(run, path[0] ?? "")
      : run.variables[mark - pipe.declarations.length + index];
    if (variable !== undefined) variable.value = values[index] ?? NONE;
  });
}

function walkTemplate(run: Run, dot: GoValue, node: TemplateCallNode): void {
  const list =
    node.name === run.template.name
      ? (run.template.defined.get(node.name) ?? run.template.root)
      : run.template.defined.get(node.name);
  if (list === undefined) throw failure(run, `template ${goQuote(node.name)} not defined`);
  if (run.depth === MAX_TEMPLATE_DEPTH) throw failure(run, `exceeded maximum template depth (${MAX_TEMPLATE_DEPTH})`);
  const data = node.pipe === undefined ? NONE : evaluatePipe(run, dot, node.pipe);
  const { name, variables } = run;
  run.name = node.name;
  run.depth += 1;
  run.variables = [{ name: "$", value: data }];
  walkList(run, data, list);
  run.name = name;
  run.depth -= 1;
  run.variables = variables;
}

// ─── pipelines ───────────────────────────────────────────────────────────────

function evaluatePipe(run: Run, dot: GoValue, pipe: PipeNode): GoValue {
  at(run, pipe);
  descend(run);
  let value: GoValue | undefined;
  for (const command of pipe.commands) {
    value = evaluateCommand(run, dot, command, value);
    // A nil in an interface{} is no value for what follows.
    if (value.kind === "nil") value = NONE;
  }
  run.level -= 1;
  const result = value ?? NONE;
  for (const { path } of pipe.declarations) keep(run, pipe.assigns, path[0] ?? "", result);
  return result;
}

function keep(run: Run, assigns: boolean, name: string, value: GoValue): void {
  const variable = assigns ? findVariable(run, name) : undefined;
  if (variable !== undefined) variable.value = value;
  else if (assigns) throw failure(run, `undefined variable: ${name}`);
  else run.variables.push({ name, value });
}

const findVariable = (run: Run, name: string): Variable | undefined =>
  run.variables.findLast((variable) => variable.name === name);

/** `final` is the result of the command before the bar: the last argument of this one. */
function evaluateCommand(run: Run, dot: GoValue, command: CommandNode, final: GoValue | undefined): GoValue {
  const [first, ...args] = command.args;
  if (first === undefined) return NONE;
  const hasArgs = args.length > 0 || final !== undefined;
  switch (first.kind) {
    case "field":
      return evaluateField(run, dot, first, hasArgs);
    case "chain":
      return evaluateChain(run, dot, first, hasArgs);
    case "identifier":
      return callFunction(run, dot, { identifier: first, node: command, args, final });
    case "variable":
      return evaluateVariable(run, first, hasArgs);
    case "pipe":
      refuseArguments(run, first, hasArgs);
      return evaluatePipe(run, dot, first);
    default:
      at(run, first);
      refuseArguments(run, first, hasArgs);
      return evaluateLiteral(run, dot, first);
  }
}

function refuseArguments(run: Run, first: Operand, hasArgs: boolean): void {
  if (!hasArgs) return;
  const text = first.kind === "pipe" ? `(${nodeText(first)})` : nodeText(first);
  throw failure(run, `can't give argument to non-function ${text.replace(/^\((.*)\)$/s, "$1")}`);
}

function evaluateLiteral(run: Run, dot: GoValue, node: Operand): GoValue {
  switch (node.kind) {
    case "dot":
      return dot;
    case "bool":
      return { kind: "bool", value: node.value };
    case "number":
      return idealNumber(run, node);
    case "string":
      return goString(node.text);
    case "nil":
      throw failure(run, "nil is not a command");
    default:
      throw failure(run, `can't evaluate command ${goQuote(nodeText(node))}`);
  }
}

function idealNumber(run: Run, { text, value }: NumberNode): GoValue {
  if (value.ideal === "overflow") throw failure(run, `${text} overflows int`);
  if (value.ideal === "complex") return { kind: "complex", value: value.complex };
  return value.ideal === "int" ? goInt(value.integer ?? 0n) : { kind: "float", value: value.float ?? 0 };
}

function evaluateField(run: Run, dot: GoValue, node: FieldNode, hasArgs: boolean): GoValue {
  at(run, node);
  return followPath(run, dot, node.path, hasArgs);
}

function evaluateVariable(run: Run, node: VariableNode, hasArgs: boolean): GoValue {
  at(run, node);
  const [name = "$", ...path] = node.path;
  const variable = findVariable(run, name);
  if (variable === undefined) throw failure(run, `undefined variable: ${name}`);
  if (path.length > 0) return followPath(run, variable.value, path, hasArgs);
  refuseArguments(run, node, hasArgs);
  return variable.value;
}

function evaluateChain(run: Run, dot: GoValue, node: ChainNode, hasArgs: boolean): GoValue {
  at(run, node);
  const base = evaluateArgument(run, dot, "any", node.base);
  return followPath(run, base, node.path, hasArgs);
}

function followPath(run: Run, start: GoValue, path: readonly string[], hasArgs: boolean): GoValue {
  return path.reduce(
    (receiver, name, index) => fieldOf(run, receiver, name, hasArgs && index === path.length - 1),
    start,
  );
}

function fieldOf(run: Run, receiver: GoValue, name: string, hasArgs: boolean): GoValue {
  if (receiver.kind === "none") return NONE;
  if (receiver.kind === "nil") throw failure(run, `nil pointer evaluating interface {}.${name}`);
  if (receiver.kind === "map") {
    if (hasArgs) throw failure(run, `${name} is not a method but has arguments`);
    return receiver.entries.get(name) ?? (receiver.element === "string" ? goString("") : NONE);
  }
  const field = receiver.kind === "struct" ? receiver.fields.get(name) : undefined;
  if (field === undefined) throw failure(run, `can't evaluate field ${name} in type ${typeName(receiver)}`);
  if (hasArgs) throw failure(run, `${name} has arguments but cannot be invoked as function`);
  return field;
}

// ─── calls ───────────────────────────────────────────────────────────────────

interface FunctionCall {
  readonly identifier: IdentifierNode;
  /** What an error of the function itself is reported at. */
  readonly node: AnyNode;
  readonly args: readonly Operand[];
  readonly final: GoValue | undefined;
}

function callFunction(run: Run, dot: GoValue, call: FunctionCall): GoValue {
  at(run, call.identifier);
  const { name } = call.identifier;
  const target = run.functions.get(name) ?? BUILTINS.get(name);
  if (target === undefined) throw failure(run, `${goQuote(name)} is not a defined function`);
  checkCount(run, target, call);
  if (target === BUILTINS.get("and") || target === BUILTINS.get("or"))
    return shortCircuit(run, dot, call, name === "or");
  const args = call.args.map((arg, index) => evaluateArgument(run, dot, paramAt(target, index), arg));
  if (call.final !== undefined) args.push(checkType(run, call.final, paramAt(target, args.length)));
  return invoke(run, target, call, args);
}

const paramAt = (target: GoFunction, index: number): ParamType => target.params[index] ?? target.variadic ?? "any";

function checkCount(run: Run, { name, params, variadic }: GoFunction, { args, final }: FunctionCall): void {
  const given = args.length + (final === undefined ? 0 : 1);
  if (variadic !== undefined && given < params.length) {
    throw failure(run, `wrong number of args for ${name}: want at least ${params.length} got ${args.length}`);
  }
  if (variadic === undefined && given !== params.length) {
    throw failure(run, `wrong number of args for ${name}: want ${params.length} got ${given}`);
  }
}

/** `and` and `or` stop at the argument that decides. */
function shortCircuit(run: Run, dot: GoValue, { args, final }: FunctionCall, until: boolean): GoValue {
  let value: GoValue = NONE;
  for (const arg of args) {
    value = evaluateArgument(run, dot, "value", arg);
    if (isTrue(value) === until) return value;
  }
  return final ?? value;
}

function invoke(run: Run, target: GoFunction, { node }: FunctionCall, args: readonly GoValue[]): GoValue {
  try {
    return target.call(args);
  } catch (error) {
    if (!(error instanceof FunctionFailure)) throw error;
    at(run, node);
    throw failure(run, `error calling ${target.name}: ${error.message}`);
  }
}

function evaluateArgument(run: Run, dot: GoValue, type: ParamType, node: Operand): GoValue {
  at(run, node);
  switch (node.kind) {
    case "dot":
      return checkType(run, dot, type);
    case "nil":
      if (type === "string" || type === "int") throw failure(run, `cannot assign nil to ${type}`);
      return type === "value" ? NONE : NIL;
    case "field":
      return checkType(run, evaluateField(run, dot, node, false), type);
    case "variable":
      return checkType(run, evaluateVariable(run, node, false), type);
    case "chain":
      return checkType(run, evaluateChain(run, dot, node, false), type);
    case "pipe":
      return checkType(run, evaluatePipe(run, dot, node), type);
    case "identifier":
      return checkType(run, callFunction(run, dot, { identifier: node, node, args: [], final: undefined }), type);
    default:
      return constant(run, dot, type, node);
  }
}

function constant(run: Run, dot: GoValue, type: ParamType, node: Operand): GoValue {
  if (type === "string" && node.kind !== "string") throw failure(run, `expected string; found ${nodeText(node)}`);
  if (type !== "int") return evaluateLiteral(run, dot, node);
  if (node.kind !== "number" || node.value.integer === undefined)
    throw failure(run, `expected integer; found ${nodeText(node)}`);
  return goInt(node.value.integer);
}

function checkType(run: Run, value: GoValue, type: ParamType): GoValue {
  if (type === "value") return value;
  if (type === "any") return value.kind === "none" ? NIL : value;
  if (value.kind === "none") throw failure(run, `invalid value; expected ${type}`);
  if (value.kind !== type) throw failure(run, `wrong type for value; expected ${type}; got ${typeName(value)}`);
  return value;
}
