// `inspect` in Packer's two layouts, each as text and as records.

import type { ExpandedBuild, ProvisionerUse } from "../../lang/template/ir.js";
import { goQuote } from "../../lang/values/go-quote.js";
import { showValue } from "../../lang/values/show.js";
import { UNKNOWN, type Value } from "../../lang/values/value.js";
import type { Survey } from "../survey.js";
import { machineLine } from "../ui/machine-readable.js";

/** What is said to a person, or a record for programs. */
type Told = { readonly say: string } | { readonly record: readonly [type: string, ...args: string[]] };

export const surveyText = (survey: Survey): string =>
  told(survey)
    .map((part) => ("say" in part ? `${part.say}\n` : ""))
    .join("");

/** Packer's `-machine-readable` lines. */
export const surveyRecords = (survey: Survey, at: Date): string =>
  told(survey)
    .map((part) => machineLine(at, "say" in part ? ["", "ui", "say", part.say] : ["", ...part.record]))
    .join("");

const told = (survey: Survey): readonly Told[] =>
  survey.template.legacy === undefined ? hclParts(survey) : legacyParts(survey, survey.template.legacy);

const say = (...lines: readonly (string | readonly string[])[]): Told => ({ say: lines.flat().join("\n") });

function hclParts({ known, builds }: Survey): readonly Told[] {
  const variables = variableLines("var", known?.variables ?? new Map());
  const locals = variableLines("local", known?.locals ?? new Map());
  return [
    say("Packer Inspect: HCL2 mode", ""),
    say("> input-variables:", "", variables, "", "> local-variables:", "", locals, ""),
    say("> builds:", "", builds.flatMap(buildLines)),
  ];
}

/** `var.NAME: "…"`, by name: `variables` of the console prints the same. */
export function variableLines(root: string, values: ReadonlyMap<string, Value>): readonly string[] {
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, value]) => `${root}.${name}: ${goQuote(showValue(value ?? UNKNOWN))}`);
}

function buildLines(
  { name, description, sources, provisioners, chains }: ExpandedBuild,
  index: number,
): readonly string[] {
  return [
    `  > ${name === "" ? `<unnamed build ${index}>` : name}:`,
    "",
    ...(description === "" ? [] : [`  > Description: ${description}`, ""]),
    "    sources:",
    "",
    ...(sources.length === 0
      ? ["      <no source>", ""]
      : sources.flatMap(({ type, name: own }) => [`      ${type}.${own}`, ""])),
    "    provisioners:",
    "",
    ...(provisioners.length === 0 ? ["      <no provisioner>"] : provisioners.map((use) => `      ${nameOf(use)}`)),
    "",
    "    post-processors:",
    "",
    ...(chains.length === 0 ? ["      <no post-processor>", ""] : chains.flatMap(chainLines)),
  ];
}

type Chain = ExpandedBuild["chains"][number];
const chainLines = (chain: Chain, index: number): readonly string[] => [
  `      ${index}:`,
  ...chain.map((use) => `        ${nameOf(use)}`),
  "",
];

const nameOf = ({ type, name }: Pick<ProvisionerUse, "type" | "name">): string =>
  name === "" ? type : `${type}.${name}`;

type Legacy = NonNullable<Survey["template"]["legacy"]>;

function legacyParts({ template, builds }: Survey, legacy: Legacy): readonly Told[] {
  const [build] = builds;
  return [
    say("Packer Inspect: JSON mode"),
    ...(template.description === "" ? [] : [say("Description:", ""), say(template.description, "")]),
    ...legacyVariables(legacy),
    say(""),
    say("Builders:", ""),
    ...orNone("builders", builderParts(build?.sources ?? [])),
    say(""),
    say("Provisioners:", ""),
    ...orNone(
      "provisioners",
      (build?.provisioners ?? []).flatMap(({ type }) => [{ record: ["template-provisioner", type] }, say(`  ${type}`)]),
    ),
    say(
      "",
      "Note: If your build names contain user variables or template",
      "functions such as 'timestamp', these are processed at build time,",
      "and therefore only show in their raw form here.",
    ),
  ];
}

const orNone = (what: string, parts: readonly Told[]): readonly Told[] =>
  parts.length === 0 ? [say(`  <No ${what}>`)] : parts;

function legacyVariables({ variables, sensitive }: Legacy): readonly Told[] {
  if (variables.size === 0) return [say("Variables:", ""), say("  <No variables>")];
  const names = [...variables.keys()].sort();
  const width = widthOf(names);
  const required = names.filter((name) => variables.get(name)?.value === null);
  const optional = names.filter((name) => !required.includes(name));
  const shown = (name: string): string => (sensitive.has(name) ? "<sensitive>" : (variables.get(name)?.value ?? ""));
  const variable = (name: string, isRequired: "0" | "1", text: string): readonly Told[] => [
    { record: ["template-variable", name, shown(name), isRequired] },
    say(text),
  ];
  return [
    ...(required.length === 0
      ? []
      : [say("Required variables:", ""), ...required.flatMap((name) => variable(name, "1", `  ${name}`)), say("")]),
    say("Optional variables and their defaults:", ""),
    ...optional.flatMap((name) => variable(name, "0", `  ${name.padEnd(width)} = ${shown(name)}`)),
  ];
}

const widthOf = (names: readonly string[]): number => names.reduce((widest, { length }) => Math.max(widest, length), 0);

function builderParts(sources: ExpandedBuild["sources"]): readonly Told[] {
  const sorted = [...sources].sort((a, b) => (a.name < b.name ? -1 : 1));
  const width = widthOf(sorted.map(({ name }) => name));
  return sorted.flatMap(({ name, type }): readonly Told[] => [
    { record: ["template-builder", name, type] },
    say(`  ${name.padEnd(width)}${name === type ? "" : ` (${type})`}`),
  ]);
}
