import { callFailed, invalidArgument } from "../diagnostics/catalog/evaluation.js";
import { collectDiagnostics } from "../diagnostics/collect.js";
import { at, type Diagnostic, type Reporter, type Wording } from "../diagnostics/diagnostic.js";
import { expandHome, resolveFrom } from "../functions/file-path.js";
import type { FunctionHost } from "../functions/host.js";
import type { SourceFile } from "../source/source-file.js";
import type { Call, Expr } from "../syntax/ast.js";
import { parseTemplate } from "../syntax/parse.js";
import { referencesOf } from "../syntax/references.js";
import { STRING } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { unionOfMarks, withMarks } from "../values/marks.js";
import { asEntries, asString, UNKNOWN, type Value } from "../values/value.js";
import { functionsOf, UNTOLD } from "./call-expr.js";
import { type EvalContext, hearing } from "./context.js";
import { evaluate } from "./evaluate.js";
import { exactly } from "./form-arguments.js";
import type { SpecialForm } from "./special-form.js";

const NAME = "templatefile";

export const templatefileForm: SpecialForm = {
  special: true,
  name: NAME,
  description: "Renders the template in a file with the variables of a map or object, and nothing else.",
  evaluate(call, file, context, report, depth) {
    const [pathExpr, varsExpr] = exactly(call, NAME, ["path", "vars"], file, report) ?? [];
    if (pathExpr === undefined || varsExpr === undefined) return UNKNOWN;
    const outer = new TemplateCall(call, file, context, report, depth);
    const path = outer.path(pathExpr);
    const vars = outer.vars(varsExpr);
    if (path?.state !== "known" || vars?.state !== "known") return UNKNOWN;
    const result = outer.render(path, asEntries(vars), pathExpr, varsExpr);
    return withMarks(result, unionOfMarks([path.marks, vars.marks]));
  },
};

/** A call of templatefile(), and where to complain about it. */
class TemplateCall {
  readonly #call: Call;
  readonly #file: SourceFile;
  readonly #context: EvalContext;
  readonly #report: Reporter;
  readonly #depth: number;

  constructor(call: Call, file: SourceFile, context: EvalContext, report: Reporter, depth: number) {
    this.#depth = depth;
    this.#call = call;
    this.#file = file;
    this.#context = context;
    this.#report = report;
  }

  path(expr: Expr): Value | undefined {
    const value = this.#evaluated(expr);
    const path = value === undefined ? undefined : tryConvert(value, STRING);
    if (path instanceof ConversionError) return this.#refuse(invalidArgument("path", path.message), expr);
    if (path?.state === "null") return this.#refuse(invalidArgument("path", "argument must not be null"), expr);
    return path;
  }

  vars(expr: Expr): Value | undefined {
    const value = this.#evaluated(expr);
    if (value === undefined || (value.type.kind === "dynamic" && value.state === "unknown")) return value;
    if (value.state === "null") return this.#refuse(invalidArgument("vars", "argument must not be null"), expr);
    if (value.type.kind !== "object" && value.type.kind !== "map") {
      return this.#refuse(invalidArgument("vars", "invalid vars value: must be a map"), expr);
    }
    return value;
  }

  render(pathValue: Value, vars: ReadonlyMap<string, Value>, pathExpr: Expr, varsExpr: Expr): Value {
    const path = asString(pathValue);
    const bad = [...vars.keys()].find((name) => !/^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name));
    if (bad !== undefined) {
      const why = `invalid template variable name ${JSON.stringify(bad)}: must start with a letter, followed by zero or more letters, digits, and underscores`;
      return this.#refuse(invalidArgument("vars", why), varsExpr) ?? UNKNOWN;
    }
    const text = this.#read(pathValue, pathExpr);
    if (text === undefined) return UNKNOWN;
    const trouble = collectDiagnostics();
    const { expr, file } = parseTemplate(text, path, trouble);
    if (trouble.errors > 0) return this.#fail(trouble.diagnostics);
    const missing = referencesOf(expr, file).find(({ root }) => !vars.has(root));
    if (missing !== undefined) {
      const where = placeText({ file, start: missing.range.start, end: missing.range.end });
      const why = `vars map does not contain key ${JSON.stringify(missing.root)}, referenced at ${where}`;
      return this.#refuse(invalidArgument("vars", why), varsExpr) ?? UNKNOWN;
    }
    const value = evaluate(expr, file, this.#inside(vars), trouble, this.#depth);
    return trouble.errors > 0 ? this.#fail(trouble.diagnostics) : value;
  }

  /** Only the given variables; all functions but this one. */
  #inside(vars: ReadonlyMap<string, Value>): EvalContext {
    const functions = new Map(functionsOf(this.#context) ?? []);
    functions.set(NAME, { ...templatefileForm, evaluate: refuseRecursion });
    return { variables: vars, functions, host: this.#context.host, ...hearing(this.#context) };
  }

  #read(path: Value, pathExpr: Expr): string | undefined {
    const read = readText(asString(path), this.#context.host);
    if ("text" in read) return read.text;
    return this.#refuse(invalidArgument("path", path.marks.size > 0 ? UNTOLD : read.problem), pathExpr);
  }

  #evaluated(expr: Expr): Value | undefined {
    const before = this.#report.errors;
    const value = evaluate(expr, this.#file, this.#context, this.#report, this.#depth);
    return this.#report.errors > before ? undefined : value;
  }

  #refuse(wording: Wording, { start, end }: Expr): undefined {
    const context = { file: this.#file, start: this.#call.start, end: this.#call.end };
    this.#report.report(at(wording, { file: this.#file, start, end }, { context }));
    return undefined;
  }

  #fail(diagnostics: readonly Diagnostic[]): Value {
    const [first, ...others] = diagnostics.filter(({ severity }) => severity === "error");
    if (first !== undefined) {
      const more = others.length === 0 ? "" : `, and ${others.length} other diagnostic(s)`;
      const where = first.subject === undefined ? "" : `${placeText(first.subject)}: `;
      const why = `${where}${first.summary}; ${first.detail}${more}`;
      this.#refuse(callFailed(NAME, why), this.#call);
    }
    return UNKNOWN;
  }
}

function refuseRecursion(call: Call, file: SourceFile, _context: EvalContext, report: Reporter): Value {
  const wording = callFailed(NAME, "cannot recursively call templatefile from inside templatefile call");
  report.report(at(wording, { file, start: call.start, end: call.end }));
  return UNKNOWN;
}

/** `path:1,3-8`, with the end's line too when it is another. */
function placeText({ file, start, end }: { file: SourceFile; start: number; end: number }): string {
  const [from, to] = [file.positionAt(start), file.positionAt(end)];
  const upTo = from.line === to.line ? String(to.column) : `${to.line},${to.column}`;
  return `${file.path}:${from.line},${from.column}-${upTo}`;
}

/** The file's text, or what is wrong with it. */
function readText(path: string, host: FunctionHost): { readonly text: string } | { readonly problem: string } {
  const expanded = expandHome(path, host.home);
  if (expanded === undefined) return { problem: "failed to expand ~: cannot expand user-specific home dir" };
  const place = resolveFrom(host.baseDir, expanded);
  const kind = host.kindOf(place);
  if (kind === undefined) return { problem: `no file exists at ${JSON.stringify(path)}` };
  if (kind !== "file") return { problem: `${JSON.stringify(path)} is not a file` };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(host.readFile(place)) };
  } catch (error) {
    if (error instanceof TypeError) {
      return {
        problem: `contents of ${JSON.stringify(path)} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents`,
      };
    }
    return {
      problem: `failed to read ${JSON.stringify(path)}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
