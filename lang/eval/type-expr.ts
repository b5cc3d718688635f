import { invalidDefault, invalidType } from "../diagnostics/catalog/evaluation.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import type { Call, Expr, ObjectItem } from "../syntax/ast.js";
import { parseExpression } from "../syntax/parse.js";
import { BOOL, DYNAMIC, NUMBER, objectOf, STRING, type Type, tupleOf } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { applyDefaults, type Defaults, type TypeWithDefaults } from "../values/defaults.js";
import type { Value } from "../values/value.js";
import type { EvalContext } from "./context.js";
import { evaluate } from "./evaluate.js";

const PRIMITIVES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["string", STRING],
  ["number", NUMBER],
  ["bool", BOOL],
  ["any", DYNAMIC],
]);

/** Where a type stands: defaults are only of use in declarations. */
export interface TypePlace {
  /** Whether `optional(…)` attributes are admitted. */
  readonly optional: boolean;
}

/**
 * The type that an expression such as `map(object({ a = optional(string, "x") }))` describes; it is read, not evaluated.
 * HCL-JSON has it as a string. After a mistake, which is reported, `any`.
 */
export function parseTypeExpr(
  expr: Expr,
  file: SourceFile,
  report: Reporter,
  place: TypePlace = { optional: true },
): TypeWithDefaults {
  if (expr.kind !== "JsonValue") return new TypeReader(file, report, place).read(expr);
  if (expr.json.kind !== "string") {
    report.report(
      at(invalidType('A type is written as a string here, such as "list(string)"'), {
        file,
        start: expr.start,
        end: expr.end,
      }),
    );
    return { type: DYNAMIC };
  }
  const { start, end } = expr.json;
  const inJson: Reporter = {
    get errors() {
      return report.errors;
    },
    report: (diagnostic) => report.report({ ...diagnostic, subject: { file, start, end } }),
  };
  const before = report.errors;
  const parsed = parseExpression(expr.json.text, file.path, inJson);
  return report.errors > before ? { type: DYNAMIC } : new TypeReader(parsed.file, inJson, place).read(parsed.expr);
}

class TypeReader {
  readonly #file: SourceFile;
  readonly #report: Reporter;
  readonly #place: TypePlace;

  constructor(file: SourceFile, report: Reporter, place: TypePlace) {
    this.#file = file;
    this.#report = report;
    this.#place = place;
  }

  read(expr: Expr): TypeWithDefaults {
    if (expr.kind === "Variable") return this.#keyword(expr.name, expr);
    if (expr.kind === "Call") return this.#constructed(expr);
    if (expr.kind === "Error") return { type: DYNAMIC };
    return this.#refuse(
      expr,
      "A type specification is either a primitive type keyword (bool, number, string), any, or a type constructor call, like list(string)",
    );
  }

  #keyword(name: string, expr: Expr): TypeWithDefaults {
    const type = PRIMITIVES.get(name);
    if (type !== undefined) return { type };
    return this.#refuse(expr, EXPECTED.get(name) ?? `The keyword "${name}" is not a valid type specification`);
  }

  #constructed(call: Call): TypeWithDefaults {
    const name = call.name.text;
    if (PRIMITIVES.has(name)) return this.#refuse(call, `The type keyword "${name}" does not expect arguments`);
    if (name === "optional")
      return this.#refuse(call, 'Keyword "optional" is valid only as a modifier for object type attributes');
    const expected = EXPECTED.get(name);
    if (expected === undefined) return this.#refuse(call.name, `Keyword "${name}" is not a valid type constructor`);
    const [only, ...others] = call.args;
    if (only === undefined || others.length > 0 || call.expandLast) return this.#refuse(others[0] ?? call, expected);
    if (name === "object") return this.#object(only);
    return name === "tuple" ? this.#tuple(only) : this.#collection(name as "list" | "set" | "map", only);
  }

  #collection(kind: "list" | "set" | "map", argument: Expr): TypeWithDefaults {
    const element = this.read(argument);
    return withChildren({ kind, element: element.type }, [["*", element.defaults]]);
  }

  #tuple(argument: Expr): TypeWithDefaults {
    if (argument.kind !== "Tuple")
      return this.#refuse(argument, "Tuple type constructor requires a list of element types");
    const elements = argument.items.map((item) => this.read(item));
    return withChildren(
      tupleOf(elements.map(({ type }) => type)),
      elements.map(({ defaults }, i) => [String(i), defaults]),
    );
  }

  #object(argument: Expr): TypeWithDefaults {
    if (argument.kind !== "Object")
      return this.#refuse(
        argument,
        "Object type constructor requires a map whose keys are attribute names and whose values are their types",
      );
    const attributes = new Map<string, Type>();
    const optional = new Set<string>();
    const values = new Map<string, Value>();
    const children: [string, Defaults | undefined][] = [];
    for (const item of argument.items) {
      const name = this.#attributeName(item, attributes);
      if (name === undefined) continue;
      const read = this.#attribute(item.value);
      attributes.set(name, read.type);
      if (read.optional) optional.add(name);
      if (read.fallback !== undefined) values.set(name, read.fallback);
      children.push([name, read.defaults]);
    }
    return withChildren(objectOf(attributes, optional), children, values);
  }

  #attributeName({ key }: ObjectItem, seen: ReadonlyMap<string, Type>): string | undefined {
    const text = nameIn(key);
    if (text === undefined) this.#refuse(key, "Object constructor map keys must be attribute names");
    else if (seen.has(text)) this.#refuse(key, `The attribute "${text}" has a type already`);
    else return text;
    return undefined;
  }

  #attribute(expr: Expr): TypeWithDefaults & { optional: boolean; fallback?: Value } {
    if (expr.kind !== "Call" || expr.name.text !== "optional") return { ...this.read(expr), optional: false };
    if (!this.#place.optional)
      return { ...this.#refuse(expr, "Optional attributes are not admitted here"), optional: false };
    const [typeExpr, defaultExpr, ...others] = expr.args;
    if (typeExpr === undefined || others.length > 0) {
      return {
        ...this.#refuse(
          others[0] ?? expr,
          "Optional attribute modifier takes the attribute type and, after it, perhaps a default value",
        ),
        optional: true,
      };
    }
    const read = this.read(typeExpr);
    if (defaultExpr === undefined) return { ...read, optional: true };
    const fallback = this.#fallback(defaultExpr, read);
    return fallback === undefined ? { ...read, optional: true } : { ...read, optional: true, fallback };
  }

  #fallback(expr: Expr, { type, defaults }: TypeWithDefaults): Value | undefined {
    const before = this.#report.errors;
    const given = evaluate(expr, this.#file, CONSTANTS_ONLY, this.#report);
    if (this.#report.errors > before) return undefined;
    const value = tryConvert(applyDefaults(given, defaults), type);
    if (!(value instanceof ConversionError)) return value;
    this.#report.report(at(invalidDefault(value.message), { file: this.#file, start: expr.start, end: expr.end }));
    return undefined;
  }

  #refuse({ start, end }: { start: number; end: number }, why: string): TypeWithDefaults {
    this.#report.report(at(invalidType(why), { file: this.#file, start, end }));
    return { type: DYNAMIC };
  }
}

const EXPECTED: ReadonlyMap<string, string> = new Map([
  ["list", "The list type constructor requires one argument specifying the element type"],
  ["set", "The set type constructor requires one argument specifying the element type"],
  ["map", "The map type constructor requires one argument specifying the element type"],
  ["tuple", "The tuple type constructor requires one argument specifying the element types as a list"],
  ["object", "The object type constructor requires one argument specifying the attribute types as a map"],
]);

function nameIn(key: Expr): string | undefined {
  if (key.kind === "Variable") return key.name;
  const [only, ...others] = key.kind === "Template" ? key.parts : [];
  return only?.kind === "Text" && others.length === 0 ? only.text : undefined;
}

function withChildren(
  type: Type,
  children: readonly (readonly [string, Defaults | undefined])[],
  values: ReadonlyMap<string, Value> = new Map(),
): TypeWithDefaults {
  const some = children.flatMap(([name, defaults]) => (defaults === undefined ? [] : [[name, defaults] as const]));
  return some.length === 0 && values.size === 0 ? { type } : { type, defaults: { values, children: new Map(some) } };
}

const nobody = (): never => {
  throw new Error("no function runs in a constant");
};
/** Defaults are constants. */
const CONSTANTS_ONLY: EvalContext = {
  variables: undefined,
  functions: undefined,
  host: {
    baseDir: "",
    cwd: "",
    home: "",
    startedAt: new Date(0),
    readFile: nobody,
    kindOf: nobody,
    list: nobody,
    now: nobody,
    env: nobody,
    random: nobody,
  },
};
