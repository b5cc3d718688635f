import type { Func } from "../functions/func.js";
import type { FunctionHost } from "../functions/host.js";
import type { Value } from "../values/value.js";
import type { SpecialForm } from "./special-form.js";

/** The names of one scope. A plain map is one. */
export interface Names {
  get(name: string): Value | undefined;
  keys(): Iterable<string>;
  /** `name.attribute`, where that is known without making the whole of `name`: a template may have thousands of locals. */
  member?(name: string, attribute: string): Value | undefined;
}

/** What an expression may refer to. */
export interface EvalContext {
  /** Undefined: this place admits no variables at all ("Variables not allowed"). */
  readonly variables: Names | undefined;
  /** Undefined: this place admits no calls ("Function calls not allowed"); in a child scope: those of the parent. */
  readonly functions: ReadonlyMap<string, Func | SpecialForm> | undefined;
  readonly host: FunctionHost;
  /** Told of the sensitive texts that a template puts together with others. */
  readonly onSecret?: (text: string) => void;
  /** The scope around this one, asked when a name is not here. */
  readonly parent?: EvalContext;
}

/** A scope inside `parent` with names of its own that hide the parent's. */
export const childContext = (parent: EvalContext, variables: Names): EvalContext => ({
  variables,
  functions: undefined,
  host: parent.host,
  parent,
  ...hearing(parent),
});

/** Who is told of secrets in a context of its own, too. */
export const hearing = ({ onSecret }: EvalContext): Pick<EvalContext, "onSecret"> =>
  onSecret === undefined ? {} : { onSecret };

/** The context and those around it, from the inside out. */
export function* scopesOf(context: EvalContext): Generator<EvalContext> {
  for (let scope: EvalContext | undefined = context; scope !== undefined; scope = scope.parent) yield scope;
}
