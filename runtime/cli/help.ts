import type { Command } from "./command.js";

const WIDTH = 80;

/** The text of `pkrts`, `pkrts help` and `pkrts --help`. */
export function programHelp(commands: readonly Command[]): string {
  const rows = [...commands]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, summary }) => [name, summary] as const);
  return [
    "Usage: pkrts [--version] [--help] <command> [<args>]",
    "",
    "Available commands are:",
    ...columns(rows),
    "",
    "`pkrts <command> --help` explains a command.",
    "",
  ].join("\n");
}

/** The text of `pkrts COMMAND --help`. */
export function commandHelp(command: Command): string {
  const flags = Object.entries(command.flags).map(
    ([name, spec]) =>
      [`-${name}${spec.placeholder === undefined ? "" : `=${spec.placeholder}`}`, spec.summary] as const,
  );
  return [
    usageLine(command),
    "",
    ...paragraphs(command.description),
    ...(flags.length === 0 ? [] : ["", "Options:", ...columns(flags)]),
    ...(command.examples.length === 0 ? [] : ["", "Examples:", ...command.examples.map((example) => `    ${example}`)]),
    "",
  ].join("\n");
}

export function usageLine({ name, flags, operands }: Command): string {
  const words = ["pkrts", name, Object.keys(flags).length === 0 ? "" : "[options]", operands];
  return `Usage: ${words.filter((word) => word !== "").join(" ")}`;
}

function paragraphs(text: string): string[] {
  return text
    .split("\n")
    .flatMap((paragraph) => wrap(paragraph, WIDTH - 2).map((line) => (line === "" ? "" : `  ${line}`)));
}

/** Two columns; a name too long for the first stands on a line of its own. */
function columns(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const width = Math.min(Math.max(...rows.map(([name]) => name.length)), 28) + 4;
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, WIDTH - 4 - width);
    const own = name.length + 4 > width;
    const first = own ? [`    ${name}`] : [`    ${name.padEnd(width)}${lines.shift() ?? ""}`];
    return [...first, ...lines.map((line) => `    ${" ".repeat(width)}${line}`)];
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
