// A build block with what is known: its sources, its provisioners and post-processors with their meta arguments.

import {
  invalidDuration,
  invalidOverride,
  invalidSourceReference,
  missingSourceReference,
  oneErrorCleanup,
  onlyAndExcept,
  uselessFilter,
} from "../diagnostics/catalog/template.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { childContext, type EvalContext } from "../eval/context.js";
import { DYNAMIC, listOf, STRING } from "../types/type.js";
import { parseGoDuration } from "../values/go-duration.js";
import { asEntries, asItems, asString, isKnown, stringValue, type Value } from "../values/value.js";
import { BUILD, isIdentifier, POST_PROCESSOR_META, POST_PROCESSORS, PROVISIONER_META } from "./blocks.js";
import { type Content, contentOf } from "./body-content.js";
import { expandBlocks, type ScopedBlock, scopeOf, withDynamic } from "./dynamic-block.js";
import type {
  BuildDecl,
  ExpandedBuild,
  OnlyExcept,
  OverrideOptions,
  PostProcessorUse,
  ProvisionerUse,
  SourceRef,
} from "./ir.js";
import { literalText, rangeOf } from "./literals.js";
import { flagOf, integerOf, metaArgument, metaValue, placeOf, textOf } from "./meta-arguments.js";
import { checkRegistries } from "./registry.js";

/** Reports what is wrong with the meta arguments; components' own options are not looked at. */
export function expandBuild(
  decl: BuildDecl,
  contextFor: (build: ReadonlyMap<string, Value>) => EvalContext,
  report: Reporter,
): ExpandedBuild {
  const context = contextFor(new Map());
  const before = report.errors;
  const content = contentOf(decl.body, decl.file, withDynamic(BUILD), report);
  // What is not understood may be the sources.
  const isUnderstood = report.errors === before;
  const name = textOf(content, "name", context, report) ?? "";
  const named = contextFor(new Map([["name", stringValue(name)]]));
  const blocks = expandBlocks(content, BUILD, context, report).map((block) => within(named, block));
  const ofType = (type: string): readonly ScopedBlock[] => blocks.filter((block) => block.type === type);
  const listed = listedSources(content, context, report);
  const sources = [...listed, ...ofType("source").flatMap((block) => nestedSource(block, report))];
  const hasNoSource = sources.length === 0 && !content.attributes.has("sources") && ofType("source").length === 0;
  if (hasNoSource && isUnderstood) {
    report.report(at(missingSourceReference(), decl.range));
  }
  checkRegistries(ofType("hcp_packer_registry"), context, report);
  const known = allAreKnown(content, listed) ? sources : undefined;
  const cleanups = ofType("error-cleanup-provisioner");
  if (cleanups[1] !== undefined) report.report(at(oneErrorCleanup(), cleanups[1].range));
  const cleanup = cleanups[0] === undefined ? undefined : provisioner(cleanups[0], known, report);
  return {
    name,
    description: textOf(content, "description", context, report) ?? "",
    sources,
    provisioners: ofType("provisioner").map((block) => provisioner(block, known, report)),
    ...(cleanup === undefined ? {} : { errorCleanup: cleanup }),
    chains: blocks.flatMap((block) => chainOf(block, known, report)),
    range: decl.range,
  };
}

/** Steps know the name of their build, which the build's own arguments and the collections of `dynamic` blocks do not. */
function within(context: EvalContext, block: ScopedBlock): ScopedBlock {
  const scope = scopeOf(block);
  return { ...block, context: scope === undefined ? context : childContext(context, scope.variables) };
}

/** Of the build that a component is in; undefined while not all of them are known. */
type KnownSources = readonly SourceRef[] | undefined;

function chainOf(
  block: ScopedBlock,
  sources: KnownSources,
  report: Reporter,
): readonly (readonly PostProcessorUse[])[] {
  if (block.type === "post-processor") return [[postProcessor(block, sources, report)]];
  if (block.type !== "post-processors") return [];
  const content = contentOf(block.body, block.file, withDynamic(POST_PROCESSORS), report);
  const inner = expandBlocks(content, POST_PROCESSORS, block.context, report);
  return [inner.map((each) => postProcessor(each, sources, report))];
}

// ─── sources ─────────────────────────────────────────────────────────────────

function listedSources(content: Content, context: EvalContext, report: Reporter): readonly SourceRef[] {
  const attribute = content.attributes.get("sources");
  const value = attribute === undefined ? undefined : metaValue(attribute, listOf(STRING), context, report);
  if (attribute === undefined || value === undefined) return [];
  const range = rangeOf(attribute.value, attribute.file);
  return asItems(value).flatMap((item, i) => {
    const part = attribute.value.kind === "Tuple" ? attribute.value.items[i] : undefined;
    const place = part === undefined ? range : rangeOf(part, attribute.file);
    if (!isKnown(item)) return [];
    const reference = parseReference(asString(item));
    if (reference !== undefined && isIdentifier(reference.type) && isIdentifier(reference.name)) {
      return [{ ...reference, localName: reference.name, range: place }];
    }
    report.report(at(invalidSourceReference(asString(item)), place));
    return [];
  });
}

/** Whether each text of `sources` became a source: none is unknown, none is wrong. */
function allAreKnown({ attributes }: Content, listed: readonly SourceRef[]): boolean {
  const value = attributes.get("sources")?.value;
  return value === undefined || (value.kind === "Tuple" && value.items.length === listed.length);
}

/** `source.null.a`, `null.a`; of three parts or more the second and third count. */
function parseReference(text: string): { readonly type: string; readonly name: string } | undefined {
  const parts = text.split(".");
  const [type, name] = parts.length > 2 ? parts.slice(1, 3) : parts;
  return type === undefined || name === undefined ? undefined : { type, name };
}

function nestedSource(block: ScopedBlock, report: Reporter): readonly SourceRef[] {
  const { labels, body, file, range } = block;
  const [label] = labels;
  const reference = parseReference(label?.text ?? "");
  if (reference === undefined) {
    report.report(at(invalidSourceReference(label?.text ?? ""), label === undefined ? range : rangeOf(label, file)));
    return [];
  }
  const content = contentOf(body, file, { attributes: ["name"], blocks: new Map(), partial: true }, report);
  const scope = scopeOf(block);
  const localName = literalText(content, "name", report, scope?.variables) ?? reference.name;
  return [{ ...reference, localName, overrides: { file, body, ...(scope && { scope }) }, range }];
}

// ─── provisioners and post-processors ────────────────────────────────────────

function metaContent({ body, file }: ScopedBlock, attributes: readonly string[], report: Reporter): Content {
  return contentOf(body, file, { attributes, blocks: new Map(), partial: true }, report);
}

const NO_LIMIT = {};

function provisioner(block: ScopedBlock, sources: KnownSources, report: Reporter): ProvisionerUse {
  const content = metaContent(block, PROVISIONER_META, report);
  const { context } = block;
  const timeout = duration(content, "timeout", context, report);
  return {
    ...componentOf(block, content, report),
    filter: filterOf(content, context, sources, report),
    pauseBefore: duration(content, "pause_before", context, report) ?? 0,
    ...(timeout === undefined ? NO_LIMIT : { timeout }),
    maxRetries: integerOf(content, "max_retries", context, report) ?? 0,
    continueOnError: flagOf(content, "continue_on_error", context, report) ?? false,
    override: overrides(content, context, report),
  };
}

function postProcessor(block: ScopedBlock, sources: KnownSources, report: Reporter): PostProcessorUse {
  const content = metaContent(block, POST_PROCESSOR_META, report);
  const keep = flagOf(content, "keep_input_artifact", block.context, report, { nullable: true });
  return {
    ...componentOf(block, content, report),
    filter: filterOf(content, block.context, sources, report),
    ...(keep === undefined ? {} : { keepInputArtifact: keep }),
  };
}

function componentOf(block: ScopedBlock, content: Content, report: Reporter) {
  const { labels, body, file, range, context } = block;
  const scope = scopeOf(block);
  return {
    type: labels[0]?.text ?? "",
    name: textOf(content, "name", context, report) ?? "",
    body: { dialect: "hcl2", file, body } as const,
    range,
    ...(scope && { scope }),
  };
}

/** Milliseconds. */
function duration(content: Content, name: string, context: EvalContext, report: Reporter): number | undefined {
  const text = textOf(content, name, context, report);
  if (text === undefined) return undefined;
  const parsed = parseGoDuration(text);
  if ("nanoseconds" in parsed) return Number(parsed.nanoseconds) / 1e6;
  report.report(at(invalidDuration(name, parsed.error), placeOf(content, name)));
  return undefined;
}

function filterOf(content: Content, context: EvalContext, sources: KnownSources, report: Reporter): OnlyExcept {
  const only = namesOf(content, "only", context, report);
  const except = namesOf(content, "except", context, report);
  if (sources !== undefined) {
    warnOfUnknown(content, "only", only, sources, report);
    warnOfUnknown(content, "except", except, sources, report);
  }
  if (only.length > 0 && except.length > 0) report.report(at(onlyAndExcept(), placeOf(content, "except")));
  return { only, except };
}

/** Packer is silent here, and an `only` with a misspelt name skips its component for good. */
function warnOfUnknown(
  content: Content,
  filter: "only" | "except",
  names: readonly string[],
  sources: readonly SourceRef[],
  report: Reporter,
): void {
  const known = sources.map(({ type, localName }) => `${type}.${localName}`);
  for (const name of names)
    if (!known.includes(name)) report.report(at(uselessFilter(filter, name, known), placeOf(content, filter)));
}

function namesOf(content: Content, name: string, context: EvalContext, report: Reporter): readonly string[] {
  const value = metaArgument(content, name, listOf(STRING), context, report);
  return value === undefined ? [] : asItems(value).filter(isKnown).map(asString);
}

function overrides(content: Content, context: EvalContext, report: Reporter): ReadonlyMap<string, OverrideOptions> {
  const attribute = content.attributes.get("override");
  const value = attribute === undefined ? undefined : metaValue(attribute, DYNAMIC, context, report);
  if (attribute === undefined || value === undefined) return new Map();
  const range = rangeOf(attribute.value, attribute.file);
  const isObject = (each: Value): boolean => isKnown(each) && (each.type.kind === "object" || each.type.kind === "map");
  if (!isObject(value) || ![...asEntries(value).values()].every(isObject)) {
    report.report(at(invalidOverride(), range));
    return new Map();
  }
  return new Map([...asEntries(value)].map(([name, options]) => [name, { value: options, range }]));
}
