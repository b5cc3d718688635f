import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { loadLegacy } from "../../../lang/legacy/load-legacy.js";
import { resolveLegacy } from "../../../lang/legacy/resolve.js";
import { type LegacyGiven, legacyVariables } from "../../../lang/legacy/variables.js";
import { sourceFile } from "../../../lang/source/source-file.js";
import { describe } from "../../support/describe.js";
import { marked } from "../../support/marked.js";
import { rows } from "../../support/rows.js";
import { STILL } from "../interpolate/host.js";

const NONE: LegacyGiven = { varFiles: [], flags: [] };

function variables(json: string, given: LegacyGiven = NONE) {
  const report = collectDiagnostics();
  const template = loadLegacy("t.json", `{"builders":[{"type":"null"}],"variables":${json}}`, {}, report);
  const { texts } = legacyVariables(template, given, STILL, report);
  return { values: Object.fromEntries(texts), diagnostics: report.diagnostics, errors: report.errors };
}

describe("legacyVariables", (test) => {
  rows<[string, Record<string, string>]>(
    test,
    [
      ["plain", '{"a":"1","b":""}', { a: "1", b: "" }],
      ["the environment", '{"a":"{{env `HOME`}}"}', { a: "/home/u" }],
      [
        "text from the environment is not a template",
        '{"a":"{{env `NASTY`}}","b":"{{user `a`}}!"}',
        { a: "{{.X}}", b: "{{.X}}!" },
      ],
      ["others, in any order", '{"a":"{{user `b`}}x","b":"{{user `c`}}y","c":"z"}', { a: "zyx", b: "zy", c: "z" }],
      ["times", '{"a":"{{timestamp}}"}', { a: "1612843506" }],
      ["fields wait for their place", '{"a":"{{ .Vars }} {{.Path}} {{upper `x`}}"}', { a: "{{ .Vars }} {{.Path}} X" }],
    ],
    (json, values) => {
      const result = variables(json);
      assert.equal(result.diagnostics, []);
      assert.equal(result.values, values);
    },
  );

  test("tell of the fields that are written in them, on the command line too, but not of the environment's", () => {
    const report = collectDiagnostics();
    const template = loadLegacy(
      "t.json",
      '{"variables":{"a":"{{.A}} {{env `NASTY`}}","b":"{{user `a`}}"}}',
      {},
      report,
    );
    const { fields } = legacyVariables(template, { varFiles: [], flags: [["c", "{{ .C }}"]] }, STILL, report);
    assert.equal([...fields], ["{{.A}}", "{{ .C }}"]);
  });

  test("files win over the template, later files over earlier ones, flags over all", () => {
    const varFiles = [
      sourceFile("1.json", '{"a":"f1","b":"f1","c":"f1"}'),
      sourceFile("2.json", '{"b":"f2","c":"f2"}'),
    ];
    const { values, errors } = variables('{"a":"t","b":"t","c":"t","d":"t"}', {
      varFiles,
      flags: [
        ["c", "{{user `d`}}"],
        ["new", "n"],
      ],
    });
    assert.is(errors, 0);
    assert.equal(values, { a: "f1", b: "f2", c: "t", d: "t", new: "n" });
  });

  test("trap 98: an undefined reference hides behind one that works, with a warning", () => {
    const { values, diagnostics } = variables('{"a":"x{{user `b`}}","b":"B","c":"{{user `zz`}}"}');
    assert.equal(values, { a: "xB", b: "B", c: "" });
    assert.equal(
      diagnostics.map(({ severity, code }) => [severity, code]),
      [["warning", "legacy-variable-masked"]],
    );
  });

  rows(
    test,
    [
      ["required", '{"a":«null»}', /^required variable not set: a$/],
      [
        "undefined reference",
        '{"b":"B","c":«"{{user `zz`}}"»}',
        /^Failed to interpolate "c": "\{\{user `zz`\}\}"; error: template: root:1:2: executing "root" at <user `zz`>: error calling user: Error: variable not set: zz: Please make sure/,
      ],
      ["itself", '{"a":«"{{user `a`}}"»}', /^Failed to interpolate "a"/],
      ["each other", '{"a":"{{user `b`}}","b":«"{{user `a`}}"»}', /^Failed to interpolate "b"/],
      [
        "an unknown function",
        '{"a":«"{{nope}}"»}',
        /^error interpolating default value for 'a': template: root:1: function "nope" not defined$/,
      ],
      ["no build yet", '{"a":«"{{build_name}}"»}', /build_name not available$/],
      ["unclosed", '{"a":«"{{nope"»}', /^error interpolating/],
    ],
    (source, detail) => {
      const { text, start, end } = marked(source);
      const [first] = variables(text).diagnostics;
      const shift = '{"builders":[{"type":"null"}],"variables":'.length;
      assert.match(first?.detail ?? "", detail);
      assert.equal([first?.subject?.start, first?.subject?.end], [start + shift, end + shift]);
    },
  );

  test("all required ones are listed", () => {
    assert.is(variables('{"a":null,"b":null,"c":"x"}').errors, 2);
  });

  test("a value that feeds on itself ends", () => {
    const { errors } = variables('{"z":"1"}', { varFiles: [], flags: [["a", "{{user `a`}}{{user `a`}}{{user `z`}}"]] });
    assert.ok(errors <= 1);
  });

  rows(
    test,
    [
      ["a number", '{"a":«5»}', "legacy-var-file"],
      ["a list", "«[]»", "legacy-var-file"],
      ["broken JSON", '{"a":"b",«}»', "legacy-var-file"],
    ],
    (source, code) => {
      const { text, start, end } = marked(source);
      const [first] = variables("{}", { varFiles: [sourceFile("v.json", text)], flags: [] }).diagnostics;
      assert.equal([first?.code, first?.subject?.start, first?.subject?.end], [code, start, end]);
    },
  );
});

describe("resolveLegacy", (test) => {
  const resolve = (json: string) => {
    const report = collectDiagnostics();
    const template = loadLegacy("t.json", json, {}, report);
    const { legacy } = resolveLegacy(
      template,
      new Map([
        ["n", "web"],
        ["r", "3"],
      ]),
      STILL,
      report,
    );
    return { build: legacy?.build, details: report.diagnostics.map(({ detail }) => detail) };
  };

  test("renders names and retries", () => {
    const { build, details } = resolve(
      '{"builders":[{"type":"null","name":"{{user `n`}}-{{timestamp}}"}],"provisioners":[{"type":"a","max_retries":"{{user `r`}}"}],"error-cleanup-provisioner":{"type":"b","max_retries":2}}',
    );
    assert.equal(details, []);
    assert.is(build?.sources[0]?.name, "{{user `n`}}-{{timestamp}}");
    assert.is(build?.sources[0]?.localName, "web-1612843506");
    assert.is(build?.provisioners[0]?.maxRetries, 3);
    assert.is(build?.errorCleanup?.maxRetries, 2);
  });

  rows(
    test,
    [
      [
        "a bad name",
        '{"builders":[{"type":"null","name":"{{nope}}"}]}',
        `Error interpolating builder '{{nope}}': template: root:1: function "nope" not defined`,
      ],
      [
        "retries that are no number",
        '{"builders":[{"type":"null"}],"provisioners":[{"type":"a","max_retries":"x"}]}',
        '`max_retries` must be a valid integer: strconv.Atoi: parsing "x": invalid syntax',
      ],
    ],
    (json, detail) => assert.equal(resolve(json).details, [detail]),
  );
});
