// The functions that ask a service (vault, consul_key, aws_secretsmanager…), in a language that evaluates without waiting.
//
// What an expression asks for is noted while it is evaluated, and unknown for the moment. The answers are fetched, and the
// expression is evaluated again, until it asks for nothing new. Only what it says then is told.

import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import type { Reporter } from "../../lang/diagnostics/diagnostic.js";
import type { FunctionHost, RemoteAnswer, RemoteCall } from "../../lang/functions/host.js";
import type { Registry } from "../contract/component.js";
import { RunError } from "../contract/errors.js";

/** Evaluates, or prepares, until nothing is asked for any more. `body` may run several times; it reports to what it is given. */
export interface Settling {
  settled<T>(body: (report: Reporter) => T, report: Reporter): Promise<T>;
  /** Texts that no output may show: every answer so far. */
  secrets(): Iterable<string>;
}

/** Nobody is asked: what a service would say is unknown. */
export const UNASKED: Settling = {
  settled: (body, report) => Promise.resolve(body(report)),
  secrets: () => [],
};

/** Calls whose arguments are the answers of others; deeper than this, they are different each time. */
const MOST_PASSES = 20;

interface Asking {
  readonly registry: Pick<Registry, "remoteFunction">;
  readonly env: (name: string) => string | undefined;
  readonly signal: AbortSignal;
}

/** Answers of services: each call is made once in the life of this object. */
export class RemoteCalls implements Settling {
  readonly #asking: Asking;
  readonly #answers = new Map<string, RemoteAnswer>();
  readonly #missing = new Map<string, RemoteCall>();
  readonly #secrets = new Set<string>();
  /** In the last pass nothing new is asked for. */
  #isLast = false;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /** The host with an answer for what has been asked; what has not is unknown, and noted. */
  on(host: FunctionHost): FunctionHost {
    return { ...host, remote: (call) => this.#answer(call) };
  }

  secrets(): Iterable<string> {
    return this.#secrets;
  }

  async settled<T>(body: (report: Reporter) => T, report: Reporter): Promise<T> {
    for (let pass = 0; ; pass += 1) {
      this.#missing.clear();
      const own = collectDiagnostics();
      this.#isLast = pass === MOST_PASSES;
      const result = body(own);
      this.#isLast = false;
      if (this.#missing.size === 0) {
        for (const diagnostic of own.diagnostics) report.report(diagnostic);
        return result;
      }
      const calls = [...this.#missing];
      await Promise.all(calls.map(([key, call]) => this.#fetch(key, call)));
    }
  }

  #answer(call: RemoteCall): RemoteAnswer | undefined {
    const key = JSON.stringify([call.name, ...call.args]);
    const known = this.#answers.get(key);
    if (known === undefined && this.#isLast)
      return { error: "it is asked for something else each time it is evaluated" };
    if (known === undefined) this.#missing.set(key, call);
    return known;
  }

  async #fetch(key: string, { name, args }: RemoteCall): Promise<void> {
    const { registry, env, signal } = this.#asking;
    const hide = (text: string): void => void (text === "" || this.#secrets.add(text));
    try {
      const ask = await registry.remoteFunction(name);
      const text = await ask(args, { env, signal, hide });
      hide(text);
      this.#answers.set(key, { text });
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      this.#answers.set(key, { error: error.message });
    }
  }
}
