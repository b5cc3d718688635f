// What a secret's text means: plain text, or a JSON object of which one entry is wanted (language §5.8, builder §9).

import { RunError } from "../../runtime/contract/errors.js";

/** Text that is no JSON as it is; else the entry `key`, or the only one. Throws {@link RunError}, never with a value in it. */
export function secretValue(name: string, text: string, key: string | undefined): string {
  try {
    return valueIn(text, key);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new RunError(`Secrets Manager Secret ${JSON.stringify(name)}: ${error.message}`, { cause: error });
  }
}

function valueIn(text: string, key: string | undefined): string {
  const parsed = parseJson(text);
  if (parsed === undefined) return text;
  const entries = entriesOf(parsed.value);
  const names = Object.keys(entries);
  if (key !== undefined && key !== "") {
    if (Object.hasOwn(entries, key)) return scalar(key, entries[key]);
    throw new RunError(`No secret found for key ${JSON.stringify(key)}${namesText(names)}`);
  }
  const [only] = names;
  if (only === undefined) throw new RunError("the secret is an empty JSON object");
  if (names.length > 1) throw new RunError(`Secret has multiple values and no key was set${namesText(names)}`);
  return scalar(only, entries[only]);
}

/** The texts inside a secret that is JSON: each is a secret by itself. */
export function secretParts(text: string): readonly string[] {
  const found: string[] = [];
  const stack = [parseJson(text)?.value];
  for (let value = stack.pop(); value !== undefined || stack.length > 0; value = stack.pop()) {
    if (typeof value === "string") found.push(value);
    else if (typeof value === "object" && value !== null) stack.push(...Object.values(value));
  }
  return found;
}

/** Keys are no secret: they are what the template must name. */
const namesText = (names: readonly string[]): string =>
  names.length === 0 ? "" : `; the secret has the keys ${[...names].sort().join(", ")}`;

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function entriesOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  const what = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
  throw new RunError(
    `the secret is JSON, but ${what} and not an object: aws_secretsmanager_raw() and secret_string give it as it is`,
  );
}

function scalar(key: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return withoutDecimals(value);
  const what = value === null ? "null" : Array.isArray(value) ? "an array" : `of type ${typeof value}`;
  throw new RunError(`Unsupported secret value type: ${key} is ${what}; only strings and numbers can be read`);
}

/** As Go prints a float64 with no decimals: halves go to the even neighbour. */
function withoutDecimals(value: number): string {
  const floor = Math.floor(value);
  const isHalf = value - floor === 0.5;
  const rounded = isHalf ? floor + (Math.abs(floor % 2) === 1 ? 1 : 0) : Math.round(value);
  return rounded === 0 && (value < 0 || Object.is(value, -0)) ? "-0" : BigInt(rounded).toString();
}
