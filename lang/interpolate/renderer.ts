// What the rest of pkrts sees of the template engine; schemas/options.ts describes the same shapes for options.

import type { GoStruct } from "./go-value.js";

/** What is wrong with a template, as Go words it. */
export interface TemplateProblem {
  /** `template: root:1: function "nope" not defined`. */
  readonly message: string;
  /** UTF-16 offsets in the text, where known. */
  readonly start?: number;
  readonly end?: number;
}

/** A template that does not parse, or that failed while it was rendered. The message is Go's. */
export class TemplateFailure extends Error {
  override readonly name = "TemplateFailure";
  readonly problem: TemplateProblem;
  constructor(problem: TemplateProblem, options?: ErrorOptions) {
    super(problem.message, options);
    this.problem = problem;
  }
}

export type OnAction = (source: string, printed: string) => void;

/** Renders the Go templates (`{{ }}`) in strings, with the functions that exist in this dialect and build. */
export interface TemplateRenderer {
  /** Undefined when `text` parses and calls only functions that exist. */
  check(text: string): TemplateProblem | undefined;
  /**
   * What goes wrong when `text` is rendered before the build runs, as Packer does with most options: a function that has nothing
   * to give here, a name that `build` will never know.
   */
  trial(text: string): TemplateProblem | undefined;
  /**
   * Renders once: what a template prints is never parsed as a template. `onAction` is told of each action's text and of what it printed or gave to a variable.
   * Throws {@link TemplateFailure}.
   */
  render(text: string, data?: Readonly<Record<string, unknown>> | GoStruct, onAction?: OnAction): string;
}
