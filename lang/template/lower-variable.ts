import {
  duplicateLocal,
  duplicateVariable,
  invalidLocalName,
  invalidVariableName,
  noJsonObject,
  unexpectedBlock,
  validationMessage,
  validationNoReference,
  validationReference,
} from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { parseTypeExpr } from "../eval/type-expr.js";
import type { SourceRange } from "../source/source-file.js";
import type { Body } from "../syntax/ast.js";
import { isIdentifier, LOCAL, VALIDATION, VARIABLE } from "./blocks.js";
import { type ContentAttribute, type ContentBlock, contentOf, placeText } from "./body-content.js";
import type { LocalDecl, ValidationRule, VariableDecl } from "./ir.js";
import { literalFlag, literalText, rangeOf, requiredAttribute, thunkOf } from "./literals.js";

/** `variable "NAME" { … }` */
export function lowerVariable(block: ContentBlock, declared: Map<string, VariableDecl>, report: Reporter): void {
  const name = block.labels[0]?.text ?? "";
  const content = contentOf(block.body, block.file, VARIABLE, report);
  if (!isIdentifier(name)) return report.report(at(invalidVariableName(), labelRange(block)));
  const type = content.attributes.get("type");
  const fallback = content.attributes.get("default");
  const validations = content.blocks
    .map((rule) => lowerValidation(rule, name, report))
    .filter((rule) => rule !== undefined);
  declare(declared, report, {
    name,
    ...(type === undefined ? {} : { type: parseTypeExpr(type.value, type.file, report) }),
    ...(fallback === undefined ? {} : { fallback: thunkOf(fallback) }),
    description: literalText(content, "description", report) ?? "",
    sensitive: literalFlag(content, "sensitive", report),
    validations,
    range: block.range,
    origin: "variable",
  });
}

const labelRange = ({ labels, file, range }: ContentBlock): SourceRange =>
  labels[0] === undefined ? range : rangeOf(labels[0], file);

function declare(declared: Map<string, VariableDecl>, report: Reporter, variable: VariableDecl): void {
  const other = declared.get(variable.name);
  if (other === undefined) declared.set(variable.name, variable);
  else report.report(at(duplicateVariable(variable.name, placeText(other.range)), variable.range));
}

function lowerValidation(block: ContentBlock, name: string, report: Reporter): ValidationRule | undefined {
  const content = contentOf(block.body, block.file, VALIDATION, report);
  const condition = requiredAttribute(content, "condition", block, report);
  const message = requiredAttribute(content, "error_message", block, report);
  if (condition === undefined || message === undefined) return undefined;
  const text = literalText(content, "error_message", report);
  if (text !== undefined) checkMessage(text, message, report);
  const thunk = thunkOf(condition);
  const foreign = thunk.refs.find(({ root, path }) => root !== "var" || path[0] !== name);
  if (foreign !== undefined) report.report(at(validationReference(name), foreign.range));
  else if (thunk.refs.length === 0)
    report.report(at(validationNoReference(name), rangeOf(condition.value, condition.file)));
  else return { condition: thunk, message: text ?? "", range: block.range };
  return undefined;
}

/** It is printed as a sentence, so it must look like one. */
function checkMessage(text: string, { value, file }: ContentAttribute, report: Reporter): void {
  const trimmed = text.trim();
  const [first = ""] = trimmed;
  const complaint =
    trimmed === ""
      ? "An empty string is not a valid nor useful error message."
      : /\p{Ll}/u.test(first) || !/[.?!]$/.test(trimmed)
        ? "Validation error message must be at least one full English sentence starting with an uppercase letter and ending with a period or question mark."
        : undefined;
  if (complaint !== undefined) report.report(at(validationMessage(complaint), rangeOf(value, file)));
}

/** `variables { NAME = DEFAULT … }` */
export function lowerVariables(block: ContentBlock, declared: Map<string, VariableDecl>, report: Reporter): void {
  for (const attribute of everyAttribute(block, report)) {
    declare(declared, report, {
      name: attribute.name.text,
      fallback: thunkOf(attribute),
      description: "",
      sensitive: false,
      validations: [],
      range: rangeOf(attribute.name, attribute.file),
      origin: "variables",
    });
  }
}

/** `locals { NAME = VALUE … }` */
export function lowerLocals(block: ContentBlock, declared: Map<string, LocalDecl>, report: Reporter): void {
  for (const attribute of everyAttribute(block, report)) {
    declareLocal(declared, report, {
      name: attribute.name.text,
      value: thunkOf(attribute),
      sensitive: false,
      range: rangeOf(attribute.name, attribute.file),
    });
  }
}

/** `local "NAME" { expression = VALUE }` */
export function lowerLocal(block: ContentBlock, declared: Map<string, LocalDecl>, report: Reporter): void {
  const name = block.labels[0]?.text ?? "";
  const content = contentOf(block.body, block.file, LOCAL, report);
  if (!isIdentifier(name)) return report.report(at(invalidLocalName(), labelRange(block)));
  const expression = requiredAttribute(content, "expression", block, report);
  if (expression === undefined) return;
  const sensitive = literalFlag(content, "sensitive", report);
  declareLocal(declared, report, { name, value: thunkOf(expression), sensitive, range: block.range });
}

function declareLocal(declared: Map<string, LocalDecl>, report: Reporter, local: LocalDecl): void {
  const other = declared.get(local.name);
  if (other === undefined) declared.set(local.name, local);
  else report.report(at(duplicateLocal(local.name, placeText(other.range)), local.range));
}

/** All arguments of a body that admits any; blocks are refused. */
export function everyAttribute(
  { body, file }: Pick<ContentBlock, "body" | "file">,
  report: Reporter,
): readonly ContentAttribute[] {
  if (body.kind === "Body")
    for (const item of body.items)
      if (item.kind === "Block") report.report(at(unexpectedBlock(item.type.text), rangeOf(item.type, file)));
  if (body.kind === "JsonBody" && body.objects.length === 0)
    report.report(at(noJsonObject(), { file, start: body.start, end: body.end }));
  const shape = { attributes: namesIn(body), blocks: new Map(), partial: true, free: true };
  return [...contentOf(body, file, shape, report).attributes.values()];
}

export function namesIn(body: Body): readonly string[] {
  if (body.kind === "JsonBody")
    return body.objects.flatMap(({ properties }) => properties.map(({ name }) => name.text));
  return body.items.filter((item) => item.kind === "Attribute").map(({ name }) => name.text);
}
