import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { loadLegacy } from "../../../lang/legacy/load-legacy.js";
import type { BodySpec } from "../../../lang/template/ir.js";
import { listOf, STRING } from "../../../lang/types/type.js";
import { upgradeLegacy } from "../../../lang/upgrade/index.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

interface Upgraded {
  readonly text: string;
  /** Without comments, empty lines and indentation. */
  readonly body: readonly string[];
  readonly details: readonly string[];
  readonly errors: number;
}

function upgrade(template: object, annotations = false): Upgraded {
  const report = collectDiagnostics();
  const loaded = loadLegacy("t.json", JSON.stringify(template), { syntaxOnly: true }, report);
  assert.is(report.errors, 0, report.diagnostics[0]?.detail);
  const text = upgradeLegacy(loaded, { annotations, specOf }, report);
  const lines = text.split("\n").map((line) => line.trim());
  return {
    text,
    body: lines.filter((line) => line !== "" && !line.startsWith("#")),
    details: report.diagnostics.map(({ detail }) => detail),
    errors: report.errors,
  };
}

const LISTS = { type: listOf(STRING), required: false, sensitive: false };
const EMPTY: BodySpec = { attributes: new Map(), blocks: new Map() };
const SHELL: BodySpec = { attributes: new Map([["inline", LISTS]]), blocks: new Map() };

/** Two components are built in. */
function specOf(kind: string, type: string): BodySpec | undefined {
  if (kind === "builder" && type === "null") return EMPTY;
  return kind === "provisioner" && type === "shell" ? SHELL : undefined;
}

const NULL = { type: "null", communicator: "none" };

/** The lines between the block whose header is given and the brace that closes it. */
function blockOf(body: readonly string[], header: string): readonly string[] {
  const start = body.indexOf(header);
  assert.ok(start >= 0, `no ${header} in\n${body.join("\n")}`);
  return body.slice(start + 1, body.indexOf("}", start));
}

/** One string of a provisioner, upgraded beside variables `a` (a constant) and `l` (computed). */
function shellLine(text: string): { line: string; upgraded: Upgraded } {
  const upgraded = upgrade({
    variables: { a: "1", l: "{{uuid}}" },
    builders: [NULL],
    provisioners: [{ type: "shell", inline: [text] }],
  });
  return { line: blockOf(upgraded.body, 'provisioner "shell" {')[0] ?? "", upgraded };
}

describe("calls in upgraded templates", (test) => {
  rows(
    test,
    [
      ["user, a constant", "{{user `a`}}", '"${var.a}"'],
      ["user, computed", "{{user `l`}}", '"${local.l}"'],
      ["user with double quotes", '{{ user "a" }}', '"${var.a}"'],
      ["user that nobody declared", "{{user `ghost`}}", '"${var.ghost}"'],
      ["build", "{{build `ID`}}", '"${build.ID}"'],
      ["timestamp", "a-{{timestamp}}-b", '"a-${local.timestamp}-b"'],
      ["isotime", "{{isotime}}", '"${timestamp()}"'],
      ["isotime with a layout", '{{isotime "2006 \\"x\\""}}', '"${legacy_isotime("2006 \\"x\\"")}"'],
      ["strftime", "{{strftime `%Y`}}", '"${legacy_strftime("%Y")}"'],
      ["strftime without a format", "{{strftime}}", '"${timestamp()}"'],
      ["template_dir", "{{template_dir}}", '"${path.root}"'],
      ["pwd", "{{pwd}}", '"${path.cwd}"'],
      ["packer_version", "{{packer_version}}", '"${packer.version}"'],
      ["uuid", "{{uuid}}", '"${uuidv4()}"'],
      ["build_name and build_type", "{{build_name}}/{{build_type}}", '"${build.name}/${build.type}"'],
      ["a field", "{{.Vars}} {{  .Path}}", '"{{ .Vars }} {{ .Path }}"'],
      ["trim markers", "a {{- .Path -}} b", '"a{{ .Path }}b"'],
      ["a comment of Go's", "a{{/* c */}}b", '"ab"'],
      ["a literal", '{{"x"}}', '"{{ \\"x\\" }}"'],
      ["kept calls", "{{lower `A`}}{{split `a-b` `-` 1}}", '"{{ lower `A` }}{{ split `a-b` `-` 1 }}"'],
      ["replace has its count last, as Packer writes it", "{{replace `a` `b` 1 `c`}}", '"{{ replace `a` `b` `c` 1 }}"'],
      ["replace of a pipe", "{{user `a` | replace `a` `b` 1}}", '"{{ replace `a` `b` `${var.a}` 1 }}"'],
      ["an argument with a backquote", '{{upper "a`b"}}', '"{{ upper \\"a`b\\" }}"'],
      ["a pipeline", "{{ user `a` | upper }}", '"{{ upper `${var.a}` }}"'],
      ["calls of calls that are kept", "{{ timestamp | lower | upper }}", '"{{ timestamp | lower | upper }}"'],
      ["parentheses", "{{ upper (user `a`) }}", '"{{ upper `${var.a}` }}"'],
      ["a pipeline of a field", "{{ .Path | upper }} {{user `a`}}", '"{{ .Path | upper }} ${var.a}"'],
      ["Go's own functions", '{{ printf "%q" .Path }} {{user `a`}}', '"{{ printf \\"%q\\" .Path }} ${var.a}"'],
      ["structures that HCL2 can run", "{{if .Sudo}}sudo {{end}}x", '"{{if .Sudo}}sudo {{end}}x"'],
      ["HCL's own signs", "echo ${HOME} %{x} $${y}", '"echo $${HOME} %%{x} $$${y}"'],
      ["a dollar before an expression", "$${{user `a`}}", '"${"$$"}${var.a}"'],
      ["a percent sign before an expression", "%{{user `a`}}", '"%${var.a}"'],
      ["escapes", 'a"b\\c\td\ne\u0001\u00a0', '"a\\"b\\\\c\\td\\ne\\u0001\\u00a0"'],
      ["a letter and its accent", "e\u0301", '"\u00e9"'],
    ],
    (json, hcl) => assert.is(shellLine(json).line, `inline = [${hcl}]`),
  );

  rows(
    test,
    [
      ["an unknown function", "{{user `a`}} {{frobnicate}}", 'function "frobnicate" not defined'],
      ["a template that does not parse", "{{user `a`}} {{user}", "bad character"],
      ["a structure around what HCL2 does not have", "{{if eq (user `a`) `1`}}x{{end}}", "`user` can't be replaced"],
      ["a call with too many arguments", "{{user `a` `b`}}", "{{user `a` `b`}} can't be replaced"],
      ["a call of what is known late", "{{user .Name}}", "{{user .Name}} can't be replaced"],
    ],
    (json, reason) => {
      const { line, upgraded } = shellLine(json);
      assert.is(line, `inline = ["${json}"]`);
      assert.ok(
        upgraded.details.some((detail) => detail.includes(reason)),
        upgraded.details.join("\n"),
      );
      assert.match(upgraded.text, /# could not parse template for following block: ".*\n {2}provisioner/);
    },
  );

  test("a block is converted whole or not at all, others notwithstanding", () => {
    const { body } = upgrade({
      builders: [NULL],
      provisioners: [
        { type: "shell", inline: ["{{nope}}"], env: "{{user `a`}}" },
        { type: "shell", inline: ["{{user `a`}}"] },
      ],
    });
    assert.ok(body.includes('env    = "{{user `a`}}"'));
    assert.ok(body.includes('inline = ["${var.a}"]'));
  });

  test("a comment counts the calls that are kept, and a warning stands at each", () => {
    const { upgraded } = shellLine("{{lower `A`}} {{clean_resource_name `b`}}");
    assert.match(upgraded.text, /# 2 errors occurred upgrading the following block:\n {2}# unhandled "lower" call/);
    assert.is(upgraded.details.filter((detail) => detail.startsWith("The call of")).length, 2);
    assert.match(shellLine("{{lower `A`}}").upgraded.text, /# 1 error occurred upgrading the following block:\n/);
  });

  test("the timestamp local is there when it is used, and only then", () => {
    const line = 'locals { timestamp = regex_replace(timestamp(), "[- TZ:]", "") }';
    assert.ok(shellLine("{{timestamp}}").upgraded.body.includes(line));
    assert.not.ok(shellLine("{{isotime}}").upgraded.body.includes(line));
  });

  test("functions for old templates are named in a comment", () => {
    assert.match(shellLine("{{isotime `2006`}}").upgraded.text, /\n# legacy_isotime is there for old templates/);
    assert.not.match(shellLine("{{isotime}}").upgraded.text, /legacy_/);
  });

  test("keys of maps are converted too", () => {
    const { body } = upgrade({
      builders: [{ ...NULL, tags: { "{{user `a`}}": "{{user `b`}}", "A b": 1, for: 2, c: 3 } }],
    });
    assert.equal(blockOf(body, "tags = {"), [
      '"A b"      = 1',
      "c          = 3",
      '"for"      = 2',
      '"${var.a}" = "${var.b}"',
    ]);
  });
});

describe("bodies of upgraded templates", (test) => {
  const optionsOf = (options: object): readonly string[] => {
    const { body } = upgrade({ builders: [{ type: "null", ...options }] });
    return body.slice(1, body.indexOf("build {") - 1);
  };

  rows<[object, readonly string[]]>(
    test,
    [
      ["plain values, sorted", { s: "x", n: 1.5, b: true, a: null }, ["a = null", "b = true", "n = 1.5", 's = "x"']],
      ["a map of plain values", { tags: { b: "1", "a-b": 2 } }, ["tags = {", "a-b = 2", 'b   = "1"', "}"]],
      ["an object that holds a list", { o: { l: ["a"], x: 1 } }, ["o {", 'l = ["a"]', "x = 1", "}"]],
      ["an object that holds a null", { o: { l: null } }, ["o {", "l = null", "}"]],
      ["an empty object", { o: {} }, ["o {", "}"]],
      ["an empty list", { l: [] }, []],
      ["a list of objects", { l: [{ a: 1 }, {}] }, ["l {", "a = 1", "}", "l {", "}"]],
      ["a list of lists", { l: [["a", 1], [], [true, null]] }, ['l = [["a", 1], [], [true, null]]']],
      ["a list of objects and others", { l: [{ a: 1 }, "b"] }, ["l = [{", "a = 1", '}, "b"]']],
      ["blocks by name", { linux_options: { a: "1" } }, ["linux_options {", 'a = "1"', "}"]],
      [
        "blocks by name, inside",
        { n: [{ network_interface: { a: 1 } }] },
        ["n {", "network_interface {", "a = 1", "}", "}"],
      ],
      ["keys that no block has", { l: [{ "a b": 1 }] }, ["l = [{", '"a b" = 1', "}]"]],
      ["keys that no block has, with a list", { o: { "a b": [1] } }, ["o = {", '"a b" = [1]', "}"]],
      ["a big number", { n: 123456789012345680000 }, ["n = 123456789012345680000"]],
      ["a small number", { n: 1e-7 }, ["n = 0.0000001"]],
    ],
    (options, lines) => assert.equal(optionsOf(options), lines),
  );

  test("an option that HCL2 can't name is left out, with a warning", () => {
    const { body, details } = upgrade({ builders: [{ ...NULL, "a b": 1 }] });
    assert.not.ok(body.some((line) => line.includes("a b")));
    assert.equal(details, ['"a b" can\'t be the name of an argument in HCL2, so it is left out.']);
  });
});

describe("variables of upgraded templates", (test) => {
  const variables = (declared: object, sensitive: readonly string[] = []): Upgraded =>
    upgrade({ variables: declared, "sensitive-variables": sensitive });

  test("constants and the environment stay variables; null has no default", () => {
    const { body } = variables({ b: null, a: "x", c: '{{env `HOME`}}/{{ env "X" }}', d: "" });
    assert.equal(body, [
      'variable "a" {',
      "type    = string",
      'default = "x"',
      "}",
      'variable "b" {',
      "type = string",
      "}",
      'variable "c" {',
      "type    = string",
      'default = "${env("HOME")}/${env("X")}"',
      "}",
      'variable "d" {',
      "type    = string",
      'default = ""',
      "}",
    ]);
  });

  test("what is computed becomes a local", () => {
    const { body } = variables({ a: "1", b: "{{user `a`}}-{{user `c`}}", c: "{{isotime}}" });
    assert.equal(blockOf(body, "locals {"), ['b = "${var.a}-${local.c}"', 'c = "${timestamp()}"']);
  });

  test("a sensitive local stands alone, before the others", () => {
    const { body } = variables({ z: "{{pwd}}", s: "{{user `k`}}", k: "x" }, ["s", "k", "nobody"]);
    assert.equal(body, [
      'variable "k" {',
      "type      = string",
      'default   = "x"',
      "sensitive = true",
      "}",
      'local "s" {',
      "sensitive  = true",
      'expression = "${var.k}"',
      "}",
      "locals {",
      'z = "${path.cwd}"',
      "}",
    ]);
  });

  test("a local reads the environment through a variable", () => {
    const { body } = variables({ a: "{{env `MY-VAR`}}{{uuid}}{{env `MY-VAR`}}" });
    assert.equal(body, [
      'variable "env_MY_VAR" {',
      "type    = string",
      'default = "${env("MY-VAR")}"',
      "}",
      "locals {",
      'a = "${var.env_MY_VAR}${uuidv4()}${var.env_MY_VAR}"',
      "}",
    ]);
  });

  test("services are asked by locals, and AWS Secrets Manager by one data source for each secret", () => {
    const { body } = variables({
      a: "{{aws_secretsmanager `n` `k`}}",
      b: "{{aws_secretsmanager `n`}}",
      c: "{{aws_secretsmanager `n` `k`}}",
      d: "{{vault `p` `k`}}{{consul_key `c`}}{{aws_secretsmanager_raw `r`}}",
    });
    assert.equal(body, [
      'data "amazon-secretsmanager" "autogenerated_1" {',
      'key  = "k"',
      'name = "n"',
      "}",
      'data "amazon-secretsmanager" "autogenerated_2" {',
      'name = "n"',
      "}",
      "locals {",
      'a = "${data.amazon-secretsmanager.autogenerated_1.value}"',
      'b = "${data.amazon-secretsmanager.autogenerated_2.value}"',
      'c = "${data.amazon-secretsmanager.autogenerated_1.value}"',
      'd = "${vault("p", "k")}${consul_key("c")}${aws_secretsmanager_raw("r")}"',
      "}",
    ]);
  });

  test("a variable called timestamp keeps its name", () => {
    const { body } = variables({ timestamp: "{{timestamp}}" });
    assert.ok(body.includes('locals { timestamp_2 = regex_replace(timestamp(), "[- TZ:]", "") }'));
    assert.ok(body.includes('timestamp = "${local.timestamp_2}"'));
  });

  test("a name that HCL2 can't have is changed where it is declared and used", () => {
    const { body, details } = upgrade({
      variables: { "aws.region": "x", aws_region: "y" },
      builders: [{ ...NULL, a: "{{user `aws.region`}}{{user `aws_region`}}" }],
    });
    assert.ok(body.includes('variable "aws_region_2" {'));
    assert.ok(body.includes('a            = "${var.aws_region_2}${var.aws_region}"'));
    assert.equal(details, ['Variable "aws.region" is no name in HCL2; it is now "aws_region_2".']);
  });

  test("what a variable can't call stays, with a comment", () => {
    const { body, text } = variables({ a: "{{clean_resource_name `x`}}", b: "{{build `ID`}}" });
    assert.ok(body.includes('default = "{{clean_resource_name `x`}}"'));
    assert.match(text, /# could not parse template for following block/);
  });

  test("a template of variables only has no build", () => {
    assert.not.ok(variables({ a: "1" }).text.includes("build"));
  });
});

describe("blocks of upgraded templates", (test) => {
  test("min_packer_version and the plugins of every component, sorted", () => {
    const { body } = upgrade({
      min_packer_version: "1.6.0",
      builders: [{ type: "virtualbox-iso" }, { type: "amazon-ebs" }, NULL],
      provisioners: [{ type: "ansible" }],
      "error-cleanup-provisioner": { type: "azure-x" },
      "post-processors": ["docker-tag", ["vagrant"]],
    });
    assert.is(body[1], 'required_version = ">= 1.6.0"');
    const names = body.filter((line) => line.endsWith("= {")).map((line) => line.split(" ")[0]);
    assert.equal(names, ["amazon", "ansible", "azure", "docker", "vagrant", "virtualbox"]);
    assert.ok(body.includes('source  = "github.com/hashicorp/virtualbox"'));
    assert.ok(body.includes('version = "~> 1"'));
  });

  test("sources are sorted by type and name, and numbered by their place", () => {
    const { body, details } = upgrade({
      builders: [
        NULL,
        { ...NULL, name: "zz" },
        { ...NULL, name: " a b " },
        { ...NULL, name: "a.b" },
        { type: "amazon-ebs" },
      ],
    });
    assert.ok(
      body.includes(
        'sources = ["source.amazon-ebs.autogenerated_1", "source.null.a_b", "source.null.a_b_2", "source.null.autogenerated_4", "source.null.zz"]',
      ),
      body.join("\n"),
    );
    assert.equal(details, [
      'Builder " a b " is no name in HCL2; it is now "a_b".',
      'Builder "a.b" is no name in HCL2; it is now "a_b_2".',
    ]);
  });

  test("a builder of unknown type is an error, and written all the same", () => {
    const { body, errors, details } = upgrade({ builders: [{ type: "frob" }, { type: "azure-arm" }] });
    assert.is(errors, 1);
    assert.match(details[0] ?? "", /^unknown builder type\(s\): \[frob\]/);
    assert.ok(body.includes('source "frob" "autogenerated_2" {'));
  });

  test("meta keys of provisioners become arguments", () => {
    const { body } = upgrade({
      variables: { n: "3" },
      builders: [NULL],
      provisioners: [
        { type: "shell", inline: ["x"], pause_before: "90s", timeout: "1h", max_retries: "{{user `n`}}" },
        { type: "shell", max_retries: 3, timeout: 0, pause_before: "1.5s" },
      ],
    });
    assert.equal(body.slice(body.indexOf('provisioner "shell" {')), [
      'provisioner "shell" {',
      'inline       = ["x"]',
      'max_retries  = "${var.n}"',
      'pause_before = "1m30s"',
      'timeout      = "1h0m0s"',
      "}",
      'provisioner "shell" {',
      'max_retries  = "3"',
      'pause_before = "1.5s"',
      "}",
      "}",
    ]);
  });

  test("only and except keep their names; a warning and an annotation say what HCL2 calls them", () => {
    const template = {
      builders: [{ ...NULL, name: "a b" }, NULL],
      provisioners: [{ type: "shell", only: ["a b", "null"] }],
      "post-processors": [{ type: "manifest", except: ["null"] }],
    };
    const { body, text, details } = upgrade(template);
    assert.ok(body.includes('only = ["a b", "null"]'));
    assert.ok(body.includes('except = ["null"]'));
    assert.not.match(text, /#/);
    assert.match(upgrade(template, true).text, /# .*only = \["null\.a_b", "null\.autogenerated_2"\]\n {2}provisioner/);
    assert.is(details.filter((detail) => detail.includes("TYPE.NAME")).length, 2);
  });

  test("override is left in a comment, in HCL2's form", () => {
    const { text, details } = upgrade({
      builders: [NULL],
      provisioners: [{ type: "shell", inline: ["x"], override: { null: { inline: ["y"], z: { a: 1 } } } }],
    });
    assert.ok(
      text.includes(
        '  # override = {\n  #   "null" = {\n  #     inline = ["y"]\n  #     z = {\n  #       a = 1\n  #     }\n  #   }\n  # }\n',
      ),
      text,
    );
    assert.ok(details.some((detail) => detail.includes("override")));
  });

  test("chains of one, of several, and with what belongs to them", () => {
    const { body } = upgrade({
      builders: [NULL],
      "post-processors": [
        "manifest",
        [{ type: "compress", name: "c", keep_input_artifact: false, output: "x" }, "checksum"],
        [],
        [{ type: "artifice", name: "artifice" }],
      ],
    });
    assert.equal(body.slice(body.indexOf('post-processor "manifest" {')), [
      'post-processor "manifest" {',
      "}",
      "post-processors {",
      'post-processor "compress" {',
      "keep_input_artifact = false",
      'name                = "c"',
      'output              = "x"',
      "}",
      'post-processor "checksum" {',
      "}",
      "}",
      'post-processor "artifice" {',
      "}",
      "}",
    ]);
  });

  test("the cleanup provisioner stands after the others", () => {
    const { body } = upgrade({
      builders: [NULL],
      "error-cleanup-provisioner": { type: "shell-local", inline: ["{{user `a`}}"] },
      provisioners: [{ type: "shell" }],
    });
    assert.ok(body.indexOf('error-cleanup-provisioner "shell-local" {') > body.indexOf('provisioner "shell" {'));
    assert.ok(body.includes('inline = ["${var.a}"]'));
  });

  test("filters for a source AMI become data sources with the builder's access; the same one is asked once", () => {
    const filter = { filters: { name: "debian-*" }, owners: ["{{user `o`}}"], most_recent: true };
    const access = { region: "r", profile: "p", assume_role: { role_arn: "x" }, aws_polling: { delay_seconds: 3 } };
    const { body } = upgrade({
      builders: [
        { type: "amazon-chroot", name: "a", source_ami_filter: filter, ...access, ami_name: "n" },
        { type: "amazon-ebs", name: "b", source_ami_filter: [filter], ...access },
        { type: "amazon-ebs", name: "c", source_ami_filter: filter, region: "other" },
        { type: "null", name: "d", source_ami_filter: filter },
      ],
    });
    const data = body.slice(
      body.indexOf('data "amazon-ami" "autogenerated_1" {'),
      body.indexOf('source "amazon-chroot" "a" {'),
    );
    assert.equal(data, [
      'data "amazon-ami" "autogenerated_1" {',
      "assume_role = {",
      'role_arn = "x"',
      "}",
      "aws_polling = {",
      "delay_seconds = 3",
      "}",
      "filters = {",
      'name = "debian-*"',
      "}",
      "most_recent = true",
      'owners      = ["${var.o}"]',
      'profile     = "p"',
      'region      = "r"',
      "}",
      'data "amazon-ami" "autogenerated_2" {',
      "filters = {",
      'name = "debian-*"',
      "}",
      "most_recent = true",
      'owners      = ["${var.o}"]',
      'region      = "other"',
      "}",
    ]);
    const lookups = body.filter((line) => line.startsWith("source_ami "));
    assert.equal(
      lookups.map((line) => line.split("= ")[1]),
      [
        '"${data.amazon-ami.autogenerated_1.id}"',
        '"${data.amazon-ami.autogenerated_1.id}"',
        '"${data.amazon-ami.autogenerated_2.id}"',
      ],
    );
    assert.ok(body.includes("source_ami_filter {"), "no other builder's filter is touched");
  });

  test("one value for a list of a built-in component becomes a list", () => {
    const { body } = upgrade({
      builders: [NULL],
      provisioners: [
        { type: "shell", inline: "{{user `a`}}", script: "x" },
        { type: "other", inline: "x" },
      ],
    });
    assert.equal(blockOf(body, 'provisioner "shell" {'), ['inline = ["${var.a}"]', 'script = "x"']);
    assert.equal(blockOf(body, 'provisioner "other" {'), ['inline = "x"']);
  });

  test("a source's own name and type; elsewhere Packer's text, with an annotation", () => {
    const template = {
      builders: [{ ...NULL, x: "{{build_name}}-{{build_type}}" }],
      "post-processors": [{ type: "manifest", output: "{{build_name}}-{{build_type}}-{{build_name}}" }],
    };
    const { body, text, details } = upgrade(template, true);
    assert.ok(body.includes('x            = "${source.name}-${source.type}"'));
    assert.ok(body.includes('output = "${build.name}-${build.type}-${build.name}"'));
    assert.match(text, /# build\.name is the name .*\n {2}# build\.type does not exist .*\n {2}post-processor/);
    assert.is(details.length, 2);
  });

  test("env outside variables stays, with an annotation", () => {
    const { body, text } = upgrade({ builders: [{ ...NULL, x: "{{env `A`}}" }] }, true);
    assert.ok(body.includes('x            = "${env("A")}"'));
    assert.match(text, /# env\("A"\) works in the default of a variable only/);
  });

  test("the description is never a template", () => {
    const { body } = upgrade({ description: "{{user `a`}} ${x}", builders: [NULL] });
    assert.ok(body.includes('description = "{{user `a`}} $${x}"'));
  });

  test("empty lines stand where Packer puts them", () => {
    const { text } = upgrade({
      description: "D",
      variables: { a: "1", t: "{{isotime `2006`}}-{{timestamp}}" },
      builders: [NULL],
      provisioners: [
        { type: "shell", inline: ["x"] },
        { type: "shell", inline: ["{{upper `x`}}"] },
      ],
      "post-processors": [{ type: "manifest" }, [{ type: "manifest" }, { type: "manifest" }]],
    });
    const shape = text.split("\n").map((line) =>
      line
        .trim()
        .replace(/^#.*/, "#")
        .replace(/ +(=|").*/, ""),
    );
    assert.equal(
      shape.join("|"),
      [
        ...["", "variable", "type", "default", "}", "", "locals { timestamp", "#", "", "locals {", "t", "}", ""],
        ...[
          "source",
          "communicator",
          "}",
          "",
          "build {",
          "description",
          "",
          "sources",
          "",
          "provisioner",
          "inline",
          "}",
          "",
        ],
        ...["", "#", "#", "provisioner", "inline", "}", "", "post-processor", "}", "post-processors {"],
        ...["post-processor", "}", "post-processor", "}", "}", "}", ""],
      ].join("|"),
    );
  });

  test("annotations are comments only", () => {
    const template = {
      min_packer_version: "1.5.0",
      variables: { a: "1", t: "{{timestamp}}", s: "{{aws_secretsmanager `n`}}" },
      builders: [{ type: "amazon-ebs", source_ami_filter: { filters: {} } }],
    };
    const plain = upgrade(template);
    const annotated = upgrade(template, true);
    assert.equal(annotated.body, plain.body);
    assert.is(plain.text.match(/^#/gm), null);
    assert.is(annotated.text.match(/^# .*\n(?!#|\n)/gm)?.length, 8, "one for each section");
  });
});
