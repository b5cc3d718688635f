import * as wording from "../diagnostics/catalog/legacy.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { PostProcessorUse, ProvisionerUse, Template, VersionConstraint } from "../template/ir.js";

/** The rules between the parts of a legacy template: filters and overrides name builders, the version is new enough. */
export function checkLegacy({ legacy }: Template, actual: string, report: Reporter): void {
  if (legacy === undefined) return;
  const { build, minVersion } = legacy;
  const names = new Set(build.sources.map(({ name }) => name));
  if (names.size === 0) report.report(at(wording.noBuilders(), build.range));
  build.provisioners.forEach((use, index) => {
    checkFilter(use, `provisioner ${index + 1}`, names, report);
    checkOverrides(use, `provisioner ${index + 1}`, names, report);
  });
  build.chains.forEach((chain, index) => {
    chain.forEach((use, place) => {
      checkFilter(use, `post-processor ${index + 1}.${place + 1}`, names, report);
    });
  });
  if (minVersion !== undefined) checkVersion(minVersion, actual, report);
}

function checkFilter(
  { filter, range }: ProvisionerUse | PostProcessorUse,
  who: string,
  names: ReadonlySet<string>,
  report: Reporter,
): void {
  if (filter.only.length > 0 && filter.except.length > 0) {
    report.report(at(wording.onlyAndExcept(who), range));
    return;
  }
  for (const which of ["only", "except"] as const) {
    for (const name of filter[which])
      if (!names.has(name)) report.report(at(wording.filterNotFound(who, which, name), range));
  }
}

function checkOverrides(
  { override, range }: ProvisionerUse,
  who: string,
  names: ReadonlySet<string>,
  report: Reporter,
): void {
  for (const [name, options] of override) {
    if (names.has(name)) continue;
    const place =
      "object" in options ? { file: options.file, start: options.object.start, end: options.object.end } : range;
    report.report(at(wording.overrideNotFound(who, name), place));
  }
}

const VERSION = /^v?([0-9]+(?:\.[0-9]+)*)(?:-[0-9A-Za-z.~-]+|[A-Za-z~-][0-9A-Za-z.~-]*)?(?:\+[0-9A-Za-z.~-]+)?$/;

function checkVersion({ text, range }: VersionConstraint, actual: string, report: Reporter): void {
  const wanted = segments(text);
  if (wanted === undefined) report.report(at(wording.minVersionInvalid(text), range));
  else if (isOlder(segments(actual) ?? [], wanted))
    report.report(at(wording.newerVersionNeeded(text.replace(/^v/, ""), actual), range));
}

const segments = (text: string): readonly number[] | undefined => VERSION.exec(text)?.[1]?.split(".").map(Number);

/** A pre-release of the wanted version is older than the version itself, so only the numbers decide. */
function isOlder(actual: readonly number[], wanted: readonly number[]): boolean {
  for (let index = 0; index < Math.max(actual.length, wanted.length); index += 1) {
    const difference = (actual[index] ?? 0) - (wanted[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
