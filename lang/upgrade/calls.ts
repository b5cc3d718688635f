// The functions of JSON templates, and what each becomes in HCL2 (spec: language.md §12.4).

import { buildIsNotSource, envOutsideVariables } from "../diagnostics/catalog/upgrade.js";
import type { Wording } from "../diagnostics/diagnostic.js";
import { isIdentifier } from "../template/blocks.js";
import { goQuote } from "../values/go-quote.js";
import { quoteSegments, quoteText, type Segment } from "./quote.js";
import { environmentReference, type Session, secretReference, variableReference } from "./session.js";

/** What is being written: `env` differs in them. */
export type Context = "variable" | "local" | "source" | "component";

export interface CallSite {
  readonly session: Session;
  readonly context: Context;
  /** Tells that a call was kept, for HCL2 has no counterpart that takes the same arguments. */
  kept(name: string): void;
  /** Tells what is left to do by hand. */
  note(words: Wording): void;
}

export type Operand = { readonly segments: readonly Segment[] } | { readonly integer: number };

/** Undefined when a call has arguments that the function does not take. */
type Conversion = (args: readonly Operand[], site: CallSite) => readonly Segment[] | undefined;

const expr = (source: string): readonly Segment[] => [{ expr: source }];

const constant =
  (source: string): Conversion =>
  (args) =>
    args.length === 0 ? expr(source) : undefined;

/** One argument, whose text is known now. */
const named =
  (convert: (name: string, site: CallSite) => readonly Segment[] | undefined): Conversion =>
  (args, site) => {
    const [name] = args;
    const text = args.length === 1 && name !== undefined ? plainText(name) : undefined;
    return text === undefined ? undefined : convert(text, site);
  };

function plainText(operand: Operand): string | undefined {
  if (!("segments" in operand)) return undefined;
  const texts = operand.segments.map((segment) => ("text" in segment ? segment.text : undefined));
  return texts.includes(undefined) ? undefined : texts.join("");
}

/** `name(a, b)` with as many texts as the function takes. */
const sameCall =
  (name: string, count: number): Conversion =>
  (args) => {
    const quoted = args.map((arg) => ("segments" in arg ? quoteSegments(arg.segments) : undefined));
    if (quoted.length !== count || quoted.includes(undefined)) return undefined;
    return expr(`${name}(${quoted.join(", ")})`);
  };

const oldTime =
  (name: string): Conversion =>
  (args, site) => {
    if (args.length === 0) return expr("timestamp()");
    const call = sameCall(name, 1)(args, site);
    if (call !== undefined) site.session.used.oldFunctions.add(name);
    return call;
  };

const secret: Conversion = ([name, key, ...more], { session }) => {
  if (name === undefined || !("segments" in name) || more.length > 0) return undefined;
  if (key === undefined) return expr(secretReference(session, { name: quoteSegments(name.segments), key: undefined }));
  if (!("segments" in key)) return undefined;
  return expr(secretReference(session, { name: quoteSegments(name.segments), key: quoteSegments(key.segments) }));
};

function environment(name: string, site: CallSite): readonly Segment[] {
  if (site.context === "local") return expr(environmentReference(site.session, name));
  if (site.context !== "variable") site.note(envOutsideVariables(name));
  return expr(`env(${quoteText(name)})`);
}

/** Packer writes `build` everywhere; where a source is described, HCL2's `build` is empty. */
const aboutSource =
  (attribute: "name" | "type"): Conversion =>
  (args, { context, note }) => {
    if (args.length > 0) return undefined;
    if (context === "source") return expr(`source.${attribute}`);
    note(buildIsNotSource(attribute));
    return expr(`build.${attribute}`);
  };

/** Stays a Go template call, which HCL2 runs late. `types` are those of its arguments. */
const kept =
  (name: string, types: readonly ("text" | "integer")[]): Conversion =>
  (args, site) => {
    if (args.length !== types.length) return undefined;
    const words = args.map((arg, index) => keptArgument(arg, types[index]));
    if (words.includes(undefined)) return undefined;
    site.kept(name);
    const inner = words.flatMap((word): readonly Segment[] => [{ text: " " }, ...(word ?? [])]);
    return [{ text: `{{ ${name}` }, ...inner, { text: " }}" }];
  };

function keptArgument(arg: Operand, type: "text" | "integer" | undefined): readonly Segment[] | undefined {
  if ("integer" in arg) return type === "integer" ? [{ text: String(arg.integer) }] : undefined;
  if (type !== "text") return undefined;
  const text = plainText(arg);
  if (!arg.segments.some((segment) => "text" in segment && segment.text.includes("`")))
    return [{ text: "`" }, ...arg.segments, { text: "`" }];
  return text === undefined ? undefined : [{ text: goQuote(text) }];
}

/** Packer writes the count last, and its own fixtures hold it to that; the comment above the block says what to write instead. */
const keptReplace: Conversion = (args, site) => {
  const [old, replacement, count, text] = args;
  const isComplete = args.length === 4 && count !== undefined && "integer" in count;
  if (!isComplete || old === undefined || replacement === undefined || text === undefined) return undefined;
  return kept("replace", ["text", "text", "text", "integer"])([old, replacement, text, count], site);
};

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  user: named((name, { session }) => expr(variableReference(session, name))),
  env: named(environment),
  build: named((name) => (isIdentifier(name) ? expr(`build.${name}`) : undefined)),
  build_name: aboutSource("name"),
  build_type: aboutSource("type"),
  timestamp: (args, { session }) => {
    if (args.length > 0) return undefined;
    session.used.timestamp = true;
    return expr(`local.${session.timestampLocal}`);
  },
  isotime: oldTime("legacy_isotime"),
  strftime: oldTime("legacy_strftime"),
  template_dir: constant("path.root"),
  pwd: constant("path.cwd"),
  packer_version: constant("packer.version"),
  uuid: constant("uuidv4()"),
  aws_secretsmanager: secret,
  aws_secretsmanager_raw: sameCall("aws_secretsmanager_raw", 1),
  vault: sameCall("vault", 2),
  consul_key: sameCall("consul_key", 1),
  lower: kept("lower", ["text"]),
  upper: kept("upper", ["text"]),
  split: kept("split", ["text", "text", "integer"]),
  replace: keptReplace,
  replace_all: kept("replace_all", ["text", "text", "text"]),
  clean_resource_name: kept("clean_resource_name", ["text"]),
};

/** What to write in HCL2 by hand for a call that is kept. */
export const BY_HAND: Readonly<Record<string, string>> = {
  lower: "lower(string)",
  upper: "upper(string)",
  split: "split(separator, string)[index]",
  replace: "replace(string, old, new) or regex_replace(string, pattern, new)",
  replace_all: "replace(string, old, new) or regex_replace(string, pattern, new)",
  clean_resource_name: "regex_replace(string, pattern, new), or a validation block in the variable",
};

/** Functions of a JSON template's variables that make a local of the variable: HCL2's variables take constants, and `env`. */
export const MAKES_LOCAL: ReadonlySet<string> = new Set(
  Object.keys(CONVERSIONS).filter(
    (name) => !["env", "build", "build_name", "build_type", "clean_resource_name"].includes(name),
  ),
);

/** Undefined for what there is no function of. */
export function conversionOf(name: string, context: Context): Conversion | undefined {
  const exists = context === "source" || context === "component" || name === "env" || MAKES_LOCAL.has(name);
  return exists && Object.hasOwn(CONVERSIONS, name) ? CONVERSIONS[name] : undefined;
}

/** What Go templates in the options of HCL2 components can call, beside Go's own (spec: language.md §7.2). */
export const WORKS_IN_HCL: ReadonlySet<string> = new Set([
  ...["build_name", "build_type", "isotime", "strftime", "timestamp", "uuid", "pwd", "packer_version"],
  ...["split", "upper", "lower", "replace", "replace_all"],
]);
