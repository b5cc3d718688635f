// The steps of one build: which ran, what is to happen after a failure (`-on-error`), and the pauses of `-debug`.
// Wording and rules: cli-runtime §2.6 and §2.7.

import type { RunEventBody } from "../contract/events.js";
import type { StepHooks } from "../steps/run-context.js";
import { stepTitle } from "./step-title.js";

/** After a failure: everything is given back, nothing is, nothing once the error-cleanup-provisioner has run, or what the user says. */
export type OnError = "cleanup" | "abort" | "ask" | "run-cleanup-provisioner";
export type Decision = Exclude<OnError, "ask"> | "retry";

export interface StepsOptions {
  readonly onError: OnError;
  readonly debug: boolean;
  readonly signal: AbortSignal;
  emit(event: RunEventBody): void;
  /** Rejects where nobody can be asked. */
  ask(question: string): Promise<string>;
  /** A number that grows with each thing that the build takes. */
  mark(): number;
}

export interface RanStep {
  readonly title: string;
  /** What was taken since has a number of at least this. */
  readonly mark: number;
}

const CHOICES =
  "[c] Clean up and exit, [a] abort without cleanup, or [r] retry step (build may fail even if retry succeeds)?";

export class BuildSteps implements StepHooks {
  readonly #options: StepsOptions;
  readonly #ran: RanStep[] = [];
  readonly #decided = new WeakSet<Error>();
  #decision: Decision;
  #first: Error | undefined;
  #failed: string | undefined;

  constructor(options: StepsOptions) {
    this.#options = options;
    this.#decision = options.onError === "ask" ? "cleanup" : options.onError;
  }

  /** The steps to clean up, last first; each is given once. */
  takeRan(): readonly RanStep[] {
    return this.#ran.splice(0).reverse();
  }

  /** Whether the user was asked about a failure, and so has seen it. */
  get asked(): boolean {
    return this.#options.onError === "ask" && this.#failed !== undefined;
  }

  /** What the last failure led to. */
  get decision(): Decision {
    return this.#decision;
  }

  /** The error of a step that was tried again: it fails the build even when the retry did not, as in Packer. */
  get firstError(): Error | undefined {
    return this.#first;
  }

  /** The title of the step that failed last. */
  get failedStep(): string | undefined {
    return this.#failed;
  }

  before(name: string): void {
    const title = stepTitle(name);
    if (this.#ran.at(-1)?.title !== title) this.#ran.push({ title, mark: this.#options.mark() });
  }

  after(name: string): Promise<void> {
    return this.pause(`Pausing after run of step '${stepTitle(name)}'. Press enter to continue.`);
  }

  async failed(name: string, error: Error): Promise<"retry" | "give up"> {
    return (await this.decide(name, error)) === "retry" ? "retry" : "give up";
  }

  /** Once for each failure, however many steps it passes through. */
  async decide(name: string, error: Error): Promise<Decision> {
    if (this.#isDecided(error) || this.#options.signal.aborted) return this.#decision;
    this.#decided.add(error);
    this.#failed = stepTitle(name);
    if (this.#options.onError === "ask") this.#decision = await this.#asked(error);
    if (this.#decision === "retry") this.#first ??= error;
    return this.#decision;
  }

  #isDecided(error: Error): boolean {
    return this.#decided.has(error) || (error.cause instanceof Error && this.#decided.has(error.cause));
  }

  async #asked(error: Error): Promise<Decision> {
    const { emit, ask } = this.#options;
    emit({ type: "error", text: error.message });
    emit({ type: "say", text: `Step ${JSON.stringify(this.#failed)} failed` });
    for (;;) {
      // Where nobody can be asked, or nobody answers, everything is given back.
      const answer = await ask(CHOICES).catch(() => "c");
      const decision = DECISIONS[answer.trim().charAt(0).toLowerCase()];
      if (decision !== undefined) return decision;
      emit({ type: "say", text: `Incorrect input: ${JSON.stringify(answer)}` });
    }
  }

  /** With `-debug`, until enter is pressed; not where nobody could press it. */
  async pause(text: string): Promise<void> {
    const { debug, signal, ask } = this.#options;
    if (debug && !signal.aborted) await ask(text).catch(() => undefined);
  }
}

const DECISIONS: Readonly<Record<string, Decision>> = { "": "cleanup", c: "cleanup", a: "abort", r: "retry" };
