// Random and hostile input through parse, format and evaluate: no throw, no hang. PKRTS_FUZZ=100000 takes longer walks.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import { evaluateAttributesText, evaluateExpressionText } from "../../lang/eval/library.js";
import { languageFunctions } from "../../lang/eval/special-forms.js";
import { format } from "../../lang/fmt/format.js";
import { parseJsonFile } from "../../lang/json/index.js";
import { parseFile } from "../../lang/syntax/parse.js";
import { lowerFiles } from "../../lang/template/lower.js";
import { describe } from "../support/describe.js";
import { hostWith } from "./eval/evaluating.js";

const numRuns = Number(process.env["PKRTS_FUZZ"] ?? 2000);
const HANG = 1000;

const context = { variables: new Map(), functions: languageFunctions(), host: hostWith() };
// bcrypt is slow on purpose, and env and files are the host's.
const functions = [...languageFunctions().keys()].filter((name) => name !== "bcrypt");

const literal = fc.oneof(
  fc.constantFrom(
    "0",
    "-1",
    "1e9",
    "1e400",
    "0.1",
    "true",
    "null",
    "[]",
    "{}",
    '""',
    '"a"',
    '"%d"',
    '"(a+)+$"',
    '"\\u0000"',
  ),
  fc.constantFrom(
    "99999999999999999999",
    '"2006-01-02T15:04:05Z"',
    '"10.0.0.0/8"',
    '"YWJj"',
    "[1, 2]",
    '["a", null]',
    "{a = 1}",
  ),
  fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{")),
);
const { call } = fc.letrec<{ readonly call: string }>((tie) => ({
  call: fc.oneof(
    { maxDepth: 3 },
    literal,
    fc
      .tuple(fc.constantFrom(...functions), fc.array(tie("call"), { maxLength: 4 }))
      .map(([name, args]) => `${name}(${args.join(", ")})`),
    fc
      .tuple(tie("call"), fc.constantFrom("+", "*", "/", "%", "==", "<", "&&"), tie("call"))
      .map((parts) => parts.join(" ")),
    fc.tuple(tie("call"), tie("call")).map(([from, what]) => `[for x in ${from} : ${what}]`),
    fc.tuple(tie("call"), tie("call")).map(([value, key]) => `(${value})[${key}]`),
  ),
}));
const words = [
  ...'{}[]()"$%~\\\n \t=,.:?!<>-+*/#&|é🙂aE_01',
  "${",
  "%{",
  "<<E\n",
  "<<-E\n",
  "\nE\n",
  "for",
  "in",
  "if",
  "endif",
  " => ",
  "...",
];
const soup = fc.array(fc.constantFrom(...words), { maxLength: 80 }).map((pieces) => pieces.join(""));

/** Runs `body` and fails when it takes as long as a person would call a hang: the processor's time, for others may use it, too. */
function unhung(text: string, body: () => void): void {
  const start = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(start);
  const ms = Math.round((user + system) / 1000);
  assert.ok(ms < HANG, `${ms} ms for ${text.slice(0, 200)}`);
}

function everything(text: string): void {
  unhung(text, () => {
    parseFile("t.hcl", text, collectDiagnostics());
    format(text, "t.hcl", collectDiagnostics());
    evaluateExpressionText(text, context);
    evaluateAttributesText(`v = ${text}\n`, context);
  });
}

describe("hostile input", (test) => {
  test("token soup", () => fc.assert(fc.property(soup, everything), { numRuns }));
  test("every function with every kind of argument", () => fc.assert(fc.property(call, everything), { numRuns }));
  for (const [name, text] of [
    ["brackets 10,000 deep", "[".repeat(10_000)],
    ["templates 10,000 deep", '"${'.repeat(10_000)],
    ["conditionals 10,000 long", "a ? b : ".repeat(10_000)],
    ["operators 10,000 long", `1${" + 1".repeat(10_000)}`],
    ["signs 10,000 long", `${"-".repeat(10_000)}1`],
    ["attributes 10,000 long", `a${".b".repeat(10_000)}`],
    ["a number of 100,000 digits", "9".repeat(100_000)],
    ["a big exponent", "1e999999999"],
    ["powers of powers", "pow(pow(10, 1000), 1000)"],
    ["a catastrophic pattern", `regex("(a+)+$", "${"a".repeat(5000)}!")`],
    ["a repeated string", 'format("%1000000000d", 1)'],
    ["a range without end", "range(0, 1e18)"],
    ["a product of products", "setproduct(range(1000), range(1000), range(1000))"],
  ] as const) {
    test(name, () => everything(text));
  }
});

/** More than a call of JavaScript's takes arguments; as quadratic work, minutes. */
const LONG = 150_000;
const longList = (item: (i: number) => string): string =>
  `jsondecode(${JSON.stringify(`[${Array.from({ length: LONG }, (_, i) => item(i)).join(",")}]`)})`;
const numbers = longList(String);
const texts = longList((i) => `"t${i}"`);

describe(`lists of ${LONG}`, (test) => {
  for (const [text, value] of [
    [`max(${numbers}...)`, LONG - 1],
    [`coalesce(${texts}...)`, "t0"],
    [`try(${texts}...)[1]`, "t1"],
    [`length(concat([for x in ${numbers} : [x]]...))`, LONG],
    [`length(merge([for x in ${texts} : {(x) = 1}]...))`, LONG],
    [`length(distinct(${texts}))`, LONG],
    [`length(setintersection(${texts}, ${texts}))`, LONG],
    [`length(setproduct(${texts}, ["a", "b"]))`, 2 * LONG],
    [`length(setproduct([for x in ${numbers} : [x]]...)[0])`, LONG],
  ] as const)
    test(text.slice(0, text.indexOf("jsondecode") + 10), () => {
      const { json, diagnostics } = evaluateExpressionText(text, context);
      assert.equal(diagnostics, []);
      assert.is(json, JSON.stringify(value));
    });

  test("lines in one column", () => {
    const lines = Array.from({ length: LONG }, (_, i) => `a${i} = 1\n`).join("");
    const formatted = format(lines, "t.hcl", collectDiagnostics());
    assert.is(formatted.split("\n")[0], "a0      = 1");
  });

  test("references in a value of JSON", () => {
    const items = Array.from({ length: LONG }, () => "${local.b}");
    const file = parseJsonFile("t.pkr.json", JSON.stringify({ locals: { a: items, b: "1" } }), collectDiagnostics());
    const { locals } = lowerFiles([file], "/", collectDiagnostics());
    assert.is(locals.get("a")?.value.refs.length, LONG);
  });
});
