// Completion scripts of shells, made from the table of commands. What depends on a template is asked of pkrts when it is needed.

import type { Command } from "./command.js";

export type Shell = "bash" | "zsh" | "fish";

/** What completes the value of a flag: build names, fixed words, or files. */
function valuesOf(name: string, placeholder: string): "builds" | "files" | readonly string[] {
  if (name === "only" || name === "except") return "builds";
  return /^[a-z0-9-]+(\|[a-z0-9-]+)+$/.test(placeholder) ? placeholder.split("|") : "files";
}

interface CompletedFlag {
  readonly name: string;
  readonly summary: string;
  /** Undefined for a boolean. */
  readonly values: ReturnType<typeof valuesOf> | undefined;
}

const flagsOf = ({ flags }: Command): readonly CompletedFlag[] =>
  Object.entries(flags).map(([name, { summary, placeholder }]) => ({
    name,
    summary,
    values: placeholder === undefined ? undefined : valuesOf(name, placeholder),
  }));

export function completionScript(shell: Shell, commands: readonly Command[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

const operandsOf = ({ words }: Command): readonly string[] => words?.() ?? [];

const flagWord = ({ name, values }: CompletedFlag): string => `-${name}${values === undefined ? "" : "="}`;

/** Flags with words of their own, once each. */
function wordFlags(commands: readonly Command[]): readonly (readonly [name: string, words: readonly string[]])[] {
  const found = new Map<string, readonly string[]>();
  for (const { name, values } of commands.flatMap(flagsOf)) if (Array.isArray(values)) found.set(name, values);
  return [...found];
}

function bashScript(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const flags = commands.map(
    (command) =>
      `    ${command.name}) flags="${flagsOf(command).map(flagWord).join(" ")}" operands="${operandsOf(command).join(" ")}" ;;`,
  );
  const words = wordFlags(commands).map(
    ([name, values]) =>
      `    -${name}=* | --${name}=*) COMPREPLY=($(compgen -W "${values.join(" ")}" -- "\${word#*=}")); return ;;`,
  );
  return bashFunction(names, flags.join("\n"), words.join("\n"));
}

/** `flags` and `words` are cases of the shell. */
const bashFunction = (
  names: string,
  flags: string,
  words: string,
): string => `# bash completion of pkrts: eval "$(pkrts completion bash)"
_pkrts() {
  local line=\${COMP_LINE:0:COMP_POINT} flags="" operands="" value kept
  local word=\${line##* }
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names}" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${flags}
  esac
  case $word in
    -only=* | --only=* | -except=* | --except=*)
      value=\${word#*=}
      kept=\${value%"\${value##*,}"}
      COMPREPLY=($(compgen -P "$kept" -W "$(pkrts completion builds 2>/dev/null)" -- "\${value##*,}"))
      return
      ;;
${words}
    -*=*) COMPREPLY=($(compgen -f -- "\${word#*=}")); return ;;
    -*)
      COMPREPLY=($(compgen -W "$flags -help" -- "\${word/#--/-}"))
      if [ "\${#COMPREPLY[@]}" -eq 1 ] && [ "\${COMPREPLY[0]%=}" != "\${COMPREPLY[0]}" ]; then compopt -o nospace 2>/dev/null; fi
      return
      ;;
  esac
  if [ "$COMP_CWORD" -eq 2 ] && [ -n "$operands" ]; then
    COMPREPLY=($(compgen -W "$operands" -- "$word"))
    return
  fi
  COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _pkrts pkrts
`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** zsh's _describe ends a name at its first colon. */
const described = (name: string, summary: string): string => quoted(`${name.replaceAll(":", "\\:")}:${summary}`);

function zshScript(commands: readonly Command[]): string {
  const list = commands.map(({ name, summary }) => `    ${described(name, summary)}`);
  const flags = commands.map((command) => {
    const items = flagsOf(command).map((flag) => `        ${described(flagWord(flag), flag.summary)}`);
    const operands = operandsOf(command).join(" ");
    return `    (${command.name})\n      flags=(\n${items.join("\n")}\n      )\n      operands=(${operands})\n      ;;`;
  });
  const words = wordFlags(commands).map(
    ([name, values]) => `    (-${name}=*|--${name}=*) compset -P '*='; compadd -- ${values.join(" ")} ;;`,
  );
  return `#compdef pkrts
# zsh completion of pkrts: source <(pkrts completion zsh)
_pkrts() {
  local -a commands flags operands
  commands=(
${list.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${flags.join("\n")}
  esac
  case $PREFIX in
    (-only=*|--only=*|-except=*|--except=*)
      compset -P '*='
      compset -P '*,'
      compadd -- \${(f)"$(pkrts completion builds 2>/dev/null)"}
      ;;
${words.join("\n")}
    (-*=*) compset -P '*='; _files ;;
    (-*) _describe -o option flags -S '' ;;
    (*)
      if (( CURRENT == 3 && $#operands )); then
        compadd -a operands
      else
        _files
      fi
      ;;
  esac
}
# Where ~/.zshrc has not set completion up by now.
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
compdef _pkrts pkrts
`;
}

function fishScript(commands: readonly Command[]): string {
  const lines = commands.map(
    ({ name, summary }) => `complete -c pkrts -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
  );
  const operands = commands.filter(({ words }) => words !== undefined).map(fishOperands);
  const flags = commands.flatMap((command) => flagsOf(command).map((flag) => fishFlag(command.name, flag)));
  return `# fish completion of pkrts: pkrts completion fish | source\n${[...lines, ...operands, ...flags].join("\n")}\n`;
}

function fishOperands(command: Command): string {
  const words = operandsOf(command).join(" ");
  const condition = `__fish_seen_subcommand_from ${command.name}; and not __fish_seen_subcommand_from ${words}`;
  return `complete -c pkrts -n ${quoted(condition)} -f -a ${quoted(words)}`;
}

function fishFlag(command: string, { name, summary, values }: CompletedFlag): string {
  const given =
    values === undefined
      ? ""
      : values === "builds"
        ? ` -x -a '(pkrts completion builds 2>/dev/null)'`
        : values === "files"
          ? " -r"
          : ` -x -a ${quoted(values.join(" "))}`;
  return `complete -c pkrts -n '__fish_seen_subcommand_from ${command}' -o ${name}${given} -d ${quoted(summary)}`;
}
