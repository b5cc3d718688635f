import { runPlan } from "../../runtime/build/run-plan.js";
import { builtins } from "../../runtime/builtins.js";
import type { RunEvent } from "../../runtime/contract/events.js";
import { DEFAULTS, type EngineOptions } from "../../runtime/engine-options.js";
import type { HostWorld } from "../../runtime/interpreter/host.js";
import type { Plan } from "../../runtime/interpreter/plan-types.js";
import { systemClock } from "../../runtime/system/clock.js";

type Changes = Partial<Omit<EngineOptions, "world">> & { readonly env?: HostWorld["env"] };

/** How a template of `folder` is read, in a world that has nothing but that folder. */
export const optionsIn = (folder: string, { env = {}, ...changes }: Changes = {}): EngineOptions => ({
  ...DEFAULTS,
  world: { cwd: folder, home: folder, env, startedAt: new Date() },
  registry: builtins,
  signal: new AbortController().signal,
  ...changes,
});

/** Runs a plan, which cleans up after a failure, and tells its events. */
export function run(plan: Plan, stateDir: string, clock = systemClock): AsyncIterable<RunEvent> {
  const { signal } = new AbortController();
  return runPlan(plan, {
    stateDir,
    parallel: 0,
    force: false,
    onError: "cleanup",
    signal,
    clock,
    hide: () => undefined,
  });
}
