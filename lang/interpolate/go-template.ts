import { BUILTINS } from "./builtins.js";
import { executeTemplate } from "./execute.js";
import type { GoFunction } from "./go-function.js";
import { fromData } from "./go-value.js";
import { type ParsedTemplate, parseTemplate } from "./parser.js";
import { TemplateFailure, type TemplateProblem, type TemplateRenderer } from "./renderer.js";

export interface GoTemplateOptions {
  /** Beside Go's own: see {@link packerFunctions}. */
  readonly functions: ReadonlyMap<string, GoFunction>;
  /** What fields (`{{ .X }}`) find in a trial; without it, nothing. */
  readonly trialData?: Readonly<Record<string, unknown>>;
}

/** The engine for option strings. Each text is parsed once; both methods of the renderer share the tree. */
export function goTemplates({ functions, trialData }: GoTemplateOptions): TemplateRenderer {
  const parsed = new Map<string, ParsedTemplate | TemplateFailure>();
  const parse = (text: string): ParsedTemplate | TemplateFailure => {
    const known = parsed.get(text) ?? attempt(text, functions);
    parsed.set(text, known);
    return known;
  };
  const render: TemplateRenderer["render"] = (text, data, onAction) => {
    if (isPlain(text)) return text;
    const template = parse(text);
    if (template instanceof TemplateFailure) throw template;
    return executeTemplate(template, functions, fromData(data), onAction);
  };
  return {
    check: (text) => (isPlain(text) ? undefined : problemOf(parse(text))),
    trial: (text) => trialOf(() => render(text, trialData)),
    render,
  };
}

function trialOf(render: () => string): TemplateProblem | undefined {
  try {
    render();
    return undefined;
  } catch (error) {
    if (error instanceof TemplateFailure) return error.problem;
    throw error;
  }
}

const isPlain = (text: string): boolean => !text.includes("{{");

function attempt(text: string, functions: ReadonlyMap<string, GoFunction>): ParsedTemplate | TemplateFailure {
  try {
    return parseTemplate("root", text, (name) => functions.has(name) || BUILTINS.has(name));
  } catch (error) {
    if (error instanceof TemplateFailure) return error;
    throw error;
  }
}

const problemOf = (result: ParsedTemplate | TemplateFailure): TemplateProblem | undefined =>
  result instanceof TemplateFailure ? result.problem : undefined;
