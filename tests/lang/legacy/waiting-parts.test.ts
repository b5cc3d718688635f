import * as assert from "uvu/assert";
import { keepFields, usesVariables } from "../../../lang/legacy/waiting-parts.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

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
