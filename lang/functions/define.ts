// What a function table is made of: parameters, and plain TypeScript functions lifted to functions of the language.

import { invariant } from "../invariant.js";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, STRING, setOf, type Type } from "../types/type.js";
import { isWhollyKnown } from "../values/marks.js";
import { fromDouble, fromInteger, type HclNumber } from "../values/number.js";
import { makeSet } from "../values/sets.js";
import { boolValue, listValue, mapValue, numberValue, stringValue, unknownOf, type Value } from "../values/value.js";
import type { Allowance, Func, Param } from "./func.js";
import type { FunctionHost } from "./host.js";

/** A parameter whose argument reaches a lifted function as `T`. */
export interface Arg<T> extends Param {
  readonly plain: (value: Value) => T;
}

type Plains<P extends readonly Arg<unknown>[]> = { readonly [I in keyof P]: P[I] extends Arg<infer T> ? T : never };

// ─── parameters ──────────────────────────────────────────────────────────────

const arg = <T>(name: string, type: Type, plain: (value: Value) => T): Arg<T> => ({ name, type, plain });

/** What a lifted function sees of a known value. */
function plainOf(value: Value): unknown {
  if (value.state !== "known") return null;
  if (value.raw instanceof Map) return new Map([...value.raw].map(([key, child]) => [key, plainOf(child)]));
  return Array.isArray(value.raw) ? (value.raw as readonly Value[]).map(plainOf) : value.raw;
}

// The type of the parameter is what its argument was converted to, so the casts below hold.
export const str = (name: string): Arg<string> => arg(name, STRING, (value) => plainOf(value) as string);
export const num = (name: string): Arg<HclNumber> => arg(name, NUMBER, (value) => plainOf(value) as HclNumber);
export const bool = (name: string): Arg<boolean> => arg(name, BOOL, (value) => plainOf(value) as boolean);
/** Elements may be null: a list of strings holds `string | null`. */
export const strings = (name: string): Arg<readonly (string | null)[]> =>
  arg(name, listOf(STRING), (value) => plainOf(value) as (string | null)[]);
export const numbers = (name: string): Arg<readonly (HclNumber | null)[]> =>
  arg(name, listOf(NUMBER), (value) => plainOf(value) as (HclNumber | null)[]);
export const bools = (name: string): Arg<readonly (boolean | null)[]> =>
  arg(name, listOf(BOOL), (value) => plainOf(value) as (boolean | null)[]);
export const stringSet = (name: string): Arg<readonly (string | null)[]> =>
  arg(name, setOf(STRING), (value) => plainOf(value) as (string | null)[]);
export const stringMap = (name: string): Arg<ReadonlyMap<string, string | null>> =>
  arg(name, mapOf(STRING), (value) => plainOf(value) as Map<string, string | null>);
/** Of any type, as the value it is. */
export const any = (name: string): Arg<Value> => arg(name, DYNAMIC, (value) => value);
/** Of a type, as the value it is. */
export const typed = (name: string, type: Type): Arg<Value> => arg(name, type, (value) => value);

/** The same parameter, letting nulls, unknowns, untyped unknowns or marked values through to the function. */
export const allowing = <T>(param: Arg<T>, ...allow: Allowance[]): Arg<T | null> => ({
  ...param,
  allow: [...(param.allow ?? []), ...allow],
  plain: (value) => (value.state === "null" && param.type.kind !== "dynamic" ? null : param.plain(value)),
});

/** `rest(str("x"))`: any number of further arguments, which a lifted function gets one by one. */
export const rest = <T>(param: Arg<T>): { readonly rest: Arg<T> } => ({ rest: param });

// ─── results ─────────────────────────────────────────────────────────────────

/** What a lifted function may give for a result type. */
export type PlainResult =
  | string
  | number
  | bigint
  | boolean
  | HclNumber
  | null
  | readonly PlainResult[]
  | ReadonlyMap<string, PlainResult>
  | Value;

function liftResult(plain: PlainResult, type: Type): Value {
  if (plain !== null && typeof plain === "object" && "state" in plain) return plain;
  if (plain === null) return { state: "null", type, marks: new Set() };
  switch (type.kind) {
    case "string":
      return stringValue(String(plain));
    case "bool":
      return boolValue(plain === true);
    case "number":
      return numberOf(plain);
    case "list":
      return listValue(type.element, itemsOf(plain, type.element));
    case "set":
      return makeSet(type.element, itemsOf(plain, type.element));
    case "map":
      invariant(plain instanceof Map, "a map result is a Map");
      return mapValue(
        type.element,
        [...(plain as ReadonlyMap<string, PlainResult>)].map(([key, each]) => [key, liftResult(each, type.element)]),
      );
    default:
      invariant(false, `a result of type ${type.kind} must be a value`);
  }
}

/** JavaScript integers and bigints count as integers that functions make; other doubles keep 53 bits. */
function numberOf(plain: PlainResult): Value {
  if (typeof plain === "bigint" || Number.isSafeInteger(plain))
    return numberValue(fromInteger(plain as number | bigint));
  if (typeof plain === "number") return numberValue(fromDouble(plain));
  // Anything else that a function gives for a number is a number of the language.
  return numberValue(plain as HclNumber);
}

function itemsOf(plain: PlainResult, element: Type): readonly Value[] {
  invariant(Array.isArray(plain), "a list result is an array");
  return (plain as readonly PlainResult[]).map((each) => liftResult(each, element));
}

// ─── functions ───────────────────────────────────────────────────────────────

type Lifted<P extends readonly Arg<unknown>[]> = (...args: readonly [...Plains<P>]) => PlainResult;
type LiftedRest<P extends readonly Arg<unknown>[], R> = (...args: readonly [...Plains<P>, ...R[]]) => PlainResult;

/**
 * A row of a function table. The function gets plain arguments (string, boolean, HclNumber, arrays, Maps; Value for `any`)
 * and gives plain data of the result type, or a Value. Unknown inside an argument makes the result unknown before it is asked,
 * except for `any` and `typed` ones. It throws ArgError or FunctionError for the user's mistakes.
 */
export function defineFunc<const P extends readonly Arg<unknown>[]>(
  name: string,
  description: string,
  params: P,
  returns: Type,
  impl: Lifted<P>,
): Func;
export function defineFunc<const P extends readonly Arg<unknown>[], R>(
  name: string,
  description: string,
  params: P,
  variadic: { readonly rest: Arg<R> },
  returns: Type,
  impl: LiftedRest<P, R>,
): Func;
export function defineFunc(
  name: string,
  description: string,
  params: readonly Arg<unknown>[],
  ...others: readonly unknown[]
): Func {
  const [variadic, returns, impl] = (others.length === 3 ? others : [undefined, ...others]) as [
    { readonly rest: Arg<unknown> } | undefined,
    Type,
    (...args: readonly unknown[]) => PlainResult,
  ];
  return lift(name, description, params, variadic?.rest, returns, (args) => impl(...args));
}

/** As {@link defineFunc} for a function that asks the world: it gets the host first. */
export function defineHostFunc<const P extends readonly Arg<unknown>[]>(
  name: string,
  description: string,
  params: P,
  returns: Type,
  impl: (host: FunctionHost, ...args: readonly [...Plains<P>]) => PlainResult,
): Func {
  const untyped = impl as (host: FunctionHost, ...args: readonly unknown[]) => PlainResult;
  return lift(name, description, params, undefined, returns, (args, host) => untyped(host, ...args));
}

function lift(
  name: string,
  description: string,
  params: readonly Arg<unknown>[],
  variadic: Arg<unknown> | undefined,
  returns: Type,
  impl: (args: readonly unknown[], host: FunctionHost) => PlainResult,
): Func {
  const paramAt = (i: number): Arg<unknown> | undefined => params[i] ?? variadic;
  const seesThrough = (i: number): boolean =>
    paramAt(i)?.type.kind !== "dynamic" && paramAt(i)?.allow?.includes("unknown") !== true;
  return {
    name,
    description,
    params,
    ...(variadic === undefined ? {} : { variadic }),
    returns,
    impl(args, host) {
      if (args.some((each, i) => seesThrough(i) && !isWhollyKnown(each))) return unknownOf(returns);
      return liftResult(
        impl(
          args.map((each, i) => paramAt(i)?.plain(each)),
          host,
        ),
        returns,
      );
    },
  };
}

/** A row whose function works on values, and whose result type may depend on the arguments. */
export const defineValueFunc = (
  name: string,
  description: string,
  params: readonly Param[],
  returns: Func["returns"],
  impl: Func["impl"],
): Func => ({ name, description, params, returns, impl });

/** As {@link defineValueFunc}, with any number of further arguments. */
export const defineVariadicFunc = (
  name: string,
  description: string,
  params: readonly Param[],
  variadic: Param,
  returns: Func["returns"],
  impl: Func["impl"],
): Func => ({ name, description, params, variadic, returns, impl });
