// What the parser reads without its rules, against the rules: the same trees and the same complaints.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { sourceFile } from "../../../lang/source/source-file.js";
import { significantTokens } from "../../../lang/syntax/newlines.js";
import { HclParser } from "../../../lang/syntax/parser.js";
import { scan } from "../../../lang/syntax/scanner.js";
import { describe } from "../../support/describe.js";
import { body, broken } from "../../support/hcl-bodies.js";

const { PKRTS_FUZZ_RUNS = "300", PKRTS_FUZZ_SEED = "20261125" } = process.env;
const [runs, seed] = [Number(PKRTS_FUZZ_RUNS), Number(PKRTS_FUZZ_SEED)];

class RulesAlone extends HclParser {
  protected override takePlainItems(): boolean {
    return false;
  }
  protected override plainLabel(): undefined {
    return undefined;
  }
  protected override plainOperand(): undefined {
    return undefined;
  }
}

class Counting extends HclParser {
  read = 0;
  protected override plainOperand(length: number): ReturnType<HclParser["readExpression"]> | undefined {
    if (length > 0) this.read += 1;
    return super.plainOperand(length);
  }
}

const [short, full] = [new Counting(), new RulesAlone()];

function read(parser: HclParser, text: string) {
  const report = collectDiagnostics();
  const file = sourceFile("t.hcl", text);
  const tree = parser.readFile({ file, tokens: significantTokens(scan(text, "code"), "body"), report });
  return {
    tree,
    complaints: report.diagnostics.map(({ summary, detail, subject }) => [summary, detail, subject?.start]),
  };
}

const same = (text: string): void => assert.equal(read(short, text), read(full, text), JSON.stringify(text));

describe("what is read without its rules", (test) => {
  test("is what the rules read, in bodies at random", () => {
    fc.assert(fc.property(body, same), { numRuns: runs, seed });
    assert.ok(short.read > runs, `only ${short.read} operands were plain`);
  });

  test("is what the rules read, where bodies are broken", () => {
    fc.assert(fc.property(broken, same), { numRuns: runs, seed });
  });

  // Every operand that could be taken for a plain one, before everything that could go on with it or not.
  const operands = [
    "a",
    "true",
    "null",
    "var.a",
    "a.b.c",
    "a.",
    "a.1",
    "1",
    "1.5.2",
    '""',
    '"a"',
    '"\\n"',
    '"\\q"',
    '"a${b}"',
    '"a',
    "é",
    "for",
  ];
  const behind = [
    "",
    "\n",
    " + 1",
    " ? 1 : 2",
    ".b",
    ".0",
    ".*",
    "[0]",
    "[*]",
    "(1)",
    "::b()",
    ", 1",
    " = 1",
    " : 1",
    " => 1",
    "...",
    "}",
    "]",
    ")",
    ' "x"',
    " c",
    " # c\n",
    "\\",
  ];
  const around = [
    (value: string) => `x = ${value}`,
    (value: string) => `x = [${value}]\n`,
    (value: string) => `x = {${value} = ${value}}\n`,
    (value: string) => `x = f(${value})\n`,
    (value: string) => `x = "\${${value}}"\n`,
    (value: string) => `b ${value} {\n  x = ${value}\n}\n`,
    (value: string) => `b { x = ${value} }\n`,
  ];
  test("is what the rules read, of every operand before everything", () => {
    for (const operand of operands)
      for (const next of behind) for (const place of around) same(place(`${operand}${next}`));
  });
});
