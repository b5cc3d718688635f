import { UsageError } from "../contract/errors.js";
import { prepareTemplate } from "../engine.js";
import { type Command, defineCommand } from "./command.js";
import { completionScript, type Shell } from "./completion-scripts.js";
import { engineOptions } from "./template-flags.js";
import type { World } from "./world.js";

const SHELLS: readonly Shell[] = ["bash", "zsh", "fish"];

/** `loadAll` gives the commands, this one among them. */
export const completionOf = (loadAll: () => Promise<readonly Command[]>): Command =>
  defineCommand({
    name: "completion",
    summary: "Prints a completion script for a shell",
    operands: "bash|zsh|fish",
    words: () => SHELLS,
    description:
      "Prints a script that completes commands, options and their values, the names of a template's builds among them. `pkrts completion builds [PATH]` prints those names, one a line.",
    flags: {},
    examples: [
      `eval "$(pkrts completion bash)"   # in ~/.bashrc`,
      "source <(pkrts completion zsh)   # in ~/.zshrc",
      "pkrts completion fish | source",
    ],
    async run(_flags, [what, ...more], world) {
      if (what === "builds") return printBuilds(more[0] ?? ".", world);
      const shell = SHELLS.find((one) => one === what);
      if (shell === undefined || more.length > 0) throw new UsageError(`one shell expected: ${SHELLS.join(", ")}`);
      world.stdout.write(completionScript(shell, await loadAll()));
      return 0;
    },
  });

/** Nothing is asked of the network, and mistakes in the template are no matter here: there are fewer names then. */
async function printBuilds(path: string, world: World): Promise<number> {
  const flags = { var: new Map<string, string>(), "var-file": [], "config-type": "json" };
  const { plan } = await prepareTemplate(path, { ...(await engineOptions(path, flags, world)), unsetIsUnknown: true });
  const labels = new Set(plan?.builds.map(({ label }) => label));
  world.stdout.write([...labels].map((label) => `${label}\n`).join(""));
  return 0;
}
