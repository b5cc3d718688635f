import type { Command } from "../runtime/cli/command.js";
import { commandHelp } from "../runtime/cli/help.js";

/** What `--help` of each command prints. */
export const commandPage = (commands: readonly Command[]): string =>
  `# Commands\n\n${commands.map((command) => `## pkrts ${command.name}\n\n\`\`\`\n${commandHelp(command).trimEnd()}\n\`\`\`\n`).join("\n")}`;
