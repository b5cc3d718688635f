// Against the reference implementation of HCL: the same verdicts, at the same places, and the same trees.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { parseExpression, parseFile, tokensOf } from "../../../lang/syntax/parse.js";
import { describe, type Test } from "../../support/describe.js";
import { referenceComplaint, referenceShape } from "../../support/hcl2json.js";
import { shapeOf } from "./expression-shape.js";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "fixtures");
const files = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".pkr.hcl") || name.endsWith(".pkrvars.hcl"))
  .sort();
const textOf = (name: string): string => readFileSync(join(fixtures, name), "utf8");

/** Our first error, worded and placed as the reference's. */
function complaint(text: string): string | undefined {
  const report = collectDiagnostics();
  parseFile("t.tf", text, report);
  const first = report.diagnostics.find(({ severity }) => severity === "error");
  if (first?.subject === undefined) return undefined;
  const { line, column } = first.subject.file.positionAt(first.subject.start);
  return `${line},${column} ${first.summary}`;
}

/** A test for each text: its first mistake is the reference's, at the same place. */
function alike(test: Test, texts: readonly string[]): void {
  for (const text of texts)
    test(JSON.stringify(text), async () => {
      assert.is(complaint(text), await referenceComplaint(text));
    });
}

async function assertAgrees(text: string): Promise<void> {
  const [ours, theirs] = [complaint(text), await referenceComplaint(text)];
  // Of what can't stand behind a block's brace it tells in the next line, if that is an empty one or a comment.
  if (theirs?.endsWith("Invalid single-argument block definition") && ours?.endsWith("block definition required"))
    return;
  assert.is(ours, theirs, text);
}

type Damage = (tokens: readonly string[], at: number) => readonly string[];

const damages: Readonly<Record<string, Damage>> = {
  "with a token left out": (tokens, at) => tokens.filter((_, i) => i !== at),
  "with a token twice": (tokens, at) => [...tokens.slice(0, at), tokens[at] ?? "", ...tokens.slice(at)],
  "with two tokens changed over": (tokens, at) => [
    ...tokens.slice(0, at),
    tokens[at + 1] ?? "",
    tokens[at] ?? "",
    ...tokens.slice(at + 2),
  ],
};

describe("a file, against the reference", (test) => {
  for (const name of files) {
    test(`${name} gets the same verdict`, async () => {
      assert.is(complaint(textOf(name)), await referenceComplaint(textOf(name)));
    });
  }
  const texts = files.map(textOf);
  for (const [how, damage] of Object.entries(damages)) {
    test(`so does every fixture ${how}`, async () => {
      const damaged = fc.tuple(fc.constantFrom(...texts), fc.nat(10_000)).map(([text, index]) => {
        const tokens = tokensOf(text).map((token) => token.text);
        return damage(tokens, index % tokens.length).join("");
      });
      await fc.assert(fc.asyncProperty(damaged, assertAgrees), { numRuns: 300 });
    });
  }
});

const { expression } = fc.letrec<{ readonly expression: string }>((tie) => {
  const inner = tie("expression");
  const name = fc.constantFrom("a", "b", "var", "for_each", "in-between");
  const operator = fc.constantFrom("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||");
  const leaf = fc.oneof(name, fc.constantFrom("1", "0.5", "true", "null", '"text"', '""', '"a\\n$${b}"'));
  const step = fc.constantFrom(".c", "[0]", '["k"]', ".d.e");
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.tuple(inner, operator, inner).map(([left, op, right]) => `${left} ${op} ${right}`),
      inner.map((text) => `(${text})`),
      fc.tuple(fc.constantFrom("!", "-"), name).map(([sign, text]) => `${sign}${text}`),
      fc.tuple(name, fc.array(step, { maxLength: 3 })).map(([root, steps]) => root + steps.join("")),
      fc.tuple(name, inner).map(([root, key]) => `${root}[(${key})].z`),
      fc.tuple(name, fc.constantFrom("[*]", ".*"), fc.constantFrom("", ".c", ".c.d")).map((parts) => parts.join("")),
      fc.tuple(inner, inner, inner).map(([condition, yes, no]) => `${condition} ? ${yes} : ${no}`),
      fc.tuple(name, fc.array(inner, { maxLength: 3 })).map(([func, args]) => `${func}(${args.join(", ")})`),
      fc.array(inner, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
      fc.array(inner, { maxLength: 3 }).map((items) => `{${items.map((item, i) => `k${i} = ${item}`).join(", ")}}`),
      fc.tuple(inner, inner).map(([from, result]) => `[for x in ${from} : ${result}]`),
      fc.tuple(inner, inner, inner).map(([from, key, result]) => `{for k, v in ${from} : ${key} => ${result}... if v}`),
      fc.tuple(inner, inner).map(([left, right]) => `"x\${${left}}y\${~ ${right} ~}"`),
      fc.tuple(inner, inner).map(([condition, yes]) => `"%{ if ${condition} }\${${yes}}%{ else }no%{ endif }"`),
      fc.tuple(inner, inner).map(([from, body]) => `"%{ for x in ${from} }<\${${body}}>%{ endfor }"`),
    ),
  };
});

describe("a template that is not closed, against the reference", (test) => {
  alike(test, [
    'a = "x ${join"(,", l)} ${v}"\n',
    'a = "x y ${b} ${join "(,"}"\n',
    'a = "x ${join',
    'a = "x ${1 + "a" "b"} y"\n',
    'a = "x %{ if true',
    'b {\n  a = [\n    "x ${join(,", l)} y",\n  ]\n  c {\n    d = 1\n  }\n}\n\ne = 1\n',
    'a = "x %{ if true "b" }"\n',
    'a = <<E\nab ${c "d"}\nE\n',
    "a = <<E\nab ${c",
    "a = <<E\n q\nab %{ if c",
  ]);
});

describe("what ends too early, and what stands in its place, against the reference", (test) => {
  alike(test, [
    "a = {",
    "a = {\n",
    "a = {b = 1\n",
    "a = {b = 1,",
    "a = {b = 1",
    "a = {b",
    "a = [{\n",
    "a = f(x...y)\n",
    "a = f(x...,)\n",
    "a = f(x...",
    "b { a = 1",
    "b { a = 1 // c }",
    "b { a = 1 // c }\n",
    'b "abc',
    'b "abc\n',
    'b {"b" = 1}\n',
    'b { "b" }\n',
    'b {\n "b" = 1\n}\n',
    "a = f::(1)\n",
  ]);
});

describe("an expression, against the reference", (test) => {
  test("has the same tree", async () => {
    await fc.assert(
      fc.asyncProperty(expression, async (text) => {
        const report = collectDiagnostics();
        const { expr } = parseExpression(text, "t.tf", report);
        const wanted = await referenceShape(text).catch(() => "refused");
        assert.is(report.errors > 0 ? "refused" : shapeOf(expr), wanted, text);
      }),
      { numRuns: 400 },
    );
  });
});

describe("the parser, on anything", (test) => {
  test("never throws, and its tokens are the text", () => {
    const words = [...'{}[]()"$%~\\\n \t=,.:?!<>-+*/#&|é🙂aE_01', "${", "%{", "<<E\n", "\nE\n", "for", "in", "if"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        parseFile("t.tf", text, collectDiagnostics());
        const joined = tokensOf(text).map((token) => token.text);
        assert.is(joined.join(""), text);
      }),
      { numRuns: 2000 },
    );
  });
  test("never throws on bytes that are no text", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, (some) => void parseFile("t.tf", some, collectDiagnostics())),
      { numRuns: 1000 },
    );
  });
});
