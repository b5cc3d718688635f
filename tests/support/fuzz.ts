import { languageFunctions } from "../../lang/eval/special-forms.js";
import { evaluateExpression, formatHcl, parseHcl } from "../../runtime/library.js";
import { RandomHcl, type RandomInput } from "./random-hcl.js";

/** What one input did that none may do. */
export interface Finding {
  /** Which input of the seed's. */
  readonly index: number;
  readonly input: RandomInput;
  readonly problem: string;
}

export interface Fuzzed {
  readonly findings: readonly Finding[];
  /** How many inputs had a value, so that one sees that they were not all nonsense. */
  readonly evaluated: number;
  /** Milliseconds. */
  readonly slowest: number;
}

/** Milliseconds that one input may take, in all. */
const LONGEST = 1000;
/** They ask the machine or services, or are slow because they must be. */
const LEFT_OUT = [
  "vault",
  "consul_key",
  "aws_secretsmanager",
  "aws_secretsmanager_raw",
  "bcrypt",
  "fileset",
  "file",
  "filebase64",
  "templatefile",
];

/** Parses, formats and evaluates `count` inputs made from `seed`. */
export function fuzz(seed: number, count: number): Fuzzed {
  const functions = [...languageFunctions().keys()].filter((name) => !LEFT_OUT.includes(name));
  const inputs = new RandomHcl(seed, functions);
  const findings: Finding[] = [];
  let evaluated = 0;
  let slowest = 0;
  for (let index = 0; index < count; index += 1) {
    const input = inputs.input();
    const start = performance.now();
    try {
      if (use(input.text)) evaluated += 1;
    } catch (error) {
      findings.push({ index, input, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    const took = performance.now() - start;
    slowest = Math.max(slowest, took);
    if (took > LONGEST) findings.push({ index, input, problem: `took ${Math.round(took)} ms` });
  }
  return { findings, evaluated, slowest };
}

/** Throws what is wrong. True when the text is an expression that has a value. */
function use(text: string): boolean {
  // `1 .5` becomes `1.5`, as with Packer's own fmt: a step that stands behind a number literal.
  const sound = parseHcl(text, "t").diagnostics.length === 0 && !/\d\s+\./.test(text);
  const once = formatHcl(text);
  if (sound && once.text !== formatHcl(once.text).text)
    throw new Error(`not stable under fmt: ${JSON.stringify(once.text)}`);
  if (sound && parseHcl(once.text, "t").diagnostics.length > 0)
    throw new Error("formatted, it does not parse any more");
  const { diagnostics, json } = evaluateExpression(text, { variables: { u: { a: ["x"] } } });
  if (json === undefined && diagnostics.length === 0 && sound && text === "")
    throw new Error("neither a value nor a mistake");
  return json !== undefined;
}
