// `inspect` in Packer's two layouts.

import type { ExpandedBuild, ProvisionerUse } from "../../lang/template/ir.js";
import { quoteGo, showValue } from "../../lang/values/show.js";
import { UNKNOWN, type Value } from "../../lang/values/value.js";
import type { Survey } from "../survey.js";

export const surveyText = (survey: Survey): string =>
  survey.template.legacy === undefined ? hclText(survey) : legacyText(survey, survey.template.legacy);

function hclText({ known, builds }: Survey): string {
  const variables = variableLines("var", known?.variables ?? new Map());
  const locals = variableLines("local", known?.locals ?? new Map());
  const head = [
    "Packer Inspect: HCL2 mode",
    "",
    "> input-variables:",
    "",
    ...variables,
    "",
    "> local-variables:",
    "",
    ...locals,
    "",
  ];
  return `${[...head, "> builds:", "", ...builds.flatMap(buildLines)].join("\n")}\n`;
}

/** `var.NAME: "…"`, by name: `variables` of the console prints the same. */
export function variableLines(root: string, values: ReadonlyMap<string, Value>): readonly string[] {
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, value]) => `${root}.${name}: ${quoteGo(showValue(value ?? UNKNOWN))}`);
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

function legacyText({ template, builds }: Survey, legacy: Legacy): string {
  const description = template.description === "" ? [] : ["Description:", "", template.description, ""];
  const [build] = builds;
  const lines = [
    "Packer Inspect: JSON mode",
    ...description,
    ...legacyVariables(legacy),
    "",
    "Builders:",
    "",
    ...orNone("builders", builderLines(build?.sources ?? [])),
    "",
    "Provisioners:",
    "",
    ...orNone(
      "provisioners",
      (build?.provisioners ?? []).map(({ type }) => `  ${type}`),
    ),
    "",
    "Note: If your build names contain user variables or template",
    "functions such as 'timestamp', these are processed at build time,",
    "and therefore only show in their raw form here.",
  ];
  return `${lines.join("\n")}\n`;
}

const orNone = (what: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [`  <No ${what}>`] : lines;

function legacyVariables({ variables, sensitive }: Legacy): readonly string[] {
  if (variables.size === 0) return ["Variables:", "", "  <No variables>"];
  const names = [...variables.keys()].sort();
  const width = Math.max(...names.map((name) => name.length));
  const required = names.filter((name) => variables.get(name)?.value === null);
  const optional = names.filter((name) => !required.includes(name));
  const shown = (name: string): string => (sensitive.has(name) ? "<sensitive>" : (variables.get(name)?.value ?? ""));
  return [
    ...(required.length === 0 ? [] : ["Required variables:", "", ...required.map((name) => `  ${name}`), ""]),
    "Optional variables and their defaults:",
    "",
    ...optional.map((name) => `  ${name.padEnd(width)} = ${shown(name)}`),
  ];
}

function builderLines(sources: ExpandedBuild["sources"]): readonly string[] {
  const sorted = [...sources].sort((a, b) => (a.name < b.name ? -1 : 1));
  const width = Math.max(0, ...sorted.map(({ name }) => name.length));
  return sorted.map(({ name, type }) => `  ${name.padEnd(width)}${name === type ? "" : ` (${type})`}`);
}
