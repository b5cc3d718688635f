import { UsageError } from "../contract/errors.js";
import { type FlagTable, type FlagValues, parseFlags } from "./flags.js";
import type { World } from "./world.js";

/** A command of the program. Its flags and examples are data, so that help and completion come from the same table. */
export interface CommandDefinition<T extends FlagTable> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The positional arguments, as the usage line shows them: `PATH`. */
  readonly operands: string;
  /** What the first of them may be, for completion; files unless given. */
  readonly words?: () => readonly string[];
  /** A paragraph or two. */
  readonly description: string;
  readonly flags: T;
  readonly examples: readonly string[];
  /** The exit code. Throws {@link UsageError} for operands that make no sense. */
  run(flags: FlagValues<T>, operands: readonly string[], world: World): Promise<number>;
}

export interface Command extends Omit<CommandDefinition<FlagTable>, "run"> {
  run(argv: readonly string[], world: World): Promise<number>;
}

export function defineCommand<T extends FlagTable>(definition: CommandDefinition<T>): Command {
  return {
    ...definition,
    run(argv, world) {
      const { values, args } = parseFlags(definition.flags, argv);
      return definition.run(values, args, world);
    },
  };
}

/** The one operand that a command takes. */
export function oneOperand(operands: readonly string[], what: string): string {
  const [only, ...more] = operands;
  if (only === undefined) throw new UsageError(`${what} is missing`);
  if (more.length > 0) {
    const flag = more.find((word) => word.startsWith("-"));
    const hint = flag === undefined ? "" : ` (flags go before the ${what.toLowerCase()}: ${flag})`;
    throw new UsageError(`one ${what.toLowerCase()} expected, not ${operands.length}${hint}`);
  }
  return only;
}

/** For a command that takes none: what stands behind a word that means nothing is no flag any more, and would be lost. */
export function noOperands(operands: readonly string[]): void {
  if (operands.length > 0) throw new UsageError(`no argument is expected, not ${operands.join(" ")}`);
}
