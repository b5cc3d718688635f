// What a line of the console means, with or without a terminal.

import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { childContext, type EvalContext, type Names } from "../../lang/eval/context.js";
import { evaluate } from "../../lang/eval/evaluate.js";
import type { FunctionHost } from "../../lang/functions/host.js";
import { parseExpression, tokensOf } from "../../lang/syntax/parse.js";
import { type Known, templateContext } from "../../lang/template/contexts.js";
import { objectOf } from "../../lang/types/type.js";
import { showValue } from "../../lang/values/show.js";
import { unknownOf } from "../../lang/values/value.js";
import { builtins } from "../builtins.js";
import { functionHost, type HostWorld } from "../interpreter/host.js";
import { RemoteCalls, type Settling } from "../interpreter/remote-calls.js";
import { PACKER_VERSION } from "../product.js";
import type { Survey } from "../survey.js";
import type { Secrets } from "../ui/secrets.js";
import { variableLines } from "./inspect-text.js";

export interface Session {
  /** Texts that no answer may show. */
  readonly secrets: Secrets;
  evaluate(entry: string): Promise<Answer>;
}

export interface Answer {
  /** Without its newline. */
  readonly output: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
}

const HELP = `The console evaluates HCL2 expressions: upper("a"), var.region, [for s in local.names : "\${s}-x"].
  variables   lists variables and locals with their values
  help        prints this
  exit        leaves, as Ctrl-D does`;

/** Without a survey there are functions, but neither variables nor locals. */
export function openSession(survey: Survey | undefined, world: HostWorld, secrets: Secrets): Session {
  const { known, remote } = survey?.known === undefined ? emptySurvey(world) : { ...survey, known: survey.known };
  const context = consoleContext(known);
  return {
    secrets,
    async evaluate(entry) {
      if (entry === "" || entry === "exit") return said("");
      if (entry === "help") return said(HELP);
      if (entry === "variables") return said(variablesText(known));
      const report = collectDiagnostics();
      // A heredoc ends with its last line's end.
      const text = entry.includes("\n") ? `${entry}\n` : entry;
      const { expr, file } = parseExpression(text, "<console-input>", report);
      const value =
        report.errors > 0 ? undefined : await remote.settled((own) => evaluate(expr, file, context, own), report);
      const failed = report.errors > 0 || value === undefined;
      return { output: failed ? "" : showValue(value), diagnostics: report.diagnostics, failed };
    },
  };
}

/** As Packer's: data sources are read for the locals alone, and there is no build whose names could be asked for. */
function consoleContext(known: Known): EvalContext {
  const whole = templateContext(known);
  const names = whole.variables === undefined ? undefined : without("data", whole.variables);
  return childContext({ ...whole, variables: names }, new Map([["build", unknownOf(objectOf(new Map()))]]));
}

const without = (hidden: string, names: Names): Names => ({
  get: (name) => (name === hidden ? undefined : names.get(name)),
  keys: () => [...names.keys()].filter((name) => name !== hidden),
  member: (name, attribute) => (name === hidden ? undefined : names.member?.(name, attribute)),
});

const said = (output: string): Answer => ({ output, diagnostics: [], failed: false });

function emptySurvey(world: HostWorld): { readonly known: Known; readonly remote: Settling } {
  const host = functionHost(world, ".");
  const remote = new RemoteCalls({ registry: builtins, env: host.env, signal: new AbortController().signal });
  return { known: emptyKnown(remote.on(host)), remote };
}

const emptyKnown = (host: FunctionHost): Known => ({
  host,
  // As in Packer, where path.root is of a template that there is none of.
  baseDir: "",
  packerVersion: PACKER_VERSION,
  variables: new Map(),
  locals: new Map(),
  data: new Map(),
  unreadable: new Set(),
});

const variablesText = ({ variables, locals }: Known): string =>
  [
    "> input-variables:",
    "",
    ...variableLines("var", variables),
    "",
    "> local-variables:",
    "",
    ...variableLines("local", locals),
    "",
  ].join("\n");

const OPENING: readonly string[] = ["TemplateInterp", "TemplateControl", "OHeredoc", "{", "(", "["];
const CLOSING: readonly string[] = ["TemplateEnd", "CHeredoc", "}", ")", "]"];

/** Whether a bracket or heredoc is open, so that the expression goes on in the next line. */
export function isUnfinished(entry: string): boolean {
  let depth = 0;
  // A heredoc begins with its line's end.
  for (const { kind, text } of tokensOf(`${entry}\n`)) {
    const what = kind === "Punct" ? text : kind;
    if (OPENING.includes(what)) depth += 1;
    else if (CLOSING.includes(what)) depth -= 1;
  }
  return depth > 0;
}
