// A string of a JSON template → the same in HCL2: text, and expressions where its Go template had calls.

import { BUILTINS } from "../interpolate/builtins.js";
import {
  type ActionNode,
  type CommandNode,
  nodeText,
  type Operand as OperandNode,
  type PipeNode,
} from "../interpolate/nodes.js";
import { type ParsedTemplate, parseTemplate } from "../interpolate/parser.js";
import { TemplateFailure } from "../interpolate/renderer.js";
import { type CallSite, type Context, conversionOf, type Operand, WORKS_IN_HCL } from "./calls.js";
import type { Segment } from "./quote.js";

/** Why a string stays as it is. */
export interface NotConverted {
  readonly reason: string;
}

export interface ParsedString extends ParsedTemplate {
  /** Functions that are called anywhere in it. */
  readonly calls: ReadonlySet<string>;
}

/** Its Go template; variables may call other functions than components. */
export function parseString(text: string, context: Context): ParsedString | NotConverted {
  const calls = new Set<string>();
  const hasFunction = (name: string): boolean => {
    calls.add(name);
    return conversionOf(name, context) !== undefined || BUILTINS.has(name);
  };
  try {
    return { ...parseTemplate("hcl2_upgrade", text, hasFunction), calls };
  } catch (error) {
    if (error instanceof TemplateFailure) return { reason: error.message };
    throw error;
  }
}

/** A string without `{{ }}` is its own text. */
export function convertString(text: string, site: CallSite): readonly Segment[] | NotConverted {
  if (!text.includes("{{")) return [{ text }];
  const parsed = parseString(text, site.context);
  if ("reason" in parsed) return parsed;
  return isFlat(parsed) ? convertFlat(parsed, site) : keepWhole(text, parsed);
}

/** No control structure, definition or variable: each action stands for itself. */
export const isFlat = ({ root, defined }: ParsedTemplate): boolean =>
  defined.size === 0 &&
  root.nodes.every((node) => node.kind === "text" || (node.kind === "action" && node.pipe.declarations.length === 0));

/** HCL2 runs Go templates too, late; one that calls only what HCL2 has needs no change. */
function keepWhole(text: string, { calls, root }: ParsedString): readonly Segment[] | NotConverted {
  const foreign = [...calls].filter(isForeign);
  if (foreign.length === 0) return [{ text }];
  const structure = root.nodes.find(({ kind }) => kind !== "text" && kind !== "action")?.kind ?? "define";
  return { reason: `\`${foreign.join("`, `")}\` can't be replaced where the Go template uses {{${structure}}}` };
}

const isForeign = (name: string): boolean => !WORKS_IN_HCL.has(name) && !BUILTINS.has(name);

function convertFlat(parsed: ParsedString, site: CallSite): readonly Segment[] | NotConverted {
  const segments: Segment[] = [];
  for (const node of parsed.root.nodes) {
    if (node.kind === "text") segments.push({ text: node.text });
    if (node.kind !== "action") continue;
    const converted = convertAction(node, parsed.text, site);
    if ("reason" in converted) return converted;
    segments.push(...converted);
  }
  return segments;
}

function convertAction({ pipe }: ActionNode, text: string, site: CallSite): readonly Segment[] | NotConverted {
  const field = loneOperand(pipe);
  if (field !== undefined) return [{ text: `{{ ${field} }}` }];
  const converted = convertPipe(pipe, site);
  if (converted !== undefined && "segments" in converted) return converted.segments;
  const written = text.slice(text.lastIndexOf("{{", pipe.start), pipe.end + 2);
  const foreign = callsIn(pipe).filter(isForeign);
  if (foreign.length === 0) return [{ text: written }];
  return { reason: `${written} can't be replaced by an expression` };
}

/** `{{ .Path }}`: what is known late stays a Go template. */
function loneOperand({ commands: [command, ...more] }: PipeNode): string | undefined {
  const [operand, ...args] = command?.args ?? [];
  if (operand === undefined || args.length > 0 || more.length > 0) return undefined;
  return operand.kind === "identifier" || operand.kind === "pipe" ? undefined : nodeText(operand);
}

/** Each command gets what the one before it gave as its last argument. Undefined when one has no counterpart. */
function convertPipe({ commands, declarations }: PipeNode, site: CallSite): Operand | undefined {
  if (declarations.length > 0) return undefined;
  let result: Operand | undefined;
  for (const [index, command] of commands.entries()) {
    result = convertCommand(command, index === 0 ? [] : [result], site);
    if (result === undefined) return undefined;
  }
  return result;
}

function convertCommand(
  { args: [first, ...rest] }: CommandNode,
  piped: readonly (Operand | undefined)[],
  site: CallSite,
): Operand | undefined {
  if (first?.kind !== "identifier") {
    return first !== undefined && rest.length === 0 && piped.length === 0 ? convertOperand(first, site) : undefined;
  }
  const args = [...rest.map((arg) => convertOperand(arg, site)), ...piped];
  if (args.includes(undefined)) return undefined;
  const segments = conversionOf(first.name, site.context)?.(
    args.filter((arg) => arg !== undefined),
    site,
  );
  return segments && { segments };
}

function convertOperand(node: OperandNode, site: CallSite): Operand | undefined {
  switch (node.kind) {
    case "string":
      return { segments: [{ text: node.text }] };
    case "number":
      return /^[-+]?[0-9]+$/.test(node.text) ? { integer: Number(node.text) } : undefined;
    case "pipe":
      return convertPipe(node, site);
    case "identifier":
      return convertCommand({ kind: "command", start: node.start, end: node.end, args: [node] }, [], site);
    default:
      return undefined;
  }
}

function callsIn(pipe: PipeNode): readonly string[] {
  return pipe.commands.flatMap(({ args }) =>
    args.flatMap((arg) => {
      if (arg.kind === "identifier") return [arg.name];
      const inner = arg.kind === "chain" ? arg.base : arg;
      return inner.kind === "pipe" ? callsIn(inner) : [];
    }),
  );
}
