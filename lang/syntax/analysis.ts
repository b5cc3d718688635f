// Chevrotain's own analysis of the grammar, with all its checks: for `npm run generate` and the tests, never for a command.

import {
  getLookaheadPaths,
  type ILookaheadStrategy,
  LLkLookaheadStrategy,
  type LookaheadProductionType,
  type Rule,
} from "chevrotain";
import type { Decision } from "./analysed-parser.js";
import { HclParser } from "./parser.js";

type Found = Omit<Decision, "key">;
/** What Chevrotain 11.2 keeps to itself. */
interface Internals {
  readonly lookAheadFuncsCache: ReadonlyMap<number, object>;
}

/** Where the grammar decides, and by what. Throws where Chevrotain finds fault with it. */
export function analysis(): readonly Decision[] {
  const strategy = new NotingStrategy({ maxLookahead: 1 });
  const parser = new HclParser(strategy) as unknown as Internals;
  return [...parser.lookAheadFuncsCache].flatMap(([key, decide]) => {
    const found = strategy.found.get(decide);
    return found === undefined ? [] : [{ key, ...found }];
  });
}

/** Chevrotain's strategy, which notes from what it builds its functions. */
class NotingStrategy extends LLkLookaheadStrategy {
  readonly found = new Map<object, Found>();

  override buildLookaheadForAlternation(options: Parameters<ILookaheadStrategy["buildLookaheadForAlternation"]>[0]) {
    return this.#noted(super.buildLookaheadForAlternation(options), options, "Alternation");
  }

  override buildLookaheadForOptional(options: Parameters<ILookaheadStrategy["buildLookaheadForOptional"]>[0]) {
    return this.#noted(super.buildLookaheadForOptional(options), options, options.prodType);
  }

  #noted<F extends object>(
    decide: F,
    { prodOccurrence: occurrence, rule, maxLookahead }: { prodOccurrence: number; rule: Rule; maxLookahead: number },
    prodType: LookaheadProductionType,
  ): F {
    const paths = getLookaheadPaths({ occurrence, rule, prodType, maxLookahead });
    const first = paths.map((alternative) =>
      alternative.some((path) => path.length === 0)
        ? null
        : alternative.flatMap((path) => path.map(({ name }) => name)),
    );
    // What follows an optional production is no business of ours.
    const own = prodType === "Alternation" ? first : first.slice(0, 1);
    this.found.set(decide, { place: `${rule.name} ${prodType}${occurrence === 0 ? "" : occurrence}`, first: own });
    return decide;
  }
}
