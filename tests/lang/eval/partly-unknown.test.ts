// Arguments that are known in part: what data sources give in `validate`.
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { evaluate } from "../../../lang/eval/evaluate.js";
import { languageFunctions } from "../../../lang/eval/special-forms.js";
import { parseExpression } from "../../../lang/syntax/parse.js";
import { DYNAMIC, NUMBER, STRING } from "../../../lang/types/type.js";
import { showValue } from "../../../lang/values/show.js";
import { unknownOf } from "../../../lang/values/value.js";
import { functionHost } from "../../../runtime/interpreter/host.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const host = functionHost({ cwd: "/", home: "/", env: {}, startedAt: new Date(0) }, "/");
const functions = languageFunctions();
const variables = new Map([
  ["u", unknownOf(STRING)],
  ["d", unknownOf(DYNAMIC)],
  ["n", unknownOf(NUMBER)],
]);

function evaluated(text: string): { readonly shown: string; readonly problems: readonly string[] } {
  const report = collectDiagnostics();
  const { expr, file } = parseExpression(text, "t", report);
  const value = evaluate(expr, file, { variables, functions, host }, report);
  return { shown: showValue(value), problems: report.diagnostics.map(({ detail }) => detail) };
}

const ARGUMENTS = [
  "u",
  "d",
  "n",
  `["a", u]`,
  "[d]",
  "[n, 1]",
  `[["a", u], ["b"]]`,
  `{ a = u, b = "x" }`,
  "{ a = [u] }",
  "[{ a = u }]",
  `convert(["a", u], list(string))`,
  `convert(["a", u], set(string))`,
  `convert({ a = u }, map(string))`,
  `"a"`,
  "1",
  "null",
  "[]",
];

describe("values known in part", (test) => {
  rows<readonly [string]>(
    test,
    [
      ["join", `join("-", ["a", u])`],
      ["zipmap with an unknown key", `zipmap(["a", u], [1, 2])`],
      ["zipmap of a list with an unknown key", `zipmap([u], convert(["a"], list(string)))`],
    ],
    (text) => {
      assert.equal(evaluated(text), { shown: "<unknown>", problems: [] });
    },
  );

  test("coalesce of what can't be of one type is a mistake at the argument", () => {
    const { problems } = evaluated(`coalesce([["a", u], ["b"]], [d], convert(["a", u], list(string)))`);
    assert.is(problems.length, 1);
  });

  test("no function of the language throws at one or two of them", () => {
    for (const name of functions.keys()) {
      for (const first of ARGUMENTS) {
        evaluated(`${name}(${first})`);
        for (const second of ARGUMENTS) evaluated(`${name}(${first}, ${second})`);
      }
    }
  });
});
