// `packer { required_version, required_plugins }`.

import {
  duplicatePlugin,
  invalidPluginName,
  invalidPluginObject,
  invalidPluginRequirement,
  invalidPluginSource,
  invalidVersionConstraint,
  noPluginSource,
  noPluginVersion,
  pluginSourceNoText,
} from "../diagnostics/catalog/template.js";
import { at, type Reporter, type Wording } from "../diagnostics/diagnostic.js";
import { staticMembers } from "../syntax/static.js";
import { DYNAMIC, STRING } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { asEntries, asString, type Value } from "../values/value.js";
import { PACKER } from "./blocks.js";
import { type ContentAttribute, type ContentBlock, contentOf, placeText } from "./body-content.js";
import type { RequiredPlugin, VersionConstraint } from "./ir.js";
import { literalValue, rangeOf } from "./literals.js";
import { everyAttribute } from "./lower-variable.js";
import { hasPrerelease, parseConstraints } from "./version-constraint.js";

export function lowerPacker(
  block: ContentBlock,
  versions: VersionConstraint[],
  plugins: Map<string, RequiredPlugin>,
  report: Reporter,
): void {
  const content = contentOf(block.body, block.file, PACKER, report);
  const version = content.attributes.get("required_version");
  if (version !== undefined) lowerVersion(version, versions, report);
  for (const inner of content.blocks)
    for (const attribute of everyAttribute(inner, report)) lowerPlugin(attribute, plugins, report);
}

function lowerVersion(attribute: ContentAttribute, versions: VersionConstraint[], report: Reporter): void {
  const value = literalValue(attribute, DYNAMIC, report);
  if (value === undefined) return;
  const range = rangeOf(attribute.value, attribute.file);
  const converted = tryConvert(value, STRING);
  const text = converted instanceof ConversionError ? undefined : asString(converted);
  if (text !== undefined && parseConstraints(text) !== undefined) return void versions.push({ text, range });
  const found = text === undefined ? "This" : JSON.stringify(text);
  const why = `${found} is no version constraint; write for example ">= 1.7.0, < 2".`;
  report.report(at(invalidVersionConstraint(why), range));
}

function lowerPlugin(attribute: ContentAttribute, plugins: Map<string, RequiredPlugin>, report: Reporter): void {
  const { name, value: expr, file } = attribute;
  const range = rangeOf(expr, file);
  const problem = nameProblem(name.text);
  if (problem !== undefined) report.report(at(invalidPluginName(problem), rangeOf(name, file)));
  const other = plugins.get(name.text);
  if (other !== undefined)
    return report.report(at(duplicatePlugin(name.text, placeText(other.range)), rangeOf(name, file)));
  const value = literalValue(attribute, DYNAMIC, report);
  if (value === undefined) return;
  if (value.type.kind !== "object" && value.type.kind !== "map")
    return report.report(at(invalidPluginRequirement(name.text), range));
  const before = report.errors;
  const members = new Map(staticMembers(expr));
  const requirement = readRequirement(name.text, asEntries(value), (wording, part) =>
    report.report(at(wording, rangeOf(members.get(part ?? "") ?? expr, file))),
  );
  // Whether it is built in is no question while it is not clear what is meant.
  if (report.errors === before) plugins.set(name.text, { name: name.text, ...requirement, range });
}

/** `part` is the member that is wrong. */
type Complain = (wording: Wording, part?: string) => void;

function readRequirement(
  name: string,
  entries: ReadonlyMap<string, Value>,
  complain: Complain,
): { source: string; version: string } {
  const extra = [...entries.keys()].find((key) => key !== "version" && key !== "source");
  if (extra !== undefined) complain(invalidPluginObject(), extra);
  const version = entries.get("version");
  const source = entries.get("source");
  if (version === undefined) complain(noPluginVersion(name));
  else checkConstraint(plainText(version), complain);
  if (source === undefined) complain(noPluginSource(name));
  else checkSource(plainText(source), complain);
  return { source: (source && plainText(source)) ?? "", version: (version && plainText(version)) ?? "" };
}

function checkConstraint(text: string | undefined, complain: Complain): void {
  const problem = constraintProblem(text);
  if (problem !== undefined) complain(invalidVersionConstraint(problem), "version");
}

function checkSource(text: string | undefined, complain: Complain): void {
  if (text === undefined) return complain(pluginSourceNoText(), "source");
  const problem = sourceProblem(text);
  if (problem !== undefined) complain(invalidPluginSource(problem), "source");
}

const plainText = (value: Value): string | undefined =>
  value.state === "known" && typeof value.raw === "string" ? value.raw : undefined;

function constraintProblem(text: string | undefined): string | undefined {
  const constraints = text === undefined ? undefined : parseConstraints(text);
  if (constraints === undefined) return 'A version constraint is a string such as "~> 1.2".';
  return hasPrerelease(constraints) ? "A constraint with a pre-release version is not supported." : undefined;
}

function nameProblem(name: string): string | undefined {
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return undefined;
  const lower = name.toLowerCase();
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(lower)
    ? `The name of a plugin is in lower case: ${lower}.`
    : "The name of a plugin has letters, digits, and single dashes between them.";
}

/** Host, namespaces and type: `github.com/hashicorp/amazon`. */
function sourceProblem(source: string): string | undefined {
  const parts = source.split("/");
  const last = parts.at(-1) ?? "";
  if (/^[a-z]+:\/\/|[?#]/i.test(source)) return "A source has no scheme, query or fragment.";
  if (parts.includes("")) return "A source neither begins nor ends with a slash.";
  if (parts.length < 3 || parts.length > 16)
    return "A source has a host, one or more names, and a type: github.com/hashicorp/amazon.";
  if (last.startsWith("packer-"))
    return `The type of a plugin is written without a prefix: ${last.replace(/^packer-(plugin-)?/, "")}.`;
  return /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(last) ? undefined : `${JSON.stringify(last)} is no plugin type.`;
}
