// The tree of a Go template. Every node says where it stands: `start` as Go reports it, `end` after its last character.

import { goQuote } from "../values/go-quote.js";
import type { GoNumber } from "./parse-number.js";

interface Node<K extends string> {
  readonly kind: K;
  readonly start: number;
  readonly end: number;
}
export interface ListNode extends Node<"list"> {
  readonly nodes: readonly TemplateNode[];
}
export interface TextNode extends Node<"text"> {
  readonly text: string;
}
export interface ActionNode extends Node<"action"> {
  readonly pipe: PipeNode;
}
export interface BranchNode extends Node<"if" | "with" | "range"> {
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList?: ListNode;
}
export interface TemplateCallNode extends Node<"template"> {
  readonly name: string;
  readonly pipe?: PipeNode;
}
export type BreakNode = Node<"break">;
export type ContinueNode = Node<"continue">;
export type TemplateNode = TextNode | ActionNode | BranchNode | TemplateCallNode | BreakNode | ContinueNode;

/** `$x := a | b`: commands joined by bars, and the variables that their result is kept in. */
export interface PipeNode extends Node<"pipe"> {
  readonly declarations: readonly VariableNode[];
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}
export interface CommandNode extends Node<"command"> {
  readonly args: readonly Operand[];
}
export type Operand =
  | FieldNode
  | VariableNode
  | ChainNode
  | IdentifierNode
  | DotNode
  | NilNode
  | BoolNode
  | NumberNode
  | StringNode
  | PipeNode;
/** `.A.B` */
export interface FieldNode extends Node<"field"> {
  readonly path: readonly string[];
}
/** `$x.A`: the first step is the variable, `$` included. */
export interface VariableNode extends Node<"variable"> {
  readonly path: readonly string[];
}
/** `(pipeline).A.B` */
export interface ChainNode extends Node<"chain"> {
  readonly base: Operand;
  readonly path: readonly string[];
}
/** The name of a function. */
export interface IdentifierNode extends Node<"identifier"> {
  readonly name: string;
}
export type DotNode = Node<"dot">;
export type NilNode = Node<"nil">;
export interface BoolNode extends Node<"bool"> {
  readonly value: boolean;
}
export interface NumberNode extends Node<"number"> {
  readonly text: string;
  readonly value: GoNumber;
}
export interface StringNode extends Node<"string"> {
  readonly quoted: string;
  readonly text: string;
}

export type AnyNode = TemplateNode | PipeNode | CommandNode | Operand;

/** A node as Go prints it in its errors. */
export function nodeText(node: AnyNode): string {
  switch (node.kind) {
    case "pipe":
      return pipeText(node);
    case "command":
      return node.args.map((arg) => (arg.kind === "pipe" ? `(${pipeText(arg)})` : nodeText(arg))).join(" ");
    case "field":
      return node.path.map((step) => `.${step}`).join("");
    case "variable":
      return node.path.join(".");
    case "chain":
      return (
        (node.base.kind === "pipe" ? `(${pipeText(node.base)})` : nodeText(node.base)) +
        node.path.map((step) => `.${step}`).join("")
      );
    case "template":
      return `{{template ${goQuote(node.name)}${node.pipe === undefined ? "" : ` ${pipeText(node.pipe)}`}}}`;
    case "action":
      return `{{${pipeText(node.pipe)}}}`;
    default:
      return leafText(node);
  }
}

type Leaf = Exclude<AnyNode, { kind: "pipe" | "command" | "field" | "variable" | "chain" | "template" | "action" }>;

function leafText(node: Leaf): string {
  switch (node.kind) {
    case "identifier":
      return node.name;
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(node.value);
    case "number":
    case "text":
      return node.text;
    case "string":
      return node.quoted;
    case "break":
    case "continue":
    case "if":
    case "with":
    case "range":
      return `{{${node.kind}}}`;
  }
}

function pipeText(pipe: PipeNode): string {
  const declared = pipe.declarations.map((variable) => nodeText(variable)).join(", ");
  const commands = pipe.commands.map((command) => nodeText(command)).join(" | ");
  return declared === "" ? commands : `${declared} ${pipe.assigns ? "=" : ":="} ${commands}`;
}
