// What Chevrotain's exceptions mean in HCL: by the rule that met a token it can't use.

import { EOF, type IRecognitionException, type IToken, isRecognitionException } from "chevrotain";
import { invalidExpression, itemRequired, missingExpression, singleLineBlock } from "../diagnostics/catalog/syntax.js";
import type { Wording } from "../diagnostics/diagnostic.js";
import { describeFound } from "./found.js";

interface Place {
  readonly start: number;
  readonly end: number;
}

export interface Misreading extends Place {
  readonly wording: Wording;
}

/** Throws what is no exception of the parser's. */
export function misreading(error: unknown, placeOf: (token: IToken) => Place): Misreading {
  if (!(error instanceof Error) || !isRecognitionException(error)) throw error;
  const { token, previousToken, context } = error as IRecognitionException & { readonly previousToken?: IToken };
  const rule = context.ruleStack.at(-1);
  if (rule === "bodyItem" && previousToken !== undefined)
    return { wording: itemRequired(equalsHint(token)), ...placeOf(previousToken) };
  if (rule === "block") return { wording: itemRequired(""), ...placeOf(token) };
  if (rule === "singleArgument")
    return { wording: singleLineBlock("A block on a single line holds one argument."), ...placeOf(token) };
  const wording = token.tokenType === EOF ? missingExpression() : invalidExpression(describeFound(token));
  return { wording, ...placeOf(token) };
}

const equalsHint = ({ image }: IToken): string =>
  image === ":" || image === ":=" ? ' To set an argument, write "=".' : "";
