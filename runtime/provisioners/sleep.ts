import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { sleepOptions } from "../../schemas/components/sleep.gen.js";
import type { Sleep } from "../../schemas/options.gen.js";
import { defineProvisioner } from "../contract/component.js";
import { milliseconds } from "./script.js";

export const component = defineProvisioner<Sleep>({
  type: "sleep",
  summary: "Waits",
  schema: sleepOptions,
  check(options, _context, report) {
    if (options.value.duration === undefined && !options.unknown.includes("/duration"))
      report.report(at(optionProblem("duration must be specified"), undefined));
  },
  provision: ({ duration }, _context, _machine, run) => run.clock.sleep(milliseconds(duration), run.signal),
});
