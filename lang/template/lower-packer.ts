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
} from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { DYNAMIC, STRING } from "../types/type.js";
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
  const value = literalValue(attribute, STRING, report);
  if (value === undefined) return;
  const range = rangeOf(attribute.value, attribute.file);
  const text = asString(value);
  if (parseConstraints(text) === undefined) {
    report.report(
      at(
        invalidVersionConstraint(
          `${JSON.stringify(text)} is no version constraint; write for example ">= 1.7.0, < 2".`,
        ),
        range,
      ),
    );
  } else versions.push({ text, range });
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
  const requirement = readRequirement(name.text, asEntries(value), (wording) => report.report(at(wording, range)));
  if (requirement !== undefined) plugins.set(name.text, { name: name.text, ...requirement, range });
}

type Complain = (wording: ReturnType<typeof invalidPluginObject>) => void;

function readRequirement(
  name: string,
  entries: ReadonlyMap<string, Value>,
  complain: Complain,
): { source: string; version: string } | undefined {
  if ([...entries.keys()].some((key) => key !== "version" && key !== "source")) complain(invalidPluginObject());
  const version = entries.get("version");
  const source = entries.get("source");
  if (version === undefined) complain(noPluginVersion(name));
  if (source === undefined) complain(noPluginSource(name));
  const versionText = version === undefined ? undefined : plainText(version);
  const sourceText = source === undefined ? undefined : plainText(source);
  const versionProblem = version === undefined ? undefined : constraintProblem(versionText);
  if (versionProblem !== undefined) complain(invalidVersionConstraint(versionProblem));
  const wrongSource = source === undefined ? undefined : sourceProblem(sourceText);
  if (wrongSource !== undefined) complain(invalidPluginSource(wrongSource));
  return versionText === undefined || sourceText === undefined
    ? undefined
    : { source: sourceText, version: versionText };
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
function sourceProblem(source: string | undefined): string | undefined {
  if (source === undefined) return 'A source is a string such as "github.com/hashicorp/amazon".';
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
