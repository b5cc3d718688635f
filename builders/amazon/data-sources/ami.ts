import { optionProblem } from "../../../lang/diagnostics/catalog/options.js";
import { at } from "../../../lang/diagnostics/diagnostic.js";
import { mapOf, STRING, type Type } from "../../../lang/types/type.js";
import { defineDataSource } from "../../../runtime/contract/component.js";
import { amazonAmiOptions } from "../../../schemas/components/amazon-ami.gen.js";
import type { AmazonAmi } from "../../../schemas/options.gen.js";
import { checkKeys } from "../check-access.js";

/** Finds an AMI, by the rules of `source_ami_filter` (builder §9). */
export const component = defineDataSource<AmazonAmi>({
  type: "amazon-ami",
  summary: "Finds an AMI by filters",
  schema: amazonAmiOptions,
  outputs: new Map<string, Type>([
    ["id", STRING],
    ["name", STRING],
    ["creation_date", STRING],
    ["owner", STRING],
    ["owner_name", STRING],
    ["tags", mapOf(STRING)],
  ]),
  check(options, _context, report) {
    const { value, unknown } = options;
    const refuse = (text: string, name = ""): void =>
      report.report(at(optionProblem(text), options.rangeOf(`/${name}`)));
    const isGiven = (name: "filters" | "owners"): boolean =>
      unknown.includes(`/${name}`) || Object.keys(value[name] ?? {}).length > 0;
    checkKeys(options, refuse);
    if (!isGiven("filters") && !isGiven("owners")) refuse("The `filters` must be specified");
    if (!isGiven("owners")) refuse("For security reasons, you must declare an owner.");
  },
  read: async (...given) => (await import("./read-ami.js")).readAmi(...given),
});
