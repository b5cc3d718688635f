import { shellLocalOptions } from "../../schemas/components/shell-local.gen.js";
import type { ShellLocal } from "../../schemas/options.gen.js";
import { definePostProcessor, type GeneratedData } from "../contract/component.js";
import { checkLocal, runLocal } from "../provisioners/local-scripts.js";

export const component = definePostProcessor<ShellLocal>({
  type: "shell-local",
  summary: "Runs scripts on this machine, after the build",
  schema: shellLocalOptions,
  check: checkLocal,
  async process(options, context, input, run) {
    const { execute_command: command = [] } = options;
    // A single string is a shell's.
    const own = command.length === 1 ? { ...options, execute_command: ["sh", "-c", ...command] } : options;
    await runLocal(own, context, (input.state["generated_data"] ?? {}) as GeneratedData, run);
    return { artifact: input, keepInput: "required" };
  },
});
