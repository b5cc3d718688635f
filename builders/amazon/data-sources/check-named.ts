import { optionDoubt, optionProblem } from "../../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../../lang/diagnostics/diagnostic.js";
import type { AmazonAccess } from "../../../schemas/options.gen.js";
import type { Options } from "../../../schemas/options.js";
import { checkKeys } from "../check-access.js";

/** Rules of the data sources that read one named thing of a service other than EC2. `variable`: its part of the endpoint's environment variable. */
export function checkNamed(
  options: Options<AmazonAccess & { readonly name?: string }>,
  service: string,
  variable: string,
  report: Reporter,
): void {
  const { value, unknown, rangeOf } = options;
  checkKeys(options, (text, name = "") => report.report(at(optionProblem(text), rangeOf(`/${name}`))));
  if ((value.name ?? "") === "" && !unknown.includes("/name"))
    report.report(at(optionProblem("a 'name' must be provided"), rangeOf("/name")));
  if ((value.custom_endpoint_ec2 ?? "") === "") return;
  const detail = `It is the endpoint of EC2 only. Set AWS_ENDPOINT_URL_${variable}, or AWS_ENDPOINT_URL, for another one of ${service}.`;
  report.report(
    at(optionDoubt(`custom_endpoint_ec2 is not used for ${service}`, detail), rangeOf("/custom_endpoint_ec2")),
  );
}
