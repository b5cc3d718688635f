import { notStringable, nullInTemplate } from "../diagnostics/catalog/evaluation.js";
import type { ForDirective, IfDirective, InterpPart, TemplateExpr, TemplatePart } from "../syntax/ast.js";
import { STRING } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { sensitiveTexts, withMarks, withMarksOf } from "../values/marks.js";
import { asString, type Mark, stringValue, unknownOf, type Value } from "../values/value.js";
import { conditionHolds } from "./conditional.js";
import { complain, type Evaluation, evaluateInner } from "./evaluation.js";
import { itemScope, itemsOf } from "./for-expr.js";

/** A template that is one interpolation and nothing else gives that value as it is; any other gives a string. */
export function evaluateTemplate(expr: TemplateExpr, evaluation: Evaluation): Value {
  const [only, ...others] = expr.parts;
  const bare = only?.kind === "Interp" && others.length === 0 && (expr.form === "quoted" || expr.form === "bare");
  if (bare) {
    const value = evaluateInner(only.expr, evaluation);
    // Of a file: nobody sees that it is no more than this.
    if (expr.form === "bare") tellSecrets(value, evaluation);
    return value;
  }
  return renderTemplate(expr.parts, evaluation);
}

/** The parts as one string: unknown, with what is certain of its beginning, when one of them is. */
export function renderTemplate(parts: readonly TemplatePart[], evaluation: Evaluation): Value {
  const text = new TemplateText();
  const before = evaluation.report.errors;
  renderParts(parts, text, evaluation);
  return text.value(evaluation.report.errors === before);
}

/** What a template has given so far. */
class TemplateText {
  readonly #chunks: string[] = [];
  readonly #marks = new Set<Mark>();
  #known = true;

  append(text: string): void {
    if (this.#known) this.#chunks.push(text);
  }

  stop(): void {
    this.#known = false;
  }

  mark(value: Value): void {
    for (const mark of value.marks) this.#marks.add(mark);
  }

  value(sound: boolean): Value {
    const text = this.#chunks.join("");
    if (this.#known) return withMarks(stringValue(text), this.#marks);
    // A later part could combine with the last character.
    const prefix = sound ? stableStart(text) : "";
    const refinement = prefix === "" ? { notNull: true } : { notNull: true, stringPrefix: prefix };
    return withMarks(unknownOf(STRING, refinement), this.#marks);
  }
}

const stableStart = (text: string): string =>
  text.normalize("NFC").replace(/[^\p{ASCII}]*$|.$/su, (end) => (/^[\x20-\x7e]$/.test(end) ? end : ""));

function renderParts(parts: readonly TemplatePart[], text: TemplateText, evaluation: Evaluation): void {
  for (const part of parts) renderPart(part, text, evaluation);
}

function renderPart(part: TemplatePart, text: TemplateText, evaluation: Evaluation): void {
  if (part.kind === "Text") text.append(part.text);
  else if (part.kind === "Interp") renderValue(evaluateInner(part.expr, evaluation), part, text, evaluation);
  else if (part.kind === "IfDirective") renderIf(part, text, evaluation);
  else renderFor(part, text, evaluation);
}

function renderValue(value: Value, part: InterpPart, text: TemplateText, evaluation: Evaluation): void {
  text.mark(value);
  const converted = value.state === "null" ? undefined : tryConvert(value, STRING);
  if (converted === undefined) {
    complain(evaluation, nullInTemplate(), part.expr, { context: part, involved: [part.expr] });
  } else if (converted instanceof ConversionError) {
    complain(evaluation, notStringable(converted.message), part.expr, { context: part, involved: [part.expr] });
  } else if (converted.state === "known") {
    // Texts only: of a number Packer makes no secret (cli-runtime, trap 55).
    tellSecrets(value, evaluation);
    text.append(asString(converted));
  } else text.stop();
}

function tellSecrets(value: Value, { context: { onSecret } }: Evaluation): void {
  if (onSecret !== undefined) for (const secret of sensitiveTexts(value)) onSecret(secret);
}

function renderIf(part: IfDirective, text: TemplateText, evaluation: Evaluation): void {
  const condition = evaluateInner(part.condition, evaluation);
  text.mark(condition);
  const holds = conditionHolds(condition, part.condition, part, evaluation);
  if (holds === undefined) text.stop();
  else renderParts(holds ? part.then : part.else, text, evaluation);
}

function renderFor(part: ForDirective, text: TemplateText, evaluation: Evaluation): void {
  const collection = evaluateInner(part.collection, evaluation);
  text.mark(collection);
  const items = itemsOf(collection, part.collection, evaluation);
  if (items === undefined) text.stop();
  else {
    for (const [key, value] of items)
      renderParts(part.body, text, itemScope(part, [key, withMarksOf(value, collection)], evaluation));
  }
}
