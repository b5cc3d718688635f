// Whole bodies at random against the reference implementation of HCL: the same verdicts, and formatting that keeps the trees.
// `PKRTS_FUZZ_RUNS` is how many of each, `PKRTS_FUZZ_SEED` from which seed.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { format } from "../../../lang/fmt/format.js";
import type { Body, Expr } from "../../../lang/syntax/ast.js";
import { parseFile } from "../../../lang/syntax/parse.js";
import { describe } from "../../support/describe.js";
import { body, broken } from "../../support/hcl-bodies.js";
import { referenceComplaint, referenceShape, referenceTree } from "../../support/hcl2json.js";
import { shapeOf } from "./expression-shape.js";

const { PKRTS_FUZZ_RUNS = "300", PKRTS_FUZZ_SEED = "20261125" } = process.env;
const runs = Number(PKRTS_FUZZ_RUNS);
const seed = Number(PKRTS_FUZZ_SEED);

const refusal = (text: string): string | undefined => {
  const report = collectDiagnostics();
  parseFile("t.tf", text, report);
  const first = report.diagnostics.find(({ severity }) => severity === "error");
  return first === undefined ? undefined : `${first.summary}: ${first.detail}`;
};

/** The values of all attributes, outermost first. */
function valuesOf(part: Body): readonly Expr[] {
  if (part.kind === "JsonBody") return [];
  return part.items.flatMap((item) => (item.kind === "Attribute" ? [item.value] : valuesOf(item.body)));
}

interface Value {
  readonly expr: Expr;
  /** With a newline behind it, which a heredoc needs. */
  readonly text: string;
}

function values(text: string): readonly Value[] {
  const file = parseFile("t.tf", text, collectDiagnostics());
  return valuesOf(file.body).map((expr) => ({ expr, text: `${file.source.text.slice(expr.start, expr.end)}\n` }));
}

async function sameVerdict(text: string): Promise<boolean> {
  const [ours, reference] = [refusal(text), await referenceComplaint(text)];
  assert.is(
    ours === undefined,
    reference === undefined,
    `ours: ${ours}\nreference: ${reference}\n${JSON.stringify(text)}`,
  );
  return reference === undefined;
}

describe("whole bodies at random, against the reference", (test) => {
  test("right ones get the same verdict", async () => {
    let accepted = 0;
    const property = fc.asyncProperty(body, async (text) => {
      if (await sameVerdict(text)) accepted += 1;
    });
    await fc.assert(property, { numRuns: runs, seed });
    assert.ok(accepted > runs * 0.7, `only ${accepted} of ${runs} were right`);
  });

  test("broken ones get the same verdict", async () => {
    let refused = 0;
    const property = fc.asyncProperty(broken, async (text) => {
      if (!(await sameVerdict(text))) refused += 1;
    });
    await fc.assert(property, { numRuns: runs, seed });
    assert.ok(refused > runs * 0.3, `only ${refused} of ${runs} were wrong`);
  });

  test("their expressions have the reference's trees, and still have them when formatted", async () => {
    let compared = 0;
    const property = fc.asyncProperty(body, async (text) => {
      if (refusal(text) !== undefined) return;
      const formatted = format(text, "t.tf", collectDiagnostics());
      const [before, after] = [values(text), values(formatted)];
      assert.is(after.length, before.length, formatted);
      for (const [i, { expr, text: value }] of before.entries()) {
        assert.is(shapeOf(expr), await referenceShape(value), value);
        assert.is(
          await referenceTree(after[i]?.text ?? ""),
          await referenceTree(value),
          JSON.stringify([value, after[i]?.text]),
        );
        compared += 1;
      }
    });
    await fc.assert(property, { numRuns: Math.ceil(runs / 3), seed });
    assert.ok(compared > runs / 5, `only ${compared} expressions were compared`);
  });
});
