import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { at, errorEntry, warningEntry } from "../../../lang/diagnostics/diagnostic.js";
import { describe } from "../../support/describe.js";

const wrong = errorEntry("wrong", "Wrong", (what: string) => `${what} is wrong.`);
const odd = warningEntry("odd", "Odd", () => "It is odd.");

describe("collectDiagnostics", (test) => {
  test("keeps the order and counts errors only", () => {
    const report = collectDiagnostics();
    report.report(at(odd(), undefined));
    report.report(at(wrong("a"), undefined));
    assert.equal(
      report.diagnostics.map((d) => d.summary),
      ["Odd", "Wrong"],
    );
    assert.is(report.errors, 1);
  });
  test("keeps the same mistake at the same place once", () => {
    const report = collectDiagnostics();
    report.report(at(wrong("a"), undefined));
    report.report(at(wrong("a"), undefined));
    report.report(at(wrong("b"), undefined));
    assert.is(report.diagnostics.length, 2);
  });
  test("counts it again all the same, so that each failure is noticed", () => {
    const report = collectDiagnostics();
    report.report(at(wrong("a"), undefined));
    report.report(at(wrong("a"), undefined));
    assert.is(report.errors, 2);
  });
});
