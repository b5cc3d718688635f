// Data sources of a template: prepared like every component, and asked where the command asks.

import { optionDoubt, optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import type { EvalContext } from "../../lang/eval/context.js";
import type { SourceRange } from "../../lang/source/source-file.js";
import type { ComponentUse, Template } from "../../lang/template/ir.js";
import { objectOf } from "../../lang/types/type.js";
import { unknownOf, type Value } from "../../lang/values/value.js";
import type { PreparedDataSource, Registry } from "../contract/component.js";
import { RunError } from "../contract/errors.js";
import { systemClock } from "../system/clock.js";
import { loadComponent } from "./load-component.js";
import { type ComponentOptions, ComponentPlanner } from "./plan-component.js";
import { pointingAt } from "./prepare.js";

export interface DataOptions extends ComponentOptions {
  readonly registry: Registry;
  /** False: their values stay unknown, and nobody is asked. */
  readonly evaluateDataSources: boolean;
  readonly signal: AbortSignal;
}

/**
 * The value of a data source: unknown where it is not asked, or does not know yet what to ask for. Undefined after an error,
 * which points at the block. Once there are errors nobody is asked any more: the template can't be built anyway.
 */
export async function readDataSource(
  use: ComponentUse,
  context: EvalContext,
  template: Template,
  options: DataOptions,
  report: Reporter,
): Promise<Value | undefined> {
  const component = await loadComponent(options.registry, "data-source", use.type, use.range, report);
  if (component === undefined) return undefined;
  const scope = { context: () => context, buildName: "", builderType: "" };
  const planner = new ComponentPlanner(options, template, scope);
  const prepare = (own: Reporter): PreparedDataSource | undefined =>
    planner.prepare(component, use, undefined, undefined, pointingAt(own, use.range));
  const prepared = await options.remote.settled(prepare, report);
  if (prepared === undefined) return undefined;
  const mayAsk = options.evaluateDataSources && !prepared.waits && report.errors === 0;
  return mayAsk ? answerOf(prepared, use.range, options, report) : unknownOf(objectOf(component.outputs));
}

async function answerOf(
  prepared: PreparedDataSource,
  range: SourceRange,
  { signal, hide }: DataOptions,
  report: Reporter,
): Promise<Value | undefined> {
  const warn = (text: string): void => report.report(at(optionDoubt(text), range));
  try {
    return await prepared.read({ signal, clock: systemClock, hide, warn });
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    report.report(at(optionProblem(error.message), range));
    return undefined;
  }
}
