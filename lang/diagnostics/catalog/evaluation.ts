import { errorEntry } from "../diagnostic.js";

// Mistakes found while an expression is evaluated. The summaries are hcl's.

const suggestion = (name: string | undefined): string => (name === undefined ? "" : ` Did you mean ${quoted(name)}?`);
const quoted = (text: string): string => JSON.stringify(text);
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

// ─── names ───────────────────────────────────────────────────────────────────

export const unknownVariable = errorEntry(
  "unknown-variable",
  "Unknown variable",
  (name: string, near: string | undefined) => `There is no variable named ${quoted(name)}.${suggestion(near)}`,
);
export const variablesNotAllowed = errorEntry(
  "variables-not-allowed",
  "Variables not allowed",
  () => "Variables may not be used here: only a constant can be known at this point.",
);
export const functionsNotAllowed = errorEntry(
  "function-calls-not-allowed",
  "Function calls not allowed",
  () => "Functions may not be called here.",
);
export const unknownFunction = errorEntry(
  "unknown-function",
  "Call to unknown function",
  (name: string, near: string | undefined) => `There is no function named ${quoted(name)}.${suggestion(near)}`,
);

// ─── attributes and indexes ──────────────────────────────────────────────────

export const unsupportedAttribute = errorEntry(
  "unsupported-attribute",
  "Unsupported attribute",
  (name: string, near: string | undefined, names: readonly string[]) =>
    `This object does not have an attribute named ${quoted(name)}.${suggestion(near)}${near === undefined ? listed(names) : ""}`,
);
function listed(names: readonly string[]): string {
  if (names.length === 0) return " It has none.";
  return names.length > 10 ? "" : ` It has ${names.map(quoted).join(", ")}.`;
}
export const attributeOfPrimitive = errorEntry(
  "attribute-of-primitive",
  "Unsupported attribute",
  (type: string) => `Can't access attributes on a primitive-typed value (${type}).`,
);
export const attributeOfSequence = errorEntry(
  "attribute-of-sequence",
  "Unsupported attribute",
  (type: string, name: string) =>
    `Can't access attributes on a ${type}. Choose an element first, as in [0].${name}, or take the attribute of all of them, as in [*].${name}.`,
);
export const attributeOfNull = errorEntry(
  "attribute-of-null",
  "Attempt to get attribute from null value",
  (name: string) => `This value is null, so it does not have any attributes; ${quoted(name)} was asked for.`,
);
export const missingMapElement = errorEntry(
  "missing-map-element",
  "Missing map element",
  (name: string, near: string | undefined) =>
    `This map does not have an element with the key ${quoted(name)}.${suggestion(near)}`,
);
export const indexOfNull = errorEntry(
  "index-of-null",
  "Attempt to index null value",
  () => "This value is null, so it does not have any indices.",
);
const MISSED = "The given key does not identify an element in this collection value";
export const invalidIndex = errorEntry("invalid-index", "Invalid index", (why: string) => `${MISSED}: ${why}.`);
export const indexOutOfRange = errorEntry("index-out-of-range", "Invalid index", (index: string, length: number) =>
  length === 0
    ? `${MISSED}: the collection has no elements.`
    : `${MISSED}: the given index ${index} is greater than or equal to the length of the collection, which has ${counted(length, "element")}.`,
);
export const nullIndex = errorEntry("null-index", "Invalid index", () => "Can't use a null value as an indexing key.");
export const missingKey = errorEntry(
  "missing-key",
  "Invalid index",
  (key: string, near: string | undefined, byNumber: boolean) =>
    `${MISSED}: there is no ${quoted(key)}.${suggestion(near)}${byNumber ? " An object only supports looking up attributes by name, not by numeric index." : ""}`,
);
export const indexOfSet = errorEntry(
  "index-of-set",
  "Invalid index",
  () =>
    "Elements of a set are identified only by their value, so none can be selected by an index or a key. Convert the set to a list first.",
);
export const notIndexable = errorEntry(
  "not-indexable",
  "Invalid index",
  (type: string) => `This value does not have any indices: it is a ${type}.`,
);
export const splatOfNull = errorEntry(
  "splat-of-null",
  "Splat of null value",
  () => "Splat expressions (with the * symbol) cannot be applied to null sequences.",
);
export const nestedSplatTypes = errorEntry(
  "nested-splat-types",
  "Invalid nested splat expressions",
  () =>
    "The inner splat gives results of different types, which can't be elements of one list. Use a for expression instead.",
);

// ─── operators and conditions ────────────────────────────────────────────────

export const invalidOperand = errorEntry(
  "invalid-operand",
  "Invalid operand",
  (side: "left" | "right" | "unary", why: string) => `Unsuitable value for ${side} operand: ${why}.`,
);
export const operationFailed = errorEntry(
  "operation-failed",
  "Operation failed",
  (why: string) => `Error during operation: ${why}.`,
);
export const nullCondition = errorEntry(
  "null-condition",
  "Null condition",
  () => "The condition value is null. Conditions must either be true or false.",
);
export const conditionType = errorEntry(
  "condition-type",
  "Incorrect condition type",
  (why: string) => `The condition expression must be of type bool: ${why}.`,
);
export const inconsistentResults = errorEntry(
  "inconsistent-conditional-results",
  "Inconsistent conditional result types",
  (then: string, otherwise: string) =>
    `The true and false result expressions must have consistent types. The 'true' value is ${then}, but the 'false' value is ${otherwise}.`,
);
export const wrongConditionalResult = errorEntry(
  "wrong-conditional-result",
  "Inconsistent conditional result types",
  (side: "true" | "false", why: string) => `The ${side} result value has the wrong type: ${why}.`,
);

// ─── templates ───────────────────────────────────────────────────────────────

export const nullInTemplate = errorEntry(
  "null-in-template",
  "Invalid template interpolation value",
  () => "The expression result is null. Cannot include a null value in a string template.",
);
export const notStringable = errorEntry(
  "not-stringable",
  "Invalid template interpolation value",
  (why: string) => `Cannot include the given value in a string template: ${why}.`,
);

// ─── for and constructors ────────────────────────────────────────────────────

export const iterationOverNull = errorEntry(
  "iteration-over-null",
  "Iteration over null value",
  () => "A null value cannot be used as the collection in a 'for' expression.",
);
export const notIterable = errorEntry(
  "not-iterable",
  "Iteration over non-iterable value",
  (type: string) => `A value of type ${type} cannot be used as the collection in a 'for' expression.`,
);
/** Whatever the item is. */
export const nullForCondition = errorEntry(
  "null-for-condition",
  "Condition is null",
  () => "The value of the 'if' clause must not be null.",
);
export const nullItemCondition = errorEntry(
  "null-for-condition",
  "Invalid 'for' condition",
  () => "The value of the 'if' clause must not be null.",
);
export const forConditionType = errorEntry(
  "for-condition-type",
  "Invalid 'for' condition",
  (why: string) => `The 'if' clause value is invalid: ${why}.`,
);
export const nullForKey = errorEntry(
  "null-for-key",
  "Invalid object key",
  () => "Key expression in 'for' expression must not produce a null value.",
);
export const forKeyType = errorEntry(
  "for-key-type",
  "Invalid object key",
  (why: string) => `The key expression produced an invalid result: ${why}.`,
);
export const duplicateForKey = errorEntry(
  "duplicate-for-key",
  "Duplicate object key",
  (key: string | undefined) =>
    `Two different items produced ${key === undefined ? "the same key" : `the key ${quoted(key)}`} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.`,
);
export const nullKey = errorEntry("null-key", "Null value as key", () => "Can't use a null value as a key.");
export const keyType = errorEntry(
  "key-type",
  "Incorrect key type",
  (why: string) => `Can't use this value as a key: ${why}.`,
);

// ─── calls ───────────────────────────────────────────────────────────────────

export const notEnoughArguments = errorEntry(
  "not-enough-arguments",
  "Not enough function arguments",
  (name: string, count: number, more: boolean, missing: string) =>
    `Function ${quoted(name)} expects${more ? " at least" : ""} ${count} argument(s). Missing value for ${quoted(missing)}.`,
);
export const tooManyArguments = errorEntry(
  "too-many-arguments",
  "Too many function arguments",
  (name: string, count: number) => `Function ${quoted(name)} expects only ${count} argument(s).`,
);
export const invalidArgument = errorEntry(
  "invalid-function-argument",
  "Invalid function argument",
  (parameter: string, why: string) => `Invalid value for ${quoted(parameter)} parameter: ${why}.`,
);
export const callFailed = errorEntry(
  "function-call-failed",
  "Error in function call",
  (name: string, why: string) => `Call to function ${quoted(name)} failed: ${why}.`,
);
export const nullExpansion = errorEntry(
  "null-expansion",
  "Invalid expanding argument value",
  () => "The expanding argument (indicated by ...) must not be null.",
);
export const expansionType = errorEntry(
  "expansion-type",
  "Invalid expanding argument value",
  () => "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
);

// ─── type expressions ────────────────────────────────────────────────────────

export const invalidType = errorEntry("invalid-type", "Invalid type specification", (why: string) => `${why}.`);

export const tooDeep = errorEntry(
  "expression-too-deep",
  "Expression too deeply nested",
  (limit: number) => `This expression nests more than ${limit} levels deep, which is more than can be evaluated.`,
);
export const invalidDefault = errorEntry(
  "invalid-optional-default",
  "Invalid default value for optional attribute",
  (why: string) => `This default value is not compatible with the attribute's type constraint: ${why}.`,
);
