import { breakpointOptions } from "../../schemas/components/breakpoint.gen.js";
import type { Breakpoint } from "../../schemas/options.gen.js";
import { defineProvisioner } from "../contract/component.js";
import { errorFrom, RunError } from "../contract/errors.js";

export const component = defineProvisioner<Breakpoint>({
  type: "breakpoint",
  summary: "Waits for the user at the terminal",
  schema: breakpointOptions,
  async provision({ note = "", disable }, _context, _machine, run) {
    const noted = note === "" ? "" : ` with note "${note}"`;
    if (disable === true)
      return run.emit({ type: "say", text: `Breakpoint provisioner${noted} disabled; continuing...` });
    run.emit({ type: "say", text: `Pausing at breakpoint provisioner${noted}.` });
    try {
      await run.ask("Press enter to continue.");
    } catch (thrown) {
      run.signal.throwIfAborted();
      throw new RunError(`Error asking for input: ${errorFrom(thrown).message}`, { cause: thrown });
    }
  },
});
