import fc from "fast-check";
import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { format } from "../../../lang/fmt/format.js";
import { fixTemplate } from "../../../lang/legacy/fix/index.js";
import { loadLegacy } from "../../../lang/legacy/load-legacy.js";
import { upgradeLegacy } from "../../../lang/upgrade/index.js";
import { describe } from "../../support/describe.js";

const PIECES = [
  ...["{{user `a`}}", "{{user `a.b`}}", "{{ user `a` | upper }}", "{{lower `x`}}", "{{timestamp}}", "{{env `H`}}"],
  ...['{{isotime "2006"}}', "{{vault `p` `k`}}", "{{aws_secretsmanager `n` `k`}}", "{{build `ID`}}", "{{.X}}"],
  ...["{{- .Y -}}", "{{if .X}}", "{{end}}", "{{", "}}", "${", "%{", "$", "\\", '"', "`", "\n", "é", "a", " "],
  ...["/*", "*/", "#", "//", "<<EOT", "~", "\u0000", "\ud800"],
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((pieces) => pieces.join(""));
const name = fc.oneof(text, fc.constantFrom("a", "for", "null", "x-y", "tags", "linux_options", "a.b"));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(true, null, 0),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 3 }),
  ),
})).value;
const component = fc
  .tuple(text, fc.dictionary(fc.oneof(name, fc.constantFrom("source_ami_filter", "region")), json, { maxKeys: 4 }))
  .map(([type, options]) => ({ ...options, type: type || "amazon-ebs" }));
const template = fc.record(
  {
    variables: fc.dictionary(name, fc.option(text), { maxKeys: 4 }),
    "sensitive-variables": fc.array(name, { maxLength: 2 }),
    description: text,
    builders: fc.array(
      fc.tuple(component, text).map(([options, label]) => ({ ...options, name: label })),
      { maxLength: 3 },
    ),
    provisioners: fc.array(
      fc.tuple(component, json).map(([options, inner]) => ({ ...options, override: { x: { inner } }, only: ["q\n#"] })),
      { maxLength: 2 },
    ),
    "post-processors": fc.array(fc.oneof(text, fc.array(component, { maxLength: 2 })), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

describe("any legacy template", (test) => {
  test("is upgraded to HCL in its canonical format, and fixed once and for all", () => {
    let upgraded = 0;
    fc.assert(
      fc.property(template, (legacy) => {
        const source = JSON.stringify(legacy);
        const report = collectDiagnostics();
        const loaded = loadLegacy("t.json", source, { syntaxOnly: true }, report);
        if (report.errors > 0) return;
        upgraded += 1;
        const hcl = upgradeLegacy(loaded, { annotations: true, specOf: () => undefined }, report);
        const again = collectDiagnostics();
        assert.is(format(hcl, "t.pkr.hcl", again), hcl);
        assert.is(again.errors, 0, again.diagnostics[0]?.detail);
        const fixed = fixTemplate(source);
        assert.is(fixTemplate(fixed), fixed);
      }),
      { numRuns: 300 },
    );
    assert.ok(upgraded > 100, `only ${upgraded} templates could be read`);
  });
});
