import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { STRING } from "../../lang/types/type.js";
import { objectValue, stringValue } from "../../lang/values/value.js";
import { nullDataOptions } from "../../schemas/components/null-data.gen.js";
import type { NullData } from "../../schemas/options.gen.js";
import { defineDataSource } from "../contract/component.js";

/** Gives back what it is given: for trying out data sources. */
export const component = defineDataSource<NullData>({
  type: "null",
  summary: "Gives back what it is given",
  schema: nullDataOptions,
  outputs: new Map([["output", STRING]]),
  check({ value, unknown }, _context, report) {
    if (value.input === undefined && !unknown.includes("/input"))
      report.report(at(optionProblem("The `input` must be specified"), undefined));
  },
  read: ({ input }) => Promise.resolve(objectValue({ output: stringValue(input ?? "") })),
});
