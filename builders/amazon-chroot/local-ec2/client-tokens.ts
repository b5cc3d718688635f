import { createHash } from "node:crypto";
import type { Action, Answer, Call } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { type Query, text } from "./query.js";

/** AWS keeps tokens for a day; this many are plenty for one account's retries. */
const KEPT = 256;
const LONGEST: Readonly<Record<string, number>> = { CopyImage: 128 };
const DAY = 24 * 3_600_000;

/**
 * A repeated ClientToken gets the first call's answer and does nothing; with other parameters it is
 * IdempotentParameterMismatch.
 */
export function idempotent(name: string, act: Action): Action {
  return async (call) => {
    const token = text(call.query, "ClientToken");
    if (!token) return act(call);
    if (token.length > (LONGEST[name] ?? 64))
      throw new Ec2Error("InvalidParameterValue", `A client token has at most ${LONGEST[name] ?? 64} characters.`);
    const key = `${call.region}/${name}/${token}`;
    const request = digest(call.query);
    const earlier = (call.state.tokens ?? []).find((each) => each.key === key && each.at > Date.now() - DAY);
    if (earlier && earlier.request !== request)
      throw new Ec2Error("IdempotentParameterMismatch", "The client token was used with other parameters.");
    return (earlier?.answer as Answer | undefined) ?? keep(call, { key, request, answer: await act(call) });
  };
}

function keep(call: Call, made: { readonly key: string; readonly request: string; readonly answer: Answer }): Answer {
  call.state.tokens = [...(call.state.tokens ?? []).slice(1 - KEPT), { ...made, at: Date.now() }];
  return made.answer;
}

const digest = (query: Query): string => createHash("sha256").update(JSON.stringify(query)).digest("hex").slice(0, 32);
