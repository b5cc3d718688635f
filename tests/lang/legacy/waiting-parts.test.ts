import * as assert from "uvu/assert";
import { goTemplates, packerFunctions } from "../../../lang/interpolate/index.js";
import { fillingFields, keepFields, usesVariables } from "../../../lang/legacy/waiting-parts.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import { STILL } from "../interpolate/host.js";

describe("keepFields", (test) => {
  rows(
    test,
    [
      ["no field", "a {{upper `x`}} b", "a {{upper `x`}} b"],
      ["a field", "a {{.X}} b", 'a {{"{{.X}}"}} b'],
      ["with a space", "{{ .X | upper }}", '{{"{{ .X | upper }}"}}'],
      ["with two spaces it is an action", "{{  .X }}", "{{  .X }}"],
      ["several", "{{.A}}{{user `b`}}{{.C}}", '{{"{{.A}}"}}{{user `b`}}{{"{{.C}}"}}'],
      ["quotes inside", '{{.A "b"}}', '{{"{{.A \\"b\\"}}"}}'],
      ["over two lines it is an action", "{{.A\n}}", "{{.A\n}}"],
      ["left open", "{{.A", "{{.A"],
    ],
    (text, kept) => assert.is(keepFields(text), kept),
  );

  test("a megabyte of open fields takes no quadratic time", () => {
    const text = `${"{{.".repeat(350_000)}\n}}`;
    assert.is(keepFields(text), text);
  });
});

describe("fillingFields", (test) => {
  const texts = new Map([
    ["run", "sh {{.Path}}"],
    ["outside", "{{.Secret}} {{.Path}}"],
    ["self", "{{.Name | user}}"],
  ]);
  const fields = new Set(["{{.Path}}", "{{.Name | user}}"]);
  const renderer = fillingFields({ texts, fields }, (user) =>
    goTemplates({ functions: packerFunctions({ dialect: "legacy-json", host: STILL, user }) }),
  );
  rows<[string, Record<string, unknown> | undefined, string]>(
    test,
    [
      ["a variable's field finds what its place knows", "{{user `run`}}", { Path: "/s" }, "sh /s"],
      ["without data it is kept", "{{user `run`}}", undefined, "sh {{.Path}}"],
      ["what nobody wrote is text", "{{user `outside`}}", { Path: "/s", Secret: "x" }, "{{.Secret}} /s"],
      ["what is filled in is text", "{{user `run`}}", { Path: "{{.Path}}" }, "sh {{.Path}}"],
      ["a variable in itself", "{{user `self`}}", { Name: "self" }, "{{.Name | user}}"],
    ],
    (text, data, rendered) => assert.is(renderer.render(text, data), rendered),
  );
});

describe("usesVariables", (test) => {
  rows(
    test,
    [
      ["backquotes", "x {{ user `a` }}", true],
      ["no spaces", "{{user`a`}}", true],
      ["double quotes do not count", '{{user "a"}}', false],
      ["a pipe does not count", "{{user `a` | upper}}", false],
      ["not over lines", "{{user `a\n`}}", false],
      ["nothing", "user `a`", false],
    ],
    (text, uses) => assert.is(usesVariables(text), uses),
  );

  test("a megabyte of open references takes no quadratic time", () => {
    assert.is(usesVariables("{{user `".repeat(130_000)), false);
  });
});
