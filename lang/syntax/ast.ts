// The abstract syntax: node types, nothing but types. Every node says where it stands: offsets into SourceFile.text.

import type { SourceFile } from "../source/source-file.js";

export type TokenKind =
  | "Ident"
  | "Number"
  | "Punct"
  | "Newline"
  | "Space"
  | "Comment"
  | "Bad"
  | "EOF"
  | "OQuote"
  | "CQuote"
  | "QuotedLit"
  | "OHeredoc"
  | "CHeredoc"
  | "HeredocLit"
  | "TemplateInterp"
  | "TemplateControl"
  | "TemplateEnd";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Joining the texts of `tokens` gives back `source.text`; that is the concrete syntax. */
export interface SyntaxFile {
  readonly source: SourceFile;
  readonly tokens: readonly Token[];
  readonly body: Body;
}

interface Node<K extends string> {
  readonly kind: K;
  readonly start: number;
  readonly end: number;
}

export interface Name {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
/** `text` is decoded when `quoted`; offsets include the quotes. */
export interface Label extends Name {
  readonly quoted: boolean;
}

/** A body of native syntax, or one of HCL-JSON, whose properties become arguments or blocks only when a schema asks (template/body-content.ts). */
export type Body = NativeBody | JsonBody;
export interface NativeBody extends Node<"Body"> {
  readonly items: readonly (Attribute | Block)[];
}
export interface JsonBody extends Node<"JsonBody"> {
  /** One object, or several that stand for one body (an array of objects). */
  readonly objects: readonly JsonObjectNode[];
}

export interface Attribute extends Node<"Attribute"> {
  readonly name: Name;
  readonly value: Expr;
}
export interface Block extends Node<"Block"> {
  readonly type: Name;
  readonly labels: readonly Label[];
  readonly body: Body;
  /** Offsets of `{` and of `}`; equal to `end` where recovery found none. */
  readonly open: number;
  readonly close: number;
}

export type Expr =
  | NumberLit
  | BoolLit
  | NullLit
  | TemplateExpr
  | Variable
  | GetAttr
  | Index
  | Splat
  | Unary
  | Binary
  | Conditional
  | Call
  | Tuple
  | ObjectCons
  | ForExpr
  | Parens
  | JsonValueExpr
  | ErrorExpr;

export interface NumberLit extends Node<"Number"> {
  readonly text: string;
}
export interface BoolLit extends Node<"Bool"> {
  readonly value: boolean;
}
export type NullLit = Node<"Null">;
export interface TemplateExpr extends Node<"Template"> {
  readonly form: "quoted" | "heredoc" | "flush-heredoc" | "bare";
  readonly parts: readonly TemplatePart[];
}
/** `text` has its escapes decoded, its `~` trimming and its `<<-` dedent done. */
export type TemplatePart = TextPart | InterpPart | IfDirective | ForDirective;
export interface TextPart extends Node<"Text"> {
  readonly text: string;
}
export interface InterpPart extends Node<"Interp"> {
  readonly expr: Expr;
}
export interface IfDirective extends Node<"IfDirective"> {
  readonly condition: Expr;
  readonly then: readonly TemplatePart[];
  readonly else: readonly TemplatePart[];
}
export interface ForDirective extends Node<"ForDirective"> {
  readonly key?: Name;
  readonly value: Name;
  readonly collection: Expr;
  readonly body: readonly TemplatePart[];
}
export interface Variable extends Node<"Variable"> {
  readonly name: string;
}
export interface GetAttr extends Node<"GetAttr"> {
  readonly object: Expr;
  readonly name: Name;
}
/** `legacyDot` is `a.0`. */
export interface Index extends Node<"Index"> {
  readonly collection: Expr;
  readonly key: Expr;
  readonly legacyDot: boolean;
}
export interface AttrStep extends Node<"AttrStep"> {
  readonly name: string;
}
export interface IndexStep extends Node<"IndexStep"> {
  readonly key: Expr;
}
/** A `.*` behind `[*]`: it belongs to the element, and itself takes attributes and legacy indexes only. */
export interface AttrSplatStep extends Node<"AttrSplatStep"> {
  readonly each: readonly (AttrStep | IndexStep)[];
}
export type EachStep = AttrStep | IndexStep | AttrSplatStep;
export interface Splat extends Node<"Splat"> {
  readonly source: Expr;
  readonly style: "[*]" | ".*";
  readonly each: readonly EachStep[];
}
export interface Unary extends Node<"Unary"> {
  readonly op: "!" | "-";
  readonly operand: Expr;
}
export type BinaryOp = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%";
export interface Binary extends Node<"Binary"> {
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
}
export interface Conditional extends Node<"Conditional"> {
  readonly condition: Expr;
  readonly then: Expr;
  readonly else: Expr;
}
export interface Call extends Node<"Call"> {
  /** `a::b` where a namespace was written. */
  readonly name: Name;
  readonly args: readonly Expr[];
  readonly expandLast: boolean;
  /** Offsets of `(` and of `)`. */
  readonly open: number;
  readonly close: number;
}
export interface Tuple extends Node<"Tuple"> {
  readonly items: readonly Expr[];
}
export interface ObjectItem {
  readonly key: Expr;
  readonly bareKey: boolean;
  readonly value: Expr;
}
/** A `bareKey` is a Variable node whose name is the key itself. */
export interface ObjectCons extends Node<"Object"> {
  readonly items: readonly ObjectItem[];
}
export interface ForExpr extends Node<"For"> {
  readonly key?: Name;
  readonly value: Name;
  readonly collection: Expr;
  /** Present in the object form. */
  readonly resultKey?: Expr;
  readonly result: Expr;
  readonly condition?: Expr;
  readonly grouped: boolean;
}
export interface Parens extends Node<"Parens"> {
  readonly expr: Expr;
}
/** Stands where the parser could not read an expression (already reported). */
export type ErrorExpr = Node<"Error">;

// ─── HCL-JSON ────────────────────────────────────────────────────────────────

/** A JSON value in expression position: its strings are templates when there is a context, plain text when there is none. */
export interface JsonValueExpr extends Node<"JsonValue"> {
  readonly json: JsonNode;
}
export type JsonNode = JsonObjectNode | JsonArrayNode | JsonStringNode | JsonNumberNode | JsonBoolNode | JsonNullNode;
export interface JsonProperty {
  readonly name: Name;
  readonly value: JsonNode;
}
export interface JsonObjectNode extends Node<"object"> {
  readonly properties: readonly JsonProperty[];
}
export interface JsonArrayNode extends Node<"array"> {
  readonly items: readonly JsonNode[];
}
/** `text` is decoded; start and end include the quotes. */
export interface JsonStringNode extends Node<"string"> {
  readonly text: string;
}
/** `text` as written, so that no digit is lost. */
export interface JsonNumberNode extends Node<"number"> {
  readonly text: string;
}
export interface JsonBoolNode extends Node<"bool"> {
  readonly value: boolean;
}
export type JsonNullNode = Node<"null">;
