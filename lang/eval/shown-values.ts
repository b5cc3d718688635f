import { muteReporter } from "../diagnostics/collect.js";
import type { ShownValue } from "../diagnostics/diagnostic.js";
import type { Reference } from "../syntax/references.js";
import { describeType } from "../types/describe.js";
import { formatG, fromInteger, toBigInt, toDouble } from "../values/number.js";
import { asNumber, asString, type KnownValue, numberValue, stringValue, type Value } from "../values/value.js";
import { type EvalContext, scopesOf } from "./context.js";
import { attributeOf, elementOf } from "./traverse.js";

const LONGEST = 80;

/** What the variables hold that a failing expression mentions, by their text; unknown ones are left out, sensitive ones masked. */
export function shownValues(references: readonly Reference[], context: EvalContext): readonly ShownValue[] {
  const shown = new Map<string, string>();
  for (const reference of references) {
    const value = valueOfReference(reference, context);
    const text = value === undefined ? undefined : describeValue(value);
    if (text !== undefined) shown.set(textOfReference(reference), text);
  }
  return [...shown].sort(([a], [b]) => (a < b ? -1 : 1)).map(([ref, text]) => ({ ref, shown: text }));
}

/** What a reference stands for; undefined when it leads nowhere. */
export function valueOfReference({ root, path }: Reference, context: EvalContext): Value | undefined {
  let value = variableOf(root, context);
  for (const step of path) {
    if (value === undefined) return undefined;
    // No element has such a place: 1.5, or a number too large to be one.
    if (typeof step === "number" && !Number.isSafeInteger(step)) return undefined;
    const mute = muteReporter();
    const next: Value =
      typeof step === "string"
        ? attributeOrElement(value, step, () => mute.report(SILENT))
        : elementOf(value, numberValue(fromInteger(step)), () => mute.report(SILENT));
    if (mute.errors > 0) return undefined;
    value = next;
  }
  return value;
}

// Only counted, never shown.
const SILENT = { code: "silent", severity: "error", summary: "", detail: "" } as const;

/** A literal string step was `.a` or `["a"]`: both find attributes and map elements; only the second finds a list's element by a numeric text. */
const attributeOrElement = (value: Value, step: string, refuse: () => void): Value =>
  value.type.kind === "list" || value.type.kind === "tuple"
    ? elementOf(value, stringValue(step), refuse)
    : attributeOf(value, step, refuse);

/** The variable of that name in the innermost scope that has it. */
export function variableOf(name: string, context: EvalContext): Value | undefined {
  for (const scope of scopesOf(context)) {
    const value = scope.variables?.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `name.attribute` in the innermost scope that has `name`, where it need not be looked for in the whole; undefined says nothing. */
export function memberOf(name: string, attribute: string, context: EvalContext): Value | undefined {
  for (const { variables } of scopesOf(context)) {
    const value = variables?.member?.(name, attribute);
    if (value !== undefined) return value;
    if (variables?.member === undefined && variables?.get(name) !== undefined) return undefined;
  }
  return undefined;
}

function textOfReference({ root, path }: Reference): string {
  const steps = path.map((step) =>
    typeof step === "string" && /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
  );
  return root + steps.join("");
}

function describeValue(value: Value): string | undefined {
  if (value.state === "unknown") return undefined;
  if (value.marks.size > 0) return "a sensitive value";
  if (value.state === "null") return "null";
  switch (value.type.kind) {
    case "string":
      return shortened(JSON.stringify(asString(value)));
    case "bool":
      return String(value.raw);
    case "number":
      return String(toBigInt(asNumber(value)) ?? formatG(toDouble(asNumber(value))));
    default:
      return describeCollection(value);
  }
}

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

function describeCollection(value: KnownValue): string {
  const count = value.raw instanceof Map ? value.raw.size : (value.raw as readonly Value[]).length;
  const type = describeType(value.type);
  if (count === 0) return `empty ${type}`;
  return `${type} with ${count} ${value.type.kind === "object" ? "attribute" : "element"}${count === 1 ? "" : "s"}`;
}
