// What the parser reads without its rules, against the rules: the same trees and the same complaints.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { sourceFile } from "../../../lang/source/source-file.js";
import { significantTokens } from "../../../lang/syntax/newlines.js";
import { HclParser } from "../../../lang/syntax/parser.js";
import { scan } from "../../../lang/syntax/scanner.js";
import { UnreadBody } from "../../../lang/syntax/unread-body.js";
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

function read(parser: HclParser, text: string, mayReadLater = false) {
  const report = collectDiagnostics();
  const file = sourceFile("t.hcl", text);
  const tree = parser.readFile({ file, tokens: significantTokens(scan(text, "code"), "body"), report, mayReadLater });
  return {
    tree,
    complaints: report.diagnostics.map(({ summary, detail, subject }) => [summary, detail, subject?.start]),
  };
}

function same(text: string): void {
  const wanted = read(full, text);
  assert.equal(read(short, text), wanted, JSON.stringify(text));
  // As JSON: bodies that wait are objects of another class.
  assert.equal(plain(read(short, text, true)), plain(wanted), `later: ${JSON.stringify(text)}`);
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const isUnread = (text: string): boolean => {
  const [item] = read(short, text, true).tree.items;
  return item?.kind === "Block" && item.body instanceof UnreadBody;
};

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

  const bodies = [
    ...["", "\n", " # c\n", "\n  a = 1\n", '\n\n  # c\n  a = "b"\n  c = d.e\n\n', '\n  a = "$${b}"\n', '\n  a = ""\n'],
  ];
  test("a body of plain arguments waits until somebody looks into it", () => {
    for (const inside of bodies) {
      assert.ok(isUnread(`b "l" {${inside}}\n`), JSON.stringify(inside));
      same(`b "l" {${inside}}\nb "l" {${inside}}`);
    }
  });

  const others = [
    ...[
      "a = 1",
      "\n  a = 1\n  a = 2\n",
      '\n  a = "\\n"\n',
      '\n  a = "\\q"\n',
      "\n  a = [1]\n",
      "\n  b {\n  }\n",
      "\n  a = 1 2\n",
    ],
    ...["\n  é = 1\n", "\n  a = 1\n  = 2\n", "\n  a = f(1)\n", "\n  a\n"],
    `\n${Array.from({ length: 33 }, (_, i) => `  a${i} = ${i}\n`).join("")}`,
  ];
  test("a body in which something could be wrong does not", () => {
    for (const inside of others) {
      assert.not(isUnread(`b "l" {${inside}}\n`), JSON.stringify(inside));
      same(`b "l" {${inside}}\n`);
    }
    for (const behind of [" c", "}", "", "\n}"]) same(`b {\n  a = 1\n}${behind}`);
    assert.not(isUnread("b {\n  a = 1\n} c\n"));
    assert.not(isUnread("b {\n  a = 1\n"));
  });

  test("a wrong escape is told wherever the one before it stands", () => {
    same('a {\n  x = "\\n"\n  b {\n    y = "\\q"\n  }\n}\nc {\n  z = "ok"\n}\nd {\n  z = "\\q"\n}\n');
  });
});
