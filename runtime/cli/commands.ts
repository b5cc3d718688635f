import type { Command } from "./command.js";

/** A command is loaded when it is called, so that `version` does not pay for `build`. */
export interface CommandEntry {
  readonly name: string;
  readonly load: () => Promise<Command>;
}

const loadAll = (): Promise<readonly Command[]> => Promise.all(COMMANDS.map(({ load }) => load()));

export const COMMANDS: readonly CommandEntry[] = [
  { name: "build", load: async () => (await import("./build.js")).build },
  { name: "cleanup", load: async () => (await import("./cleanup.js")).cleanup },
  { name: "completion", load: async () => (await import("./completion.js")).completionOf(loadAll) },
  { name: "console", load: async () => (await import("./console.js")).consoleCommand },
  { name: "doctor", load: async () => (await import("./doctor.js")).doctor },
  { name: "ec2", load: async () => (await import("./ec2.js")).ec2 },
  { name: "fix", load: async () => (await import("./fix.js")).fix },
  { name: "fmt", load: async () => (await import("./fmt.js")).fmt },
  { name: "hcl2_upgrade", load: async () => (await import("./hcl2-upgrade.js")).hcl2Upgrade },
  { name: "init", load: async () => (await import("./init.js")).init },
  { name: "inspect", load: async () => (await import("./inspect.js")).inspect },
  { name: "lsp", load: async () => (await import("./lsp.js")).lsp },
  { name: "plan", load: async () => (await import("./plan.js")).plan },
  { name: "plugins", load: async () => (await import("./plugins.js")).plugins },
  { name: "schema", load: async () => (await import("./schema.js")).schema },
  { name: "validate", load: async () => (await import("./validate.js")).validate },
  { name: "version", load: async () => (await import("./version.js")).version },
];
