import { unknownComponent } from "../../lang/diagnostics/catalog/template.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { suggestion } from "../../lang/diagnostics/did-you-mean.js";
import type { SourceRange } from "../../lang/source/source-file.js";
import type { Kind, Kinds, Registry } from "../contract/component.js";

/** Loads a component of an HCL template; undefined, and an error at `range`, where there is none of that type. */
export async function loadComponent<K extends Kind>(
  registry: Registry,
  kind: K,
  type: string,
  range: SourceRange,
  report: Reporter,
): Promise<Kinds[K] | undefined> {
  const component = await registry.load(kind, type);
  if (component === undefined)
    report.report(at(unknownComponent(HCL_NAMES[kind] ?? kind, type, hintFor(registry, kind, type)), range));
  return component;
}

const HCL_NAMES: Readonly<Partial<Record<Kind, string>>> = { builder: "source", "data-source": "data" };

/** What there is instead, or why a known type is not there. */
export function hintFor(registry: Registry, kind: Kind, type: string): string {
  const why = registry.unsupported(kind, type);
  if (why !== undefined) return `pkrts knows it, but does not support it: ${why}.`;
  return `There are: ${registry.types(kind).join(", ")}.${suggestion(type, registry.types(kind))}`;
}
