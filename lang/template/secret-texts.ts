import type { Expr, ObjectItem, TemplateExpr } from "../syntax/ast.js";
import { sensitiveTexts } from "../values/marks.js";
import { asEntries, asItems, type Value } from "../values/value.js";

/**
 * The sensitive texts of an argument's value. A text that a template put together is none of them: whoever listened to the
 * evaluation (`onSecret`) was told of what is sensitive in it, and the rest of it, lines of a script, must not be hidden.
 */
export function secretTexts(expr: Expr, value: Value): readonly string[] {
  if (value.state !== "known") return [];
  switch (expr.kind) {
    case "Parens":
      return secretTexts(expr.expr, value);
    case "Tuple":
      return asItems(value).flatMap((item, i) => ofPart(expr.items[i], item));
    case "Object": {
      const written = new Map(expr.items.map((item) => [keyOf(item), item.value]));
      return [...asEntries(value)].flatMap(([key, member]) => ofPart(written.get(key), member));
    }
    case "Template":
      return ofTemplate(expr, value);
    case "Call":
      // Its file is a template.
      return expr.name.text === "templatefile" ? [] : sensitiveTexts(value);
    default:
      return sensitiveTexts(value);
  }
}

const ofPart = (expr: Expr | undefined, value: Value): readonly string[] =>
  expr === undefined ? sensitiveTexts(value) : secretTexts(expr, value);

function ofTemplate({ parts, form }: TemplateExpr, value: Value): readonly string[] {
  const [only, ...others] = parts;
  const isOne = only?.kind === "Interp" && others.length === 0 && form === "quoted";
  return isOne ? secretTexts(only.expr, value) : [];
}

/** Where it is written as it is. */
function keyOf({ key, bareKey }: ObjectItem): string | undefined {
  if (key.kind === "Variable" && bareKey) return key.name;
  const [text, ...others] = key.kind === "Template" ? key.parts : [];
  return text?.kind === "Text" && others.length === 0 ? text.text : undefined;
}
