import { shellLocalOptions } from "../../schemas/components/shell-local.gen.js";
import type { ShellLocal } from "../../schemas/options.gen.js";
import { defineProvisioner } from "../contract/component.js";
import { checkLocal, runLocal } from "./local-scripts.js";

export const component = defineProvisioner<ShellLocal>({
  type: "shell-local",
  summary: "Runs scripts on this machine",
  schema: shellLocalOptions,
  check: checkLocal,
  provision: (options, context, { generated }, run) => runLocal(options, context, generated, run),
});
