import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { parseFile } from "../../../lang/syntax/parse.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

describe("bodies and for expressions", (test) => {
  rows(
    test,
    [
      ["a block named for", "a {\n  for {\n    b = 1\n  }\n}\n"],
      ["in a block with labels", 'a "x" "y" {\n  b {\n    for {\n      c = 1\n    }\n    d = 2\n  }\n}\n'],
      ["an argument named for", 'a "x" {\n  b {\n    for = 1\n    c = 2\n  }\n}\n'],
      ["a for expression over lines", 'a "x" {\n  b = {\n    for k, v in\n    c : k => v\n  }\n  d = 1\n}\n'],
      ["a text and then an object", 'a "x" {\n  b = "x" == "y" ? {\n    c = 1\n  } : {}\n}\n'],
    ],
    (text) => {
      const report = collectDiagnostics();
      parseFile("t.pkr.hcl", text, report);
      assert.equal(
        report.diagnostics.map(({ detail }) => detail),
        [],
      );
    },
  );
});

describe("nesting beyond the limit", (test) => {
  test("is told where it begins, whatever was left out before it", () => {
    const report = collectDiagnostics();
    const before = "/* x */ a = [\n\n1]\n# y\nb = ";
    parseFile("t.pkr.hcl", `${before}${"[".repeat(300)}${"]".repeat(300)}\n`, report);
    assert.equal(
      report.diagnostics.map(({ subject }) => subject?.start),
      [before.length + 250],
    );
  });
});
