import { STRING } from "../../../lang/types/type.js";
import { defineDataSource } from "../../../runtime/contract/component.js";
import { amazonSecretsmanagerOptions } from "../../../schemas/components/amazon-secretsmanager.gen.js";
import type { AmazonSecretsmanager } from "../../../schemas/options.gen.js";
import { checkNamed } from "./check-named.js";

/** Reads a secret (builder §9). Its outputs are sensitive. */
export const component = defineDataSource<AmazonSecretsmanager>({
  type: "amazon-secretsmanager",
  summary: "Reads a secret of AWS Secrets Manager",
  schema: amazonSecretsmanagerOptions,
  outputs: new Map(["value", "secret_string", "secret_binary", "version_id"].map((name) => [name, STRING])),
  check: (options, _context, report) => checkNamed(options, "Secrets Manager", "SECRETS_MANAGER", report),
  read: async (...given) => (await import("./read-secret.js")).readSecret(...given),
});
