// Go's flag grammar (spec: `-x` is `--x`; `-x=v` or `-x v`; booleans only `-x` or `-x=v`; the first other token ends the flags).
// No library parses `-var key=value -force`, so this one is ours.

import { closest } from "../../lang/diagnostics/did-you-mean.js";
import { UsageError } from "../contract/errors.js";

/** One flag: how its text becomes a value, and what it is before any text. */
export interface FlagSpec<V> {
  /** One line for the help. */
  readonly summary: string;
  readonly initial: V;
  /** What the help shows after `=`; undefined for a boolean, which needs no value. */
  readonly placeholder?: string;
  /** Throws an Error with Go's reason when `text` is no value of this flag. */
  accept(text: string, current: V): V;
}

// A table of flags of different value types; each spec only ever meets values that it made itself.
// biome-ignore lint/suspicious/noExplicitAny: the one place where flags of all types stand side by side
export type FlagTable = Readonly<Record<string, FlagSpec<any>>>;
export type FlagValues<T extends FlagTable> = { readonly [K in keyof T]: T[K] extends FlagSpec<infer V> ? V : never };

export interface ParsedFlags<T extends FlagTable> {
  readonly values: FlagValues<T>;
  readonly args: readonly string[];
}

const BOOLEANS = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

export function bool(summary: string, initial = false): FlagSpec<boolean> {
  return { summary, initial, accept: parseBool };
}

/** A boolean that knows whether it was given. */
export function optionalBool(summary: string): FlagSpec<boolean | undefined> {
  return { summary, initial: undefined, accept: parseBool };
}

function parseBool(text: string): boolean {
  const value = BOOLEANS.get(text);
  if (value === undefined) throw new Error("parse error");
  return value;
}

export function text(summary: string, placeholder: string, initial = ""): FlagSpec<string> {
  return { summary, initial, placeholder, accept: (given) => given };
}

export function integer(summary: string, placeholder: string, initial: number): FlagSpec<number> {
  return {
    summary,
    initial,
    placeholder,
    accept(given) {
      if (!/^[+-]?\d+$/.test(given) || !Number.isSafeInteger(Number(given))) throw new Error("parse error");
      return Number(given);
    },
  };
}

export function choice<C extends string>(summary: string, choices: readonly C[], initial: C): FlagSpec<C> {
  return {
    summary,
    initial,
    placeholder: choices.join("|"),
    accept(given) {
      const found = choices.find((one) => one === given);
      if (found === undefined)
        throw new Error(`expected one of [${choices.map((one) => JSON.stringify(one)).join(" ")}]`);
      return found;
    },
  };
}

/** Every occurrence counts. */
export function list(summary: string, placeholder: string): FlagSpec<readonly string[]> {
  return { summary, initial: [], placeholder, accept: (given, current) => [...current, given] };
}

/** Every occurrence counts, each split at its commas; a comma inside braces is part of a glob. */
export function commaList(summary: string, placeholder: string): FlagSpec<readonly string[]> {
  return {
    summary,
    initial: [],
    placeholder,
    accept: (given, current) => [...current, ...given.split(/,(?![^{]*\})/)],
  };
}

/** `name=value`, split at the first `=`; a later pair of the same name wins. */
export function pairs(summary: string, placeholder: string): FlagSpec<ReadonlyMap<string, string>> {
  return {
    summary,
    initial: new Map(),
    placeholder,
    accept(given, current) {
      const equals = given.indexOf("=");
      if (equals < 0) throw new Error(`No '=' value in arg: ${given}`);
      return new Map([...current, [given.slice(0, equals), given.slice(equals + 1)]]);
    },
  };
}

/** Parses as Go's flag package does. Throws {@link UsageError} with Go's own line. */
export function parseFlags<T extends FlagTable>(table: T, argv: readonly string[]): ParsedFlags<T> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) values[name] = spec.initial;
  let next = 0;
  while (next < argv.length) {
    const token = argv[next] ?? "";
    if (!token.startsWith("-") || token === "-") break;
    next += 1;
    if (token === "--") break;
    next += takeFlag(table, values, token, argv[next]);
  }
  // The loop above gave every name of the table a value that its own spec made.
  return { values: values as FlagValues<T>, args: argv.slice(next) };
}

/** Returns how many further tokens the flag used up. */
function takeFlag(
  table: FlagTable,
  values: Record<string, unknown>,
  token: string,
  following: string | undefined,
): 0 | 1 {
  const [, name = "", given] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(token) ?? [];
  const spec = Object.hasOwn(table, name) ? table[name] : undefined;
  if (name === "" || name.startsWith("-")) throw new UsageError(`bad flag syntax: ${token}`);
  if (spec === undefined) throw new UsageError(`flag provided but not defined: -${name}${nearestFlag(table, name)}`);
  if (spec.placeholder === undefined) {
    values[name] = accept(spec, name, given ?? "true", values[name]);
    return 0;
  }
  const value = given ?? following;
  if (value === undefined) throw new UsageError(`flag needs an argument: -${name}`);
  values[name] = accept(spec, name, value, values[name]);
  return given === undefined ? 1 : 0;
}

/** A line of its own, so that Go's own stays whole for those who look for it. */
function nearestFlag(table: FlagTable, name: string): string {
  const near = closest(name, Object.keys(table));
  return near === undefined ? "" : `\nDid you mean -${near}?`;
}

function accept(spec: FlagSpec<unknown>, name: string, given: string, current: unknown): unknown {
  try {
    return spec.accept(given, current);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const kind = spec.placeholder === undefined ? "boolean value" : "value";
    const where = spec.placeholder === undefined ? `for -${name}` : `for flag -${name}`;
    throw new UsageError(`invalid ${kind} ${JSON.stringify(given)} ${where}: ${reason}`);
  }
}
