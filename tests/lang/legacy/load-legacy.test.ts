import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import type { LegacyOptions } from "../../../lang/legacy/load-legacy.js";
import { loadLegacy } from "../../../lang/legacy/load-legacy.js";
import type { LegacyTemplate, Template } from "../../../lang/template/ir.js";
import { describe } from "../../support/describe.js";
import { marked } from "../../support/marked.js";
import { rows } from "../../support/rows.js";

const BUILDERS = '"builders":[{"type":"null"}]';

function load(
  text: string,
  options: LegacyOptions = {},
): { template: Template; legacy: LegacyTemplate; details: string[]; report: ReturnType<typeof collectDiagnostics> } {
  const report = collectDiagnostics();
  const template = loadLegacy("dir/t.json", text, options, report);
  if (template.legacy === undefined) throw new Error("no legacy part");
  return { template, legacy: template.legacy, details: report.diagnostics.map(({ detail }) => detail), report };
}

/** The first mistake is worded and placed as given. */
function fails(source: string, detail: string, options?: LegacyOptions): void {
  const { text, start, end } = marked(source);
  const [first] = load(text, options).report.diagnostics;
  // What Packer has in one sentence stands in the summary.
  assert.is(first?.detail || first?.summary.replace("Failed to parse template: ", ""), detail);
  assert.equal([first?.subject?.start, first?.subject?.end], [start, end]);
}

describe("loadLegacy", (test) => {
  test("reads every part", () => {
    const { template, legacy, details } = load(`{
      "description": "d", "min_packer_version": "1.5.0", "_comment": "c", "push": {}, "comments": [{"a": "b"}],
      "variables": {"a": "1", "b": null}, "sensitive-variables": ["a", "nowhere"],
      "builders": [{"type": "null"}, {"type": "amazon-chroot", "name": "web", "ami_name": "x"}],
      "provisioners": [{"type": "shell", "inline": ["x"], "only": "web", "pause_before": "1.5s", "timeout": 2000000, "max_retries": 3,
                        "override": {"web": {"inline": ["y"]}}}],
      "error-cleanup-provisioner": {"type": "shell-local", "only": ["gone"]},
      "post-processors": ["compress", {"type": "manifest", "name": "m", "keep_input_artifact": true}, ["a", {"type": "b", "except": ["web"]}]]
    }`);
    assert.equal(details, []);
    assert.is(template.dialect, "legacy-json");
    assert.is(template.baseDir, "dir");
    assert.equal([...template.sources.keys()], ["null.null", "amazon-chroot.web"]);
    assert.equal(
      [...legacy.variables].map(([name, { value }]) => [name, value]),
      [
        ["a", "1"],
        ["b", null],
      ],
    );
    assert.equal([...legacy.sensitive], ["a", "nowhere"]);
    assert.is(template.variables.get("a")?.sensitive, true);
    const { sources, provisioners, errorCleanup, chains, description } = legacy.build;
    assert.is(description, "d");
    assert.equal(
      sources.map(({ type, localName }) => `${type} ${localName}`),
      ["null null", "amazon-chroot web"],
    );
    const [shell] = provisioners;
    assert.equal(
      [shell?.type, shell?.pauseBefore, shell?.timeout, shell?.maxRetriesText?.text],
      ["shell", 1500, 2, "3"],
    );
    assert.equal(shell?.filter, { only: ["web"], except: [] });
    assert.equal([...(shell?.override.keys() ?? [])], ["web"]);
    assert.is(
      shell?.body.dialect === "legacy-json" && shell.body.object.properties.map(({ name }) => name.text).join(),
      "inline",
    );
    assert.equal(errorCleanup?.filter, { only: [], except: [] });
    assert.equal(
      chains.map((chain) => chain.map(({ name }) => name)),
      [["compress"], ["m"], ["a", "b"]],
    );
    assert.equal(
      chains.map((chain) => chain[0]?.keepInputArtifact),
      [undefined, true, undefined],
    );
  });

  test("takes null for absent, and root keys in other letter cases", () => {
    assert.equal(
      load(
        '{"variables":null,"provisioners":null,"post-processors":null,"description":null,"Builders":[{"Type":"null"}]}',
      ).details,
      [],
    );
    assert.equal(load(`{${BUILDERS},"BUILDERS":[]}`).details, ["Unknown root level key in template: 'BUILDERS'"]);
  });

  test("only exact meta keys are taken out of the options", () => {
    const { legacy } = load(`{${BUILDERS},"provisioners":[{"Type":"shell","Max_Retries":5}]}`);
    const body = legacy.build.provisioners[0]?.body;
    assert.is(
      body?.dialect === "legacy-json" && body.object.properties.map(({ name }) => name.text).join(),
      "Type,Max_Retries",
    );
    assert.is(legacy.build.provisioners[0]?.maxRetriesText?.text, "5");
  });
});

describe("loadLegacy, mistakes when parsing (as Packer 1.6.6 words them)", (test) => {
  rows(
    test,
    [
      ["root is an array", "«[1]»", "'' expected a map, got 'slice'"],
      ["root is a string", '«"x"»', "'' expected a map, got 'string'"],
      ["unknown key", `{${BUILDERS},«"foo"»:1}`, "Unknown root level key in template: 'foo'"],
      [
        "comment that is no string",
        `{"_c":«5»,${BUILDERS}}`,
        'Failed to cast root level comment value in comment "_c" to string.',
      ],
      ["duplicate at the root", `{${BUILDERS},«"builders"»:[]}`, "template has duplicate field: builders"],
      [
        "duplicate deep inside",
        '{"builders":[{"type":"null","a":[{"x":1,«"x"»:2}]}]}',
        "template has duplicate field: x",
      ],
      [
        "description",
        `{${BUILDERS},"description":«5»}`,
        "1 error(s) decoding:\n\n* 'Description' expected type 'string', got unconvertible type 'float64', value: '5'",
      ],
      [
        "builders",
        '{"builders":«{"type":"null"}»}',
        "1 error(s) decoding:\n\n* 'builders': source data must be an array or slice, got map",
      ],
      [
        "provisioners",
        `{${BUILDERS},"provisioners":«5»}`,
        "1 error(s) decoding:\n\n* 'Provisioners': source data must be an array or slice, got float64",
      ],
      [
        "variables",
        `{${BUILDERS},"variables":«[]»}`,
        "1 error(s) decoding:\n\n* 'Variables' expected a map, got 'slice'",
      ],
      [
        "a variable that is a number",
        `{${BUILDERS},"variables":{"n":«5»}}`,
        "variable n: '' expected type 'string', got unconvertible type 'float64', value: '5'",
      ],
      [
        "a variable that is a bool",
        `{${BUILDERS},"variables":{"n":«true»}}`,
        "variable n: '' expected type 'string', got unconvertible type 'bool', value: 'true'",
      ],
      [
        "a variable that is a list",
        `{${BUILDERS},"variables":{"n":«["a"]»}}`,
        "variable n: '' expected type 'string', got unconvertible type '[]interface {}', value: '[a]'",
      ],
      [
        "sensitive variables",
        `{${BUILDERS},"sensitive-variables":[«5»]}`,
        "1 error(s) decoding:\n\n* 'sensitive-variables[0]' expected type 'string', got unconvertible type 'float64', value: '5'",
      ],
      ["push", `{${BUILDERS},"push":«5»}`, "1 error(s) decoding:\n\n* 'Push' expected a map, got 'float64'"],
      [
        "comments",
        `{${BUILDERS},"comments":[{"a":«1»}]}`,
        "1 error(s) decoding:\n\n* 'Comments[0][a]' expected type 'string', got unconvertible type 'float64', value: '1'",
      ],
      ["builder without type", '{"builders":[«{"name":"x"}»]}', "builder 1: missing 'type'"],
      ["builder that is no object", '{"builders":[{"type":"a"},«"x"»]}', "builder 2: '' expected a map, got 'string'"],
      [
        "builder with a name that is taken",
        '{"builders":[{"type":"null"},«{"type":"null"}»]}',
        "builder 2: builder with name 'null' already exists",
      ],
      [
        "builder with a list for its type",
        '{"builders":[{"type":«["a"]»}]}',
        "builder 1: 1 error(s) decoding:\n\n* 'Type' expected type 'string', got unconvertible type '[]interface {}', value: '[a]'",
      ],
      [
        "builder with a map for its name",
        '{"builders":[{"type":"a","name":«{}»}]}',
        "builder 1: 1 error(s) decoding:\n\n* 'Name' expected type 'string', got unconvertible type 'map[string]interface {}', value: 'map[]'",
      ],
      [
        "provisioner without type",
        `{${BUILDERS},"provisioners":[«{"x":1}»]}`,
        "provisioner 1: Provisioner missing 'type'",
      ],
      [
        "provisioner that is null",
        `{${BUILDERS},"provisioners":[«null»]}`,
        "provisioner 1: Provisioner missing 'type'",
      ],
      [
        "provisioner that is no object",
        `{${BUILDERS},"provisioners":[«5»]}`,
        "provisioner 1: Error decoding provisioner: '' expected a map, got 'float64'",
      ],
      [
        "duration without unit",
        `{${BUILDERS},"provisioners":[{"type":"a","pause_before":«"5"»}]}`,
        `provisioner 1: Error decoding provisioner: 1 error(s) decoding:\n\n* error decoding 'pause_before': time: missing unit in duration "5"`,
      ],
      [
        "no duration",
        `{${BUILDERS},"provisioners":[{"type":"a","timeout":«"five"»}]}`,
        `provisioner 1: Error decoding provisioner: 1 error(s) decoding:\n\n* error decoding 'timeout': time: invalid duration "five"`,
      ],
      [
        "unit that does not exist",
        `{${BUILDERS},"provisioners":[{"type":"a","timeout":«"5d"»}]}`,
        `provisioner 1: Error decoding provisioner: 1 error(s) decoding:\n\n* error decoding 'timeout': time: unknown unit "d" in duration "5d"`,
      ],
      [
        "override that is no map",
        `{${BUILDERS},"provisioners":[{"type":"a","override":«"x"»}]}`,
        "provisioner 1: Error decoding provisioner: 1 error(s) decoding:\n\n* 'Override' expected a map, got 'string'",
      ],
      [
        "cleanup provisioner without type",
        `{${BUILDERS},"error-cleanup-provisioner":«{"x":1}»}`,
        "On Error Cleanup Provisioner error: Provisioner missing 'type'",
      ],
      ["post-processor of a wrong kind", `{${BUILDERS},"post-processors":["a",«5»]}`, "post-processor 2: bad format"],
      [
        "chain in a chain",
        `{${BUILDERS},"post-processors":[["a",«["b"]»]]}`,
        "post-processor 1.2: sequence not allowed to be nested in a sequence",
      ],
      ["wrong kind in a chain", `{${BUILDERS},"post-processors":[["a",«5»]]}`, "post-processor 1.2: unknown format"],
      [
        "post-processor without type",
        `{${BUILDERS},"post-processors":[«{"x":1}»]}`,
        "post-processor 1.1: type is required",
      ],
      [
        "strict bool",
        `{${BUILDERS},"post-processors":[{"type":"a","keep_input_artifact":«"true"»}]}`,
        "post-processor 1.1: 1 error(s) decoding:\n\n* 'keep_input_artifact' expected type 'bool', got unconvertible type 'string', value: 'true'",
      ],
      [
        "strict list",
        `{${BUILDERS},"post-processors":[{"type":"a","only":«"x"»}]}`,
        "post-processor 1.1: 1 error(s) decoding:\n\n* 'Only': source data must be an array or slice, got string",
      ],
    ],
    (source, detail) => fails(source, detail, { syntaxOnly: true }),
  );

  test("reports all of them", () => {
    const { details } = load(
      '{"builders":[{},{"type":"a"}],"provisioners":[{}],"post-processors":[5],"zoo":1,"bar":2,"variables":{"n":1}}',
    );
    assert.is(details.length, 6);
    assert.equal(details.slice(0, 2), [
      "Unknown root level key in template: 'bar'",
      "Unknown root level key in template: 'zoo'",
    ]);
  });
});

describe("loadLegacy, text that is not JSON", (test) => {
  rows(
    test,
    [
      [
        "shows where",
        '{\n  "a": [1,\n«}»\n',
        "Failed to parse template: Error parsing JSON: invalid character '}' looking for beginning of value\nAt line 3, column 1 (offset 14):\n    2:   \"a\": [1,\n    3: }\n       ^",
      ],
      [
        "ends too early",
        "«»",
        "Failed to parse template: Error parsing JSON: unexpected end of JSON input\nAt line 1, column 1 (offset 0):\n    1: \n       ^",
      ],
      [
        "starts with a byte order mark",
        "«\ufeff»{}",
        "Failed to parse template: Error parsing JSON: invalid character 'ï' looking for beginning of value\nAt line 1, column 1 (offset 1):\n    1: \ufeff{}\n       ^\n\nThe file starts with a byte order mark, which JSON does not allow.",
      ],
    ],
    (source, detail) => fails(source, detail),
  );

  test("a file of HCL gets a hint", () => {
    const report = collectDiagnostics();
    loadLegacy("x.hcl", "source {}", {}, report);
    assert.match(report.diagnostics[0]?.detail ?? "", /\.pkr\.hcl or \.pkr\.json\.$/);
  });

  test("a megabyte on one line stays readable", () => {
    const { details } = load(`{"a":"${"x".repeat(1_000_000)}",}`);
    assert.ok((details[0]?.length ?? 0) < 600);
  });

  test("deep nesting is refused", () => {
    assert.is(load(`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`).report.errors, 1);
    assert.is(load("[".repeat(20_000)).report.errors, 1);
  });
});

describe("loadLegacy, rules between the parts", (test) => {
  rows(
    test,
    [
      ["no builders", "«{}»", "at least one builder must be defined"],
      [
        "only and except",
        `{${BUILDERS},"provisioners":[«{"type":"a","only":["x"],"except":["y"]}»]}`,
        "provisioner 1: only one of 'only' or 'except' may be specified",
      ],
      [
        "only names nobody",
        `{${BUILDERS},"provisioners":[«{"type":"a","only":["x"]}»]}`,
        "provisioner 1: 'only' specified builder 'x' not found",
      ],
      [
        "except names nobody",
        `{${BUILDERS},"post-processors":["b",[«{"type":"a","except":["x"]}»]]}`,
        "post-processor 2.1: 'except' specified builder 'x' not found",
      ],
      [
        "override names nobody",
        `{${BUILDERS},"provisioners":[{"type":"a","override":{"z":«{}»}}]}`,
        "provisioner 1: override 'z' doesn't exist",
      ],
      [
        "newer version wanted",
        `{${BUILDERS},"min_packer_version":«"99.0.0"»}`,
        "This template requires Packer version 99.0.0 or higher; using 1.16.0",
      ],
      ["no version", `{${BUILDERS},"min_packer_version":«"x.y"»}`, "min_version is invalid: Malformed version: x.y"],
    ],
    (source, detail) => fails(source, detail),
  );
  test("filters compare with the name as written, not as rendered", () => {
    const builder = '"builders":[{"type":"null","name":"{{user `a`}}"}]';
    assert.is(load(`{${builder},"provisioners":[{"type":"a","only":["q"]}]}`).report.errors, 1);
    assert.is(load(`{${builder},"provisioners":[{"type":"a","only":["{{user \`a\`}}"]}]}`).report.errors, 0);
  });
  test("are not asked for a syntax check", () => {
    assert.equal(load("{}", { syntaxOnly: true }).details, []);
  });
});
