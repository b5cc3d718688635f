// The grammar of Go's text/template, with its look-ahead and its messages.

import { goQuote, goUnquote } from "../values/go-quote.js";
import { type Item, type ItemKind, isKeyword, type Lexer, newLexer } from "./lexer.js";
import type {
  ActionNode,
  BranchNode,
  BreakNode,
  CommandNode,
  ContinueNode,
  ListNode,
  Operand,
  PipeNode,
  TemplateCallNode,
  TemplateNode,
  VariableNode,
} from "./nodes.js";
import { nodeText } from "./nodes.js";
import { parseNumber } from "./parse-number.js";
import { TemplateFailure } from "./renderer.js";

/** A template and those that it defines, by name. */
export interface ParsedTemplate {
  readonly name: string;
  readonly text: string;
  readonly root: ListNode;
  readonly defined: ReadonlyMap<string, ListNode>;
}

/** Pipelines in parentheses and control structures may be nested this deep. */
const MAX_DEPTH = 250;

/** Parses `text`, which may call the named functions only. Throws {@link TemplateFailure} with Go's message. */
export function parseTemplate(name: string, text: string, hasFunction: (name: string) => boolean): ParsedTemplate {
  const parser = newParser(name, text, hasFunction);
  const nodes: TemplateNode[] = [];
  while (peek(parser).kind !== "eof") {
    const node = textOrAction(parser);
    if (node === undefined) continue;
    if (isClause(node)) throw problem(parser, `unexpected ${clauseText(node)}`);
    nodes.push(node);
  }
  return { name, text, root: { kind: "list", start: 0, end: text.length, nodes }, defined: parser.defined };
}

interface Parser {
  readonly name: string;
  readonly lexer: Lexer;
  readonly hasFunction: (name: string) => boolean;
  readonly defined: Map<string, ListNode>;
  /** Go's window of three items; `ahead` of them were put back. */
  readonly items: Item[];
  ahead: number;
  variables: string[];
  rangeDepth: number;
  depth: number;
  /** Start of the action being read. */
  action: number | undefined;
}

/** `{{else}}` and `{{end}}` end lists and are no nodes of the tree. */
interface Clause {
  readonly kind: "else" | "end";
  readonly start: number;
  readonly end: number;
}
const isClause = (node: TemplateNode | Clause): node is Clause => node.kind === "else" || node.kind === "end";
const clauseText = (clause: Clause): string => `{{${clause.kind}}}`;

function newParser(name: string, text: string, hasFunction: (name: string) => boolean): Parser {
  const start: Item = { kind: "eof", value: "", start: 0, end: 0 };
  const items = [start, start, start];
  return {
    name,
    lexer: newLexer(text),
    hasFunction,
    defined: new Map(),
    items,
    ahead: 0,
    variables: ["$"],
    rangeDepth: 0,
    depth: 0,
    action: undefined,
  };
}

// ─── items ───────────────────────────────────────────────────────────────────

function next(parser: Parser): Item {
  if (parser.ahead > 0) parser.ahead -= 1;
  else parser.items[0] = parser.lexer.next();
  return itemAt(parser, parser.ahead);
}

const itemAt = (parser: Parser, index: number): Item => parser.items[index] ?? END;
const END: Item = { kind: "eof", value: "", start: 0, end: 0 };

function backUp(parser: Parser): void {
  parser.ahead += 1;
}

/** Puts `first` (and `second`) back, before the item that was only looked at. */
function backUpTo(parser: Parser, first: Item, second?: Item): void {
  parser.items[1] = second ?? first;
  parser.items[2] = first;
  parser.ahead = second === undefined ? 2 : 3;
}

function peek(parser: Parser): Item {
  if (parser.ahead > 0) return itemAt(parser, parser.ahead - 1);
  parser.ahead = 1;
  parser.items[0] = parser.lexer.next();
  return itemAt(parser, 0);
}

function nextNonSpace(parser: Parser): Item {
  for (;;) {
    const item = next(parser);
    if (item.kind !== "space") return item;
  }
}

function peekNonSpace(parser: Parser): Item {
  const item = nextNonSpace(parser);
  backUp(parser);
  return item;
}

// ─── mistakes ────────────────────────────────────────────────────────────────

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

function problem(
  parser: Parser,
  message: string,
  place: { start: number; end: number } = itemAt(parser, 0),
): TemplateFailure {
  const line = lineAt(parser.lexer.text, itemAt(parser, 0).start);
  return new TemplateFailure({
    message: `template: ${parser.name}:${line}: ${message}`,
    start: place.start,
    end: place.end,
  });
}

function unexpected(parser: Parser, item: Item, context: string): TemplateFailure {
  if (item.kind !== "error") return problem(parser, `unexpected ${itemText(item)} in ${context}`, item);
  return problem(parser, item.value + startedElsewhere(parser, item), item);
}

function startedElsewhere(parser: Parser, item: Item): string {
  if (parser.action === undefined) return "";
  const line = lineAt(parser.lexer.text, parser.action);
  if (line === lineAt(parser.lexer.text, item.start)) return "";
  return `${item.value.endsWith(" action") ? "" : " in action"} started at ${parser.name}:${line}`;
}

function itemText({ kind, value }: Item): string {
  if (kind === "eof") return "EOF";
  if (isKeyword(kind)) return `<${value}>`;
  const characters = [...value];
  return characters.length > 10 ? `${goQuote(characters.slice(0, 10).join(""))}...` : goQuote(value);
}

function expect(parser: Parser, kind: ItemKind, context: string): Item {
  const item = nextNonSpace(parser);
  if (item.kind !== kind) throw unexpected(parser, item, context);
  return item;
}

function nested<T>(parser: Parser, read: () => T): T {
  parser.depth += 1;
  if (parser.depth > MAX_DEPTH) throw problem(parser, "max expression depth exceeded");
  const result = read();
  parser.depth -= 1;
  return result;
}

// ─── lists and actions ───────────────────────────────────────────────────────

/** Undefined where nothing stays in the tree: a definition, or empty text. */
function textOrAction(parser: Parser): TemplateNode | Clause | undefined {
  const item = nextNonSpace(parser);
  if (item.kind === "text") return { kind: "text", start: item.start, end: item.end, text: item.value };
  if (item.kind !== "left") throw unexpected(parser, item, "input");
  parser.action = item.start;
  const node = action(parser);
  parser.action = undefined;
  return node;
}

function action(parser: Parser): TemplateNode | Clause | undefined {
  const item = nextNonSpace(parser);
  switch (item.kind) {
    case "block":
      return blockAction(parser);
    case "break":
    case "continue":
      return loopAction(parser, item, item.kind);
    case "define":
      return parser.depth === 0 ? definition(parser) : plainAction(parser);
    case "else":
      return elseClause(parser, item);
    case "end":
      return { kind: "end", start: item.start, end: expect(parser, "right", "end").end };
    case "if":
    case "range":
    case "with":
      return branch(parser, item, item.kind);
    case "template":
      return templateAction(parser);
    default:
      return plainAction(parser);
  }
}

function plainAction(parser: Parser): ActionNode {
  backUp(parser);
  const { start } = peek(parser);
  const pipe = pipeline(parser, "command", "right");
  return { kind: "action", start, end: pipe.end, pipe };
}

function elseClause(parser: Parser, item: Item): Clause {
  const follows = peekNonSpace(parser);
  if (follows.kind === "if" || follows.kind === "with") return { kind: "else", start: follows.start, end: item.end };
  const right = expect(parser, "right", "else");
  return { kind: "else", start: right.start, end: right.end };
}

function loopAction(parser: Parser, { start }: Item, kind: "break" | "continue"): BreakNode | ContinueNode {
  const item = nextNonSpace(parser);
  if (item.kind !== "right") throw unexpected(parser, item, `{{${kind}}}`);
  if (parser.rangeDepth === 0) throw problem(parser, `{{${kind}}} outside {{range}}`);
  return { kind, start, end: item.end };
}

/** Nodes up to the `{{end}}` or `{{else}}` that closes them. */
function itemList(parser: Parser): { list: ListNode; clause: Clause } {
  const { start } = peekNonSpace(parser);
  const nodes: TemplateNode[] = [];
  while (peekNonSpace(parser).kind !== "eof") {
    const node = textOrAction(parser);
    if (node === undefined) continue;
    if (isClause(node)) return { list: { kind: "list", start, end: node.end, nodes }, clause: node };
    nodes.push(node);
  }
  throw problem(parser, "unexpected EOF");
}

function branch(parser: Parser, { start }: Item, kind: BranchNode["kind"]): BranchNode {
  return nested(parser, () => {
    const scope = parser.variables.length;
    const pipe = pipeline(parser, kind, "right");
    if (kind === "range") parser.rangeDepth += 1;
    const { list, clause } = itemList(parser);
    if (kind === "range") parser.rangeDepth -= 1;
    const elseList = clause.kind === "end" ? undefined : elseBranch(parser, kind, clause);
    parser.variables.length = scope;
    const end = elseList?.end ?? list.end;
    // Go reports a branch where its pipeline starts.
    return { kind, start: pipe.start || start, end, pipe, list, ...(elseList === undefined ? {} : { elseList }) };
  });
}

function elseBranch(parser: Parser, kind: BranchNode["kind"], clause: Clause): ListNode {
  const follows = peek(parser);
  if (kind !== "range" && follows.kind === kind) {
    next(parser);
    const inner = branch(parser, follows, kind);
    return { kind: "list", start: clause.start, end: inner.end, nodes: [inner] };
  }
  const { list, clause: last } = itemList(parser);
  if (last.kind !== "end") throw problem(parser, `expected end; found ${clauseText(last)}`);
  return list;
}

function templateAction(parser: Parser): TemplateCallNode {
  const item = nextNonSpace(parser);
  const name = templateName(parser, item, "template clause");
  const follows = nextNonSpace(parser);
  if (follows.kind === "right") return { kind: "template", start: item.start, end: item.end, name };
  backUp(parser);
  const pipe = pipeline(parser, "template clause", "right");
  return { kind: "template", start: item.start, end: pipe.end, name, pipe };
}

function templateName(parser: Parser, item: Item, context: string): string {
  if (item.kind !== "string" && item.kind !== "raw") throw unexpected(parser, item, context);
  return unquoted(parser, item);
}

function unquoted(parser: Parser, item: Item): string {
  const text = goUnquote(item.value);
  if (text === undefined) throw problem(parser, "invalid syntax", item);
  return text;
}

function definition(parser: Parser): undefined {
  const name = templateName(parser, nextNonSpace(parser), "define clause");
  expect(parser, "right", "define clause");
  define(parser, name, body(parser, "define clause"));
  return undefined;
}

function blockAction(parser: Parser): TemplateCallNode {
  const item = nextNonSpace(parser);
  const name = templateName(parser, item, "block clause");
  const pipe = pipeline(parser, "block clause", "right");
  define(parser, name, body(parser, "block clause"));
  return { kind: "template", start: item.start, end: pipe.end, name, pipe };
}

/** The list of a definition, which sees no variable but `$`. */
function body(parser: Parser, context: string): ListNode {
  const { variables, rangeDepth } = parser;
  parser.variables = ["$"];
  parser.rangeDepth = 0;
  const { list, clause } = nested(parser, () => itemList(parser));
  if (clause.kind !== "end") throw problem(parser, `unexpected ${clauseText(clause)} in ${context}`);
  parser.variables = variables;
  parser.rangeDepth = rangeDepth;
  return list;
}

function define(parser: Parser, name: string, list: ListNode): void {
  const old = parser.defined.get(name);
  if (old === undefined || isEmpty(old)) parser.defined.set(name, list);
  else if (!isEmpty(list)) throw problem(parser, `template: multiple definition of template ${goQuote(name)}`);
}

const isEmpty = (list: ListNode): boolean =>
  list.nodes.every((node) => node.kind === "text" && node.text.trim() === "");

// ─── pipelines ───────────────────────────────────────────────────────────────

const STARTS_OPERAND: ReadonlySet<ItemKind> = new Set<ItemKind>([
  "bool",
  "rune",
  "complex",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "raw",
  "string",
  "variable",
  "(",
]);

function pipeline(parser: Parser, context: string, close: "right" | ")"): PipeNode {
  return nested(parser, () => {
    const { start } = peekNonSpace(parser);
    const { declarations, assigns } = declared(parser, context);
    const commands: CommandNode[] = [];
    for (;;) {
      const item = nextNonSpace(parser);
      if (item.kind === close) {
        checkPipeline(parser, commands, context);
        return { kind: "pipe", start, end: item.start, declarations, assigns, commands };
      }
      if (!STARTS_OPERAND.has(item.kind)) throw unexpected(parser, item, context);
      backUp(parser);
      commands.push(command(parser));
    }
  });
}

/** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
function declared(parser: Parser, context: string): { declarations: readonly VariableNode[]; assigns: boolean } {
  const declarations: VariableNode[] = [];
  let assigns = false;
  while (peekNonSpace(parser).kind === "variable") {
    const variable = next(parser);
    const after = peek(parser);
    const follows = peekNonSpace(parser);
    const comma = follows.kind === "char" && follows.value === ",";
    if (follows.kind !== "assign" && follows.kind !== "declare" && !comma) {
      if (after.kind === "space") backUpTo(parser, variable, after);
      else backUpTo(parser, variable);
      break;
    }
    nextNonSpace(parser);
    declarations.push({ kind: "variable", start: variable.start, end: variable.end, path: variable.value.split(".") });
    parser.variables.push(variable.value);
    assigns = follows.kind === "assign";
    if (!comma) break;
    checkSecondVariable(parser, context, declarations.length);
  }
  return { declarations, assigns };
}

function checkSecondVariable(parser: Parser, context: string, count: number): void {
  if (context !== "range" || count > 1) throw problem(parser, `too many declarations in ${context}`);
  const { kind } = peekNonSpace(parser);
  if (kind !== "variable" && kind !== "right" && kind !== ")")
    throw problem(parser, "range can only initialize variables");
}

const NOT_EXECUTABLE: ReadonlySet<string> = new Set(["bool", "dot", "nil", "number", "string"]);

function checkPipeline(parser: Parser, commands: readonly CommandNode[], context: string): void {
  if (commands.length === 0) throw problem(parser, `missing value for ${context}`);
  const stage = commands.findIndex(({ args }, index) => index > 0 && NOT_EXECUTABLE.has(args[0]?.kind ?? ""));
  if (stage > 0) throw problem(parser, `non executable command in pipeline stage ${stage + 1}`, commands[stage]);
}

function command(parser: Parser): CommandNode {
  const { start } = peekNonSpace(parser);
  const args: Operand[] = [];
  let end = start;
  for (;;) {
    peekNonSpace(parser);
    const arg = operand(parser);
    if (arg !== undefined) args.push(arg);
    end = arg?.end ?? end;
    const item = next(parser);
    if (item.kind === "space") continue;
    if (item.kind === "right" || item.kind === ")") backUp(parser);
    else if (item.kind !== "|") throw unexpected(parser, item, "operand");
    break;
  }
  if (args.length === 0) throw problem(parser, "empty command");
  return { kind: "command", start, end, args };
}

function operand(parser: Parser): Operand | undefined {
  const node = term(parser);
  if (node === undefined || peek(parser).kind !== "field") return node;
  const { start } = peek(parser);
  const path: string[] = [];
  let { end } = node;
  while (peek(parser).kind === "field") {
    const item = next(parser);
    path.push(item.value.slice(1));
    end = item.end;
  }
  if (node.kind === "field" || node.kind === "variable") return { ...node, start, end, path: [...node.path, ...path] };
  if (node.kind === "nil" || NOT_EXECUTABLE.has(node.kind))
    throw problem(parser, `unexpected . after term ${goQuote(nodeText(node))}`, node);
  return { kind: "chain", start, end, base: node, path };
}

function term(parser: Parser): Operand | undefined {
  const item = nextNonSpace(parser);
  const { start, end } = item;
  switch (item.kind) {
    case "identifier":
      if (!parser.hasFunction(item.value)) throw problem(parser, `function ${goQuote(item.value)} not defined`, item);
      return { kind: "identifier", start, end, name: item.value };
    case "dot":
    case "nil":
      return { kind: item.kind, start, end };
    case "variable":
      if (!parser.variables.includes(item.value))
        throw problem(parser, `undefined variable ${goQuote(item.value)}`, item);
      return { kind: "variable", start, end, path: [item.value] };
    case "field":
      return { kind: "field", start, end, path: [item.value.slice(1)] };
    case "bool":
      return { kind: "bool", start, end, value: item.value === "true" };
    case "rune":
    case "complex":
    case "number":
      return numberTerm(parser, item);
    case "(":
      return pipeline(parser, "parenthesized pipeline", ")");
    case "string":
    case "raw":
      return { kind: "string", start, end, quoted: item.value, text: unquoted(parser, item) };
    default:
      backUp(parser);
      return undefined;
  }
}

function numberTerm(parser: Parser, item: Item): Operand {
  const value = parseNumber(item.value);
  if (typeof value === "string") throw problem(parser, value, item);
  return { kind: "number", start: item.start, end: item.end, text: item.value, value };
}
