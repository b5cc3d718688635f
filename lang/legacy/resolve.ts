import * as wording from "../diagnostics/catalog/legacy.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { FunctionHost } from "../functions/host.js";
import { packerFunctions } from "../interpolate/functions.js";
import { goTemplates } from "../interpolate/go-template.js";
import { TemplateFailure, type TemplateRenderer } from "../interpolate/renderer.js";
import { hasUnknown } from "../interpolate/unknown-text.js";
import type { ProvisionerUse, SourceRef, Template } from "../template/ir.js";

/**
 * Renders what is a Go template outside the options: the names of builders (into `localName`; filters and overrides
 * keep to the name as written) and `max_retries`.
 */
export function resolveLegacy(
  template: Template,
  variables: ReadonlyMap<string, string>,
  host: FunctionHost,
  report: Reporter,
): Template {
  const { legacy } = template;
  if (legacy === undefined) return template;
  const renderer = goTemplates({ functions: packerFunctions({ dialect: "legacy-json", host, user: variables }) });
  const { build } = legacy;
  const [first] = build.sources;
  const resolve = (use: ProvisionerUse): ProvisionerUse => ({
    ...use,
    maxRetries: retriesOf(use, first?.name ?? "", renderer, report),
  });
  const resolved = {
    ...build,
    sources: build.sources.map((source) => ({ ...source, localName: nameOf(source, renderer, report) })),
    provisioners: build.provisioners.map(resolve),
    ...(build.errorCleanup === undefined ? {} : { errorCleanup: resolve(build.errorCleanup) }),
  };
  return { ...template, legacy: { ...legacy, build: resolved } };
}

function nameOf({ name, range }: SourceRef, renderer: TemplateRenderer, report: Reporter): string {
  const rendered = attempt(renderer, name);
  if (typeof rendered === "string") return hasUnknown(rendered) ? name : rendered;
  report.report(at(wording.builderNameFailed(name, rendered.message), range));
  return name;
}

function retriesOf(
  { maxRetriesText, maxRetries }: ProvisionerUse,
  build: string,
  renderer: TemplateRenderer,
  report: Reporter,
): number {
  if (maxRetriesText === undefined) return maxRetries;
  const rendered = attempt(renderer, maxRetriesText.text);
  if (typeof rendered === "string" && hasUnknown(rendered)) return 0;
  if (typeof rendered === "string" && /^[-+]?[0-9]{1,15}$/.test(rendered)) return Number(rendered);
  const words =
    typeof rendered === "string"
      ? wording.maxRetriesInvalid(build, rendered)
      : wording.maxRetriesFailed(rendered.message);
  report.report(at(words, maxRetriesText.range));
  return 0;
}

function attempt(renderer: TemplateRenderer, text: string): string | TemplateFailure {
  try {
    return renderer.render(text);
  } catch (error) {
    if (error instanceof TemplateFailure) return error;
    throw error;
  }
}
