/** The colours of builds, by index; errors have their own. */
const BUILD_COLOURS = [32, 36, 35, 33, 34] as const;
export const ERROR_COLOUR = 31;

export const colourOfBuild = (index: number): number => BUILD_COLOURS[index % BUILD_COLOURS.length] ?? 32;

export const paint = (text: string, colour: number): string => `\u001b[1;${colour}m${text}\u001b[0m`;

const REFUSED = ["0", "false"];

/** Whether to colour: asked for by flag, else what the environment and the terminal say. */
export function wantsColour(
  flag: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const set = (name: string): boolean => (env[name] ?? "") !== "";
  if (set("PACKER_NO_COLOR")) return false;
  if (flag !== undefined) return flag;
  if (set("NO_COLOR") || REFUSED.includes(env["FORCE_COLOR"] ?? "")) return false;
  return set("FORCE_COLOR") || (isTerminal && env["TERM"] !== "dumb");
}
