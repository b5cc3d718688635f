import { builtins } from "../builtins.js";
import { stateDir } from "../state-dir.js";
import { recover } from "../steps/recover.js";
import { systemClock } from "../system/clock.js";
import { defineCommand, noOperands } from "./command.js";
import { bool } from "./flags.js";
import { openLocal } from "./local-ec2.js";

export const cleanup = defineCommand({
  name: "cleanup",
  summary: "Finishes what dead runs left: mounts, processes, volumes",
  operands: "",
  description:
    "Reads the journals of runs that were killed and gives back what they held. Runs that are alive are not touched. Exit code 0 when nothing is left.",
  flags: { "dry-run": bool("Say what would be done, and do nothing"), yes: bool("Do it without asking") },
  examples: ["pkrts cleanup -dry-run", "pkrts cleanup -yes"],
  async run(flags, operands, world) {
    noOperands(operands);
    const say = (text: string): void => world.stdout.write(`${text}\n`);
    const options = {
      stateDir: stateDir(world),
      registry: builtins,
      clock: systemClock,
      dryRun: flags["dry-run"] || !flags.yes,
      user: process.getuid?.() ?? 0,
      say,
    };
    const left = await recover({ ...options, withLocal: (body) => openLocal(world, body) });
    if (left > 0 && !flags.yes && !flags["dry-run"]) say("Nothing was done: `pkrts cleanup -yes` does it.");
    return left === 0 ? 0 : 1;
  },
});
