// Both tables of traps are whole: no row's test went missing. The rows are written down here, for the specification is not in this tree.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";

const TESTS = join(dirname(fileURLToPath(import.meta.url)), "../..");
const numbers = (last: number): readonly string[] => Array.from({ length: last }, (_, i) => String(i + 1));

/** cli-runtime §10. */
const RUNNING = numbers(81);
/** language §13, expressions to legacy JSON; its rows of fmt and hcl2_upgrade have no numbers here: see tests/lang/fmt and upgrade. */
const LANGUAGE = [...numbers(105), "35a", "35b", "59a", "59b", "90a", "90b", "90c", "90d", "104a", "104b"];
const LANGUAGE_FILES = ["lang/eval/traps.test.ts", "runtime/cli/template-traps.test.ts"];

const textOf = (path: string): string => readFileSync(join(TESTS, path), "utf8");
const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, row = ""]) => row);

/** Tests say `12 [Packer] …` or `12 [D] …`. */
function rowsOfRunning(): ReadonlySet<string> {
  const files = readdirSync(TESTS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"));
  return new Set(files.flatMap((path) => found(textOf(path), /["'`](\d+) \[(?:Packer|D)\] /g)));
}

/** Tests say `12 …`, or `12 …, 13 …` where one shows several rows. */
function rowsOfLanguage(): ReadonlySet<string> {
  const titles = LANGUAGE_FILES.flatMap((path) => found(textOf(path), /^\s*(?:test\(|\[)?["'`](\d+[a-d]? [^"'`]*)/gm));
  return new Set(titles.flatMap((title) => found(title, /(?:^|, )(\d+[a-d]?) /g)));
}

const missing = (rows: readonly string[], there: ReadonlySet<string>): readonly string[] =>
  rows.filter((row) => !there.has(row));

describe("the tables of traps", (test) => {
  test("running builds (cli-runtime §10): every row has a test, which says whose rule it is", () =>
    assert.equal(missing(RUNNING, rowsOfRunning()), []));
  test("the language (language §13): every row has a test", () =>
    assert.equal(missing(LANGUAGE, rowsOfLanguage()), []));
  test("a row that is missing is told", () => assert.equal(missing(["1", "82"], rowsOfRunning()), ["82"]));
});
