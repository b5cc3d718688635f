// Variables: those with constants stay variables, those that are computed become locals (spec: language.md §12.2).

import type { LegacyTemplate } from "../template/ir.js";
import { MAKES_LOCAL } from "./calls.js";
import { isFlat, parseString } from "./convert-string.js";
import { argument, type Block, block } from "./hcl.js";
import { quoteText } from "./quote.js";
import { noteRenamed, type Place, type Session } from "./session.js";
import { convertedBlock } from "./unit.js";

/** A name, and the text and place of its value; null where a value must be given. */
interface Variable {
  readonly name: string;
  readonly value: string | null;
  readonly place: Place;
}

/** The variables that can't be HCL2 variables, whose defaults are constants or read the environment. */
export function computedVariables({ variables }: LegacyTemplate): ReadonlySet<string> {
  const computed = [...variables].filter(([, { value }]) => value !== null && isComputed(value));
  return new Set(computed.map(([name]) => name));
}

function isComputed(text: string): boolean {
  if (!text.includes("{{")) return false;
  const parsed = parseString(text, "variable");
  return !("reason" in parsed) && isFlat(parsed) && [...parsed.calls].some((name) => MAKES_LOCAL.has(name));
}

/** In the order of their names: `variable` blocks, those for what was used without being declared among them. */
export function variableBlocks(session: Session, template: LegacyTemplate): readonly Block[] {
  const declared = variablesOf(template).filter(({ name }) => !session.locals.has(name));
  const places = { start: 0, end: 0 };
  const others = [...session.used.variables]
    .filter((name) => !template.variables.has(name))
    .map((name) => ({ name, value: null, place: places }));
  const environment = [...session.used.environment].map(([name, variable]) => environmentBlock(name, variable));
  const own = [...declared, ...others].map((variable) => variableBlock(session, template, variable));
  return [...own, ...environment].sort(byLabel);
}

const byLabel = (a: Block, b: Block): number => ((a.labels[0] ?? "") < (b.labels[0] ?? "") ? -1 : 1);

const variablesOf = ({ variables }: LegacyTemplate): readonly Variable[] =>
  [...variables]
    .map(([name, { value, range }]) => ({ name, value, place: range }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const environmentBlock = (name: string, variable: string): Block =>
  block("variable", [variable], [argument("type", "string"), argument("default", `"\${env(${quoteText(name)})}"`)]);

function variableBlock(session: Session, template: LegacyTemplate, { name, value, place }: Variable): Block {
  const label = session.variables.of(name);
  noteRenamed(session, "Variable", name, label, place);
  return convertedBlock(session, "variable", (write) =>
    block(
      "variable",
      [label],
      [
        argument("type", "string"),
        ...(value === null ? [] : [argument("default", write(value, place))]),
        ...(template.sensitive.has(name) ? [argument("sensitive", "true")] : []),
      ],
    ),
  );
}

/** One `locals` block, after a `local` block for each sensitive one. */
export function localBlocks(session: Session, template: LegacyTemplate): readonly Block[] {
  const locals = variablesOf(template).filter(({ name }) => session.locals.has(name));
  const sensitive = locals.filter(({ name }) => template.sensitive.has(name));
  const plain = locals.filter(({ name }) => !template.sensitive.has(name));
  for (const { name, place } of locals) noteRenamed(session, "Variable", name, session.variables.of(name), place);
  const blocks = sensitive.map((variable) => sensitiveLocal(session, variable));
  return plain.length === 0 ? blocks : [...blocks, plainLocals(session, plain)];
}

const sensitiveLocal = (session: Session, { name, value, place }: Variable): Block =>
  convertedBlock(session, "local", (write) =>
    block(
      "local",
      [session.variables.of(name)],
      [argument("sensitive", "true"), argument("expression", write(value ?? "", place))],
    ),
  );

const plainLocals = (session: Session, variables: readonly Variable[]): Block =>
  convertedBlock(session, "local", (write) =>
    block(
      "locals",
      [],
      variables.map(({ name, value, place }) => argument(session.variables.of(name), write(value ?? "", place))),
    ),
  );

/** The local behind `{{timestamp}}`: digits only, as in names of images. Undefined where nothing uses it. */
export function timestampBlock({ used, timestampLocal }: Session): Block | undefined {
  if (!used.timestamp) return undefined;
  const digits = argument(timestampLocal, 'regex_replace(timestamp(), "[- TZ:]", "")');
  return { ...block("locals", [], [digits]), oneLine: true };
}
