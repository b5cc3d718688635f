import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { packerFunctions } from "../../../lang/interpolate/functions.js";
import { goTemplates } from "../../../lang/interpolate/go-template.js";
import { GoStruct } from "../../../lang/interpolate/go-value.js";
import { TemplateFailure } from "../../../lang/interpolate/renderer.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import { STILL } from "./host.js";

const engine = () =>
  goTemplates({
    functions: packerFunctions({ dialect: "legacy-json", host: STILL, user: new Map([["a", "{{.X}}"]]) }),
  });
const render = (text: string, data?: Record<string, unknown>): string => engine().render(text, data);
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

function failure(text: string, data?: Record<string, unknown>): TemplateFailure {
  try {
    const printed = render(text, data);
    throw new Error(`no failure: it printed ${JSON.stringify(printed.slice(0, 100))}`);
  } catch (error) {
    if (error instanceof TemplateFailure) return error;
    throw error;
  }
}

interface Observed {
  readonly template: string;
  readonly prints?: string;
  readonly fails?: string;
}
const observed: readonly Observed[] = JSON.parse(readFileSync("fixtures/go-templates/packer-1.6.6.json", "utf8"));

describe("goTemplates, as Packer 1.6.6 renders", (test) => {
  for (const { template, prints, fails } of observed) {
    test(template, () => {
      if (prints === undefined) assert.is(oneLine(failure(template).message), fails);
      else assert.is(oneLine(render(template)), oneLine(prints));
    });
  }
});

describe("goTemplates, newer than Packer 1.6.6", (test) => {
  rows(
    test,
    [
      ["prints what looks like a template as text", 'x{{"{{"}}y', "x{{y"],
      ["prints a variable's text once", "{{user `a`}}", "{{.X}}"],
      ["ranges over an integer", "{{range $i := 3}}{{$i}},{{end}}", "0,1,2,"],
      ["breaks", "{{range 5}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}}", "01"],
      ["continues", "{{range 4}}{{if eq . 2}}{{continue}}{{end}}{{.}}{{end}}", "013"],
      ["leaves only the inner loop", "{{range 2}}{{range 3}}{{break}}{{end}}{{.}}{{end}}", "01"],
      ["stops at the argument that decides an or", "{{or 1 (index .x 5)}}", "1"],
      ["stops at the argument that decides an and", "{{and 0 (index .x 5)}}", "0"],
      ["lets newlines into actions", '{{upper\n\t"a"\r\n}}', "A"],
      ["chains else with", '{{with ""}}a{{else with "b"}}{{.}}{{end}}', "b"],
    ],
    (text, printed) => assert.is(render(text), printed),
  );
});

describe("goTemplates, data", (test) => {
  const data = {
    Name: "web",
    Count: 3,
    Ratio: 0.5,
    Nothing: null,
    List: ["a", "b"],
    Nested: { b: { y: 2, x: 1 }, a: { z: [1, 2] } },
    Tags: new Map([["Name", "t"]]),
    Info: new GoStruct("*common.BuildInfoTemplate", { SourceAMI: "ami-1" }),
  };
  rows(
    test,
    [
      ["reads a field", "{{.Name}} {{.Count}} {{.Ratio}}", "web 3 0.5"],
      ["reads nested fields", "{{.Nested.b.x}}{{(index .Nested `a`).z}}", "1[1 2]"],
      [
        "says that a missing field has no value",
        "{{.No}} {{.No.Way}} {{.Nothing}}",
        "<no value> <no value> <no value>",
      ],
      ["gives the empty string for what a map of strings lacks", "[{{.Tags.No}}{{index .Tags `No`}}]", "[]"],
      ["prints a map with sorted keys", "{{.Nested}}", "map[a:map[z:[1 2]] b:map[x:1 y:2]]"],
      [
        "ranges over nested maps in order",
        "{{range $k, $v := .Nested}}{{$k}}:{{range $q, $w := $v}}{{$q}}{{end}};{{end}}",
        "a:z;b:xy;",
      ],
      ["sees the element as the dot", "{{range .List}}<{{.}}{{$.Name}}>{{end}}", "<aweb><bweb>"],
      ["assigns inside a loop", "{{$last := ``}}{{range .List}}{{$last = .}}{{end}}{{$last}}", "b"],
      ["takes else for an empty list", "{{range .No}}x{{else}}none{{end}}", "none"],
      ["hands data to a template", "{{define `t`}}{{.x}}{{$.y}}{{end}}{{template `t` .Nested.b}}", "12"],
      ["never parses data as a template", "{{.Evil}}{{printf `%s` .Evil}}", "{{.Name}}{{.Name}}"],
    ],
    (text, printed) => assert.is(render(text, { ...data, Evil: "{{.Name}}" }), printed),
  );
  rows(
    test,
    [
      [
        "a nil in the middle",
        "{{.Nothing.X}}",
        'template: root:1:10: executing "root" at <.Nothing.X>: nil pointer evaluating interface {}.X',
      ],
      [
        "a field of a text",
        "a{{.Name.X}}",
        `template: root:1:8: executing "root" at <.Name.X>: can't evaluate field X in type string`,
      ],
      [
        "a field that the struct lacks",
        "{{.Info.Foo}}",
        `template: root:1:7: executing "root" at <.Info.Foo>: can't evaluate field Foo in type *common.BuildInfoTemplate`,
      ],
      [
        "arguments for a field",
        "{{.Name 1}}",
        'template: root:1:2: executing "root" at <.Name>: Name is not a method but has arguments',
      ],
    ],
    (text, message) => assert.is(failure(text, data).message, message),
  );
});

describe("goTemplates, places of problems", (test) => {
  rows(
    test,
    [
      ["an unknown function", "a é {{ «nope» }}"],
      ["an unknown variable", "{{ «$x» }}"],
      ["a field in the second line", "{{ .A }}\n{{ .Name«.X» }}"],
      ["the failing call", "x {{ «split `a` `-` 3» | upper }}"],
    ],
    (text) => {
      const source = text.replace("«", "").replace("»", "");
      const { start, end } = failure(source, { Name: "a" }).problem;
      assert.equal([start, end], [text.indexOf("«"), text.indexOf("»") - 1]);
    },
  );

  test("check finds what render would, without rendering", () => {
    assert.is(engine().check("{{ upper }}"), undefined);
    assert.is(engine().check("no template at all }}"), undefined);
    assert.is(engine().check("a\nb{{ nope }}")?.message, 'template: root:2: function "nope" not defined');
    assert.is(
      engine().check("{{ clean_resource_name `a` }}")?.message,
      'template: root:1: function "clean_resource_name" not defined',
    );
  });

  test("an action left open in an earlier line says where it started", () => {
    assert.is(failure("a\n{{ upper\n`x`\n").message, "template: root:4: unclosed action started at root:2");
  });
});

describe("goTemplates, hostile texts", (test) => {
  test("endless recursion ends with Go's error", () => {
    assert.match(
      failure("{{define `t`}}{{template `t`}}{{end}}{{template `t`}}").message,
      /executing "t" at <\{\{template "t"\}\}>: exceeded maximum template depth \(\d+\)$/,
    );
  });
  test("recursion that doubles ends as well", () => {
    assert.match(
      failure("{{define `t`}}{{range 3}}{{range 1000000000}}{{end}}{{end}}{{end}}{{template `t`}}").message,
      /more than \d+ steps/,
    );
    assert.match(
      failure("{{define `a`}}{{if .}}x{{else}}{{template `a`}}{{template `a`}}{{end}}{{end}}{{template `a`}}").message,
      /maximum template depth|steps/,
    );
  });
  test("recursion out of deep nesting does not overflow the stack", () => {
    const nested = `${"{{if true}}".repeat(200)}{{template "t"}}${"{{end}}".repeat(200)}`;
    assert.match(failure(`{{define "t"}}${nested}{{end}}{{template "t"}}`).message, /exceeded maximum template depth/);
    const pipes = `${"(print ".repeat(110)}1${")".repeat(110)}`;
    assert.is(render(`{{${pipes}}}`), "1");
  });
  test("a loop over a huge number ends", () => {
    assert.match(failure("{{range 1000000000000}}a{{end}}").message, /more than \d+ steps/);
  });
  test("output is bounded", () => {
    assert.match(
      failure(`{{define "t"}}${"x".repeat(100_000)}{{end}}{{range 100000}}{{template "t"}}{{end}}`).message,
      /prints more than \d+ characters/,
    );
  });
  test("deep nesting is refused, not a stack overflow", () => {
    assert.match(failure(`{{${"(".repeat(50_000)}1${")".repeat(50_000)}}}`).message, /max expression depth exceeded/);
    assert.match(failure("{{if true}}".repeat(20_000)).message, /max expression depth exceeded/);
    assert.is(render(`{{${"(".repeat(100)}1${")".repeat(100)}}}`), "1");
  });
  test("a megabyte of text and of string literal", () => {
    const megabyte = "é{}".repeat(400_000);
    assert.is(render(`${megabyte}{{upper "a"}}`), `${megabyte}A`);
    assert.is(render(`{{"${"\\n".repeat(500_000)}"}}`).length, 500_000);
    assert.match(failure(`{{"${"a".repeat(1_000_000)}`).message, /unterminated quoted string$/);
  });
  test("a hundred thousand actions", () => {
    assert.is(render('{{"a"}}'.repeat(100_000)).length, 100_000);
  });
  test("keys such as __proto__ are plain keys", () => {
    assert.is(render("{{.constructor}} {{.__proto__}} {{.toString}}", {}), "<no value> <no value> <no value>");
    assert.match(failure("{{constructor}}").message, /function "constructor" not defined$/);
  });
  test("a wide printf stays within Go's limit", () => {
    assert.is(render('{{printf "%99999999d" 1}}'), "%!(BADWIDTH)1");
  });
});
