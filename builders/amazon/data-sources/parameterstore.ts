import { STRING } from "../../../lang/types/type.js";
import { defineDataSource } from "../../../runtime/contract/component.js";
import { amazonParameterstoreOptions } from "../../../schemas/components/amazon-parameterstore.gen.js";
import type { AmazonParameterstore } from "../../../schemas/options.gen.js";
import { checkNamed } from "./check-named.js";

/** Reads a parameter (builder §9). The value of a SecureString is sensitive. */
export const component = defineDataSource<AmazonParameterstore>({
  type: "amazon-parameterstore",
  summary: "Reads a parameter of the Systems Manager Parameter Store",
  schema: amazonParameterstoreOptions,
  outputs: new Map(["value", "version", "arn"].map((name) => [name, STRING])),
  check: (options, _context, report) => checkNamed(options, "the Parameter Store", "SSM", report),
  read: async (...given) => (await import("./read-parameter.js")).readParameter(...given),
});
