import { closest } from "../../lang/diagnostics/did-you-mean.js";
import { UsageError } from "../contract/errors.js";
import type { Command } from "./command.js";
import { COMMANDS } from "./commands.js";
import { commandHelp, programHelp, usageLine } from "./help.js";
import type { World } from "./world.js";

const NO_COMMAND = 127;
const WRONG_COMMAND_LINE = 2;

const LOG_VARIABLES = ["PKRTS_LOG", "PKRTS_LOG_PATH", "PACKER_LOG", "PACKER_LOG_PATH"];
const HELP = new Set(["-h", "-help", "--help"]);
const VERSION = new Set(["-v", "-version", "--version"]);
const MACHINE_READABLE = new Set(["-machine-readable", "--machine-readable"]);

/** Runs one command line. The exit code; what goes wrong inside pkrts itself is thrown. */
export async function runProgram(argv: readonly string[], world: World): Promise<number> {
  const [first = "", ...rest] = withFlagInPlace(argv);
  if (VERSION.has(first)) return runCommand("version", rest.filter(isMachineReadable), world);
  if (HELP.has(first)) return printHelp(world, 0);
  if (first === "" || first === "help") return printHelp(world, NO_COMMAND);
  if (first.startsWith("-")) return misplacedFlag(argv, world);
  if (!COMMANDS.some(({ name }) => name === first)) return unknownCommand(first, world);
  return runCommand(first, rest, world);
}

const isMachineReadable = (word: string): boolean => MACHINE_READABLE.has(word);

/** Scripts say -machine-readable before the command or behind the template, too: Packer hears the first one wherever it stands. */
function withFlagInPlace(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  const found = argv.slice(0, end < 0 ? undefined : end).findIndex(isMachineReadable);
  if (found < 0) return argv;
  const [command, ...rest] = argv.filter((_, i) => i !== found);
  return command === undefined ? [] : [command, "-machine-readable", ...rest];
}

async function runCommand(name: string, argv: readonly string[], world: World): Promise<number> {
  const refusal = LOG_VARIABLES.some((variable) => (world.env[variable] ?? "") !== "")
    ? (await import("./log-start.js")).beginCommandLog(name, world)
    : undefined;
  if (refusal !== undefined) {
    world.stderr.write(`${refusal}\n`);
    return 1;
  }
  const command = await loadCommand(name);
  if (asksForHelp(argv)) {
    world.stdout.write(commandHelp(command));
    return 0;
  }
  try {
    return await command.run(argv, world);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    world.stderr.write(`${error.message}\n\n${usageLine(command)}\n\`pkrts ${name} --help\` lists the options.\n`);
    return WRONG_COMMAND_LINE;
  }
}

async function loadCommand(name: string): Promise<Command> {
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry === undefined) throw new Error(`no command ${name}`);
  return entry.load();
}

/** Anywhere before a bare `--`, as Packer has it. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).some((word) => HELP.has(word));
}

async function printHelp(world: World, exitCode: number): Promise<number> {
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
  world.stdout.write(programHelp(commands));
  return exitCode;
}

async function unknownCommand(name: string, world: World): Promise<number> {
  const near = closest(
    name,
    COMMANDS.map((command) => command.name),
  );
  world.stderr.write(`There is no command "${name}".${near === undefined ? "" : ` Did you mean "${near}"?`}\n\n`);
  return printHelp(world, NO_COMMAND);
}

function misplacedFlag(argv: readonly string[], world: World): Promise<number> {
  const command = argv.find((word) => !word.startsWith("-"));
  const where =
    command === undefined ? "" : `\nFor example: pkrts ${command} ${argv.filter((word) => word !== command).join(" ")}`;
  world.stderr.write(
    `Invalid flags before the subcommand. If these flags are for\nthe subcommand, please put them after the subcommand.${where}\n`,
  );
  return Promise.resolve(WRONG_COMMAND_LINE);
}
